"""The verb `replay`: a part of the log published once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from psycopg import AsyncConnection
from rich.table import Table

from aanspraak.application.ports import ChannelAway
from adapters.cli.moments import read_moment
from adapters.cli.progress_bar import bar
from adapters.cli.terminal import Exit, print_line, print_table, stop
from adapters.cli.working import connected, run, settings
from adapters.kafka.parts import cluster
from adapters.kafka.replay import NotReplayed, replay_topic
from adapters.kafka.replay import replay as publish
from adapters.postgres.event_log import count_topics, position_at

if TYPE_CHECKING:
    from adapters.kafka.cluster import Cluster
    from adapters.kafka.topics import Topic


def replay(
    first: Annotated[
        str, typer.Option("--from", metavar="WHEN", help="A position, or after 2026-08-24T12:00.")
    ],
    last: Annotated[
        str, typer.Option("--to", metavar="WHEN", help="A position, or until 2026-08-24T13:00.")
    ],
    topic: Annotated[str, typer.Option(help="Such as aanspraak.replay.august.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
) -> None:
    """Publish a part of the log once more, to a topic that no partner reads."""
    try:
        kafka = cluster(settings())
        run(_replay(kafka, replay_topic(kafka, topic), first, last, dry_run=dry_run))
    except NotReplayed as refused:
        stop(Exit.REFUSED, str(refused))
    except ChannelAway as away:
        stop(Exit.OPERATIONAL, f"Kafka: {away}; a part may be there, the rest is not")


async def _replay(kafka: Cluster, topic: Topic, first: str, last: str, *, dry_run: bool) -> None:
    async with connected(settings(), "replay") as conn:
        begin = await _position(conn, first, 1)
        end = await _position(conn, last, 0)
        counts = await count_topics(conn, begin, end)
        table = Table("fact", "number", box=None)
        for name, number in counts.items():
            table.add_row(name, str(number))
        print_table(table)
        total = sum(counts.values())
        what = f"{total} facts, from position {begin} to {end},"
        if dry_run:
            print_line(f"{what} would go to {topic.name}")
            return
        with bar() as progress:
            task = progress.add_task(topic.name, total=total)
            await publish(
                conn, kafka, topic, begin, end, lambda n: progress.update(task, completed=n)
            )
    print_line(f"{what} are in {topic.name}")


async def _position(conn: AsyncConnection[Any], given: str, after: int) -> int:
    """A position as it was given, or that of a moment and so many on."""
    if given.isdecimal():
        return int(given)
    return await position_at(conn, read_moment(given)) + after
