"""The verb `incidents`: what has to be looked at, what it is about, and that it was looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, NamedTuple
from uuid import UUID

import typer

from aanspraak.domain import ids
from aanspraak.domain.incident.commands import CloseIncident
from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.cli.acting import operator_act
from adapters.cli.incident_lines import history_lines, incident_lines
from adapters.cli.moments import local_minute
from adapters.cli.options import InLanguage, Language
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.working import connected, run, settings
from adapters.postgres import reads_incidents
from adapters.postgres.reads_incidents import Affected, Asked, Cause, IncidentTrace
from projections.incident_kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aanspraak.domain.recorded import Recorded

incidents_app = typer.Typer(help="What has to be looked at.")

IncidentId = Annotated[UUID, typer.Argument(metavar="ID", help="As the list names it.")]


@incidents_app.callback(invoke_without_command=True)
def show_incidents(
    context: typer.Context,
    only_open: Annotated[bool, typer.Option("--open", help="Only open ones.")] = False,
    party: Annotated[str | None, typer.Option(help="Of this partner.")] = None,
    order: Annotated[UUID | None, typer.Option(help="Of this deliveryOrderId.")] = None,
    kind: Annotated[str | None, typer.Option(help="Of this kind, as the list names it.")] = None,
    language: InLanguage = Language.ENGLISH,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
) -> None:
    """Show what is wrong, since when, whose it is, how many it is about, and what to do."""
    if context.invoked_subcommand is not None:
        return
    if kind is not None and kind not in KINDS:
        stop(Exit.WRONG_USE, f"--kind {kind} is none of: {', '.join(sorted(KINDS))}")
    effective = settings()
    asked = Asked(
        now=utc_now(),
        seconds=effective.overdue_seconds,
        party=party,
        kind=kind,
        order_id=ids.order_stream(order) if order else None,
        open=True if only_open else None,
        limit=limit,
    )
    found = run(_found(asked))
    for row in found:
        _print(incident_lines(row, language.value))
    if not found:
        print_line("nothing has to be looked at" if only_open else "no incident is known")


@incidents_app.command("show")
def show_incident(
    incident_id: IncidentId,
    language: InLanguage = Language.ENGLISH,
    limit: Annotated[int, typer.Option(min=1, help="At most so many of its list.")] = 20,
) -> None:
    """Show one incident: its causes, its history, and what it is about."""
    told = run(_told(incident_id, limit))
    _print(incident_lines(told.row, language.value, told.causes))
    _print(history_lines(told.facts, told.names, told.texts))
    for each in told.affected:
        what = "order" if each.stream_id == told.row.order_id else "entitlement"
        mended = f", mended {local_minute(each.mended_at)}" if each.mended_at else ""
        kinds = ", ".join(each.kinds)
        print_line(f"    {what} {each.stream_id}: {kinds} since {local_minute(each.since)}{mended}")


@incidents_app.command("close")
def close_incident(
    incident_id: IncidentId,
    reason: Annotated[str, typer.Option(help="Why nobody has to look any more.")],
) -> None:
    """Close an incident; it opens again when its cause comes back."""
    if not reason.strip():
        stop(Exit.WRONG_USE, "--reason is empty")
    (result,) = run(
        operator_act(
            settings(),
            reason,
            lambda reason_id: [(incident_id, CloseIncident(reason_id=reason_id))],
        )
    )
    if result.refusal is not None:
        stop(Exit.REFUSED, str(result.refusal))
    print_line("closed" if result.events else "it was closed already")


class _Told(NamedTuple):
    row: IncidentTrace
    causes: Sequence[Cause]
    affected: Sequence[Affected]
    facts: Sequence[Recorded]
    names: Mapping[str, str]
    texts: Mapping[UUID, str]


async def _found(asked: Asked) -> list[IncidentTrace]:
    async with connected(settings(), "cli") as conn:
        return await reads_incidents.incidents(conn, asked)


async def _told(incident_id: UUID, limit: int) -> _Told:
    effective = settings()
    asked = Asked(now=utc_now(), seconds=effective.overdue_seconds, incident_id=incident_id)
    async with pool(database_url(effective), "cli") as connections:
        words = vault(connections, effective)
        async with connections.connection() as conn:
            rows = await reads_incidents.incidents(conn, asked)
            if not rows:
                stop(Exit.REFUSED, f"no incident {incident_id} is known")
            facts = await reads_incidents.history(conn, incident_id)
            names, texts = await reads_incidents.said(conn, words, facts)
            part = replace(asked, limit=limit)
            return _Told(
                row=rows[0],
                causes=await reads_incidents.causes(conn, incident_id),
                affected=await reads_incidents.affected(conn, rows[0], part),
                facts=facts,
                names=names,
                texts=texts,
            )


def _print(lines: Sequence[tuple[str, str]]) -> None:
    for text, style in lines:
        print_line(text, style)
