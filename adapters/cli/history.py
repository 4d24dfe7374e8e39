"""The verb `history`: the facts of a stream as they stand in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import msgspec
import typer
from rich.text import Text

from aanspraak.domain.calendar_days import AMSTERDAM
from adapters.bootstrap import database_url, pool, vault
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.working import run, settings
from adapters.postgres.event_codec import topic_of
from adapters.postgres.event_log import read_many
from adapters.postgres.reads_facts import streams_named
from adapters.postgres.reads_incidents import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aanspraak.domain.recorded import Recorded
    from adapters.config import Settings


def history(
    given: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="An entitlementId, deliveryOrderId or stream; a partner's id or a productId.",
        ),
    ],
    data: Annotated[bool, typer.Option("--data", help="Show what each fact says.")] = False,
) -> None:
    """Show the facts of a stream, with time (Europe/Amsterdam), actor and cause."""
    facts, names, texts = run(_read(settings(), given))
    if not facts:
        stop(Exit.REFUSED, f"there are no facts about {given}")
    print_line(f"stream {facts[0].stream_id}", "bold")
    for recorded in facts:
        print_line(_shown(recorded, names))
        reason_id = getattr(recorded.event, "reason_id", None)
        if reason_id is not None and reason_id in texts:
            print_line(f"      {texts[reason_id]}", "yellow")
        if data:
            whole = msgspec.json.encode(recorded.event).decode()
            print_line(f"      {whole}", "dim")


async def _read(
    effective: Settings, given: str
) -> tuple[list[Recorded], Mapping[str, str], Mapping[UUID, str]]:
    """The facts, and of operators their names and what they wrote, as far as it is known still."""
    streams = streams_named(given)
    async with (
        pool(database_url(effective), "history") as connections,
        connections.connection() as conn,
    ):
        histories = await read_many(conn, streams)
        facts = next((facts for facts in histories.values() if facts), [])
        names, texts = await said(conn, vault(connections, effective), facts)
    return facts, names, texts


def _shown(recorded: Recorded, names: Mapping[str, str]) -> Text:
    moment = recorded.recorded_at.astimezone(AMSTERDAM)
    text = Text(f"{recorded.version:4}  {moment:%Y-%m-%d %H:%M:%S.%f}  ")
    text.append(topic_of(recorded.event), style="cyan")
    name = f" ({names[recorded.actor]})" if recorded.actor in names else ""
    text.append(f"  by {recorded.actor}{name}, because of {recorded.causation_id}")
    text.append(f"  (story {recorded.correlation_id}, position {recorded.position})", style="dim")
    return text
