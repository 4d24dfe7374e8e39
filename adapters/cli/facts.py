"""The verb `facts`: the log, looked through from its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.text import Text

from adapters.bootstrap import database_url, pool, vault
from adapters.cli.moments import local, read_moment
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.working import run, settings
from adapters.http.fact_answers import answer_facts, answer_story
from adapters.postgres.event_topics import TOPICS
from adapters.postgres.reads_facts import Asked, streams_named

if TYPE_CHECKING:
    from adapters.config import Settings
    from adapters.wire.facts_v1 import Fact, FactsFound, Story

Topic = Annotated[str | None, typer.Option(help="Of this kind, such as entitlement.created.")]
Of = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        help="About this entitlementId, deliveryOrderId, stream, partner or productId.",
    ),
]
Actor = Annotated[str | None, typer.Option(help="By this actor, a key.")]
Correlation = Annotated[str | None, typer.Option(help="Of this story.")]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="MOMENT", help="2026-08-24T09:00, in Europe/Amsterdam."),
]
To = Annotated[str | None, typer.Option("--to", metavar="MOMENT", help="Not included.")]
Before = Annotated[int | None, typer.Option(min=1, help="Only before this position.")]
Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]
StoryOf = Annotated[
    int | None, typer.Option("--story", metavar="POSITION", help="The story of this fact alone.")
]
Data = Annotated[bool, typer.Option("--data", help="Show what each fact says.")]


def facts(
    topic: Topic = None,
    of: Of = None,
    actor: Actor = None,
    correlation: Correlation = None,
    first: From = None,
    last: To = None,
    before: Before = None,
    limit: Limit = 100,
    story: StoryOf = None,
    data: Data = False,
) -> None:
    """Look through the log, the newest facts first; or show the story that one belongs to."""
    if story is not None:
        _show_all(run(_story(settings(), story)).facts, data=data)
        return
    if topic is not None and topic not in TOPICS:
        stop(Exit.WRONG_USE, f"there is no kind of fact called {topic}")
    asked = Asked(
        topic=topic,
        streams=streams_named(of) if of else None,
        actor=actor,
        correlation=correlation,
        first=read_moment(first) if first else None,
        last=read_moment(last) if last else None,
        before=before,
        limit=limit,
    )
    _show_found(run(_facts(settings(), asked)), data=data)


async def _facts(effective: Settings, asked: Asked) -> FactsFound:
    async with (
        pool(database_url(effective), "facts") as connections,
        connections.connection() as conn,
    ):
        return await answer_facts(conn, vault(connections, effective), asked)


async def _story(effective: Settings, position: int) -> Story:
    async with (
        pool(database_url(effective), "facts") as connections,
        connections.connection() as conn,
    ):
        found = await answer_story(conn, vault(connections, effective), position)
    return found or stop(Exit.REFUSED, f"there is no fact at position {position}")


def _show_found(found: FactsFound, *, data: bool) -> None:
    _show_all(found.facts, data=data)
    if found.before is not None:
        print_line(f"looked back to position {found.looked_to}; go on with --before {found.before}")


def _show_all(found: tuple[Fact, ...], *, data: bool) -> None:
    for fact in found:
        print_line(_shown(fact))
        if fact.reason:
            print_line(f"      {fact.reason}", "yellow")
        if data:
            whole = msgspec.json.encode(fact.data).decode()
            print_line(f"      {whole}", "dim")


def _shown(fact: Fact) -> Text:
    text = Text(f"{fact.position:9}  {local(fact.recorded_at)}  {'  ' * fact.depth}")
    text.append(fact.topic, style="cyan")
    name = f" ({fact.by})" if fact.by else ""
    text.append(f"  by {fact.actor}{name}, because of {fact.causation_id}")
    about = fact.delivery_order_id or fact.stream_id
    text.append(f"  (about {about}, story {fact.correlation_id})", style="dim")
    return text
