"""An incident in lines for a terminal, each with its style; times in Europe/Amsterdam."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.domain.incident.events import (
    IncidentClosed,
    IncidentExtended,
    IncidentOpened,
    IncidentReopened,
    IncidentSentAgain,
)
from adapters.cli.moments import local_minute
from projections.code_words import code_means
from projections.incident_kinds import tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.reads_incidents import Cause, IncidentTrace

    Line = tuple[str, str]

_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "open": "open since",
        "closed": "closed",
        "do": "what to do",
        "also": "also",
        "concerned": "concerned",
        "mended": "mended",
        "order": "of order",
    },
    "nl": {
        "open": "open sinds",
        "closed": "gesloten",
        "do": "wat te doen",
        "also": "ook",
        "concerned": "betrokken",
        "mended": "hersteld",
        "order": "van order",
    },
}
STYLES: Final = {"high": "bold red", "normal": "bold yellow", "low": "bold"}


def incident_lines(row: IncidentTrace, language: str, causes: Sequence[Cause] = ()) -> list[Line]:
    """What is wrong, since when, whose it is, about how many, and what to do."""
    told = tell(row.kind, row.party, language)
    say = _LABELS[language]
    state = say["open"] if row.closed_at is None else say["closed"]
    when = local_minute(row.closed_at or row.opened_at)
    again = f", {row.times} x" if row.times > 1 else ""
    lines = [
        (f"{row.party}: {row.kind} (code {row.code}), {state} {when}{again}", _style(row)),
        (f"  {told.explanation}", ""),
        (f"  code {row.code}: {code_means(row.code, language)}", ""),
        (f"  {_about(row, say)}", ""),
    ]
    others = [each for each in causes if each.kind != row.kind]
    lines += [
        (f"  {say['also']} {each.kind}, {each.open} open: {explained.explanation}", "")
        for each in others
        for explained in (tell(each.kind, row.party, language),)
    ]
    if row.closed_at is None:
        lines.append((f"  {say['do']}: {told.next_step}", "green"))
    lines.append((f"  {row.incident_id}", "dim"))
    return lines


def history_lines(
    facts: Sequence[Recorded], names: Mapping[str, str], texts: Mapping[UUID, str]
) -> list[Line]:
    """What happened to it, who did it, and what was said."""
    return [
        (f"    {local_minute(each.recorded_at)}  {_happened(each, names, texts)}", "")
        for each in facts
    ]


def _style(row: IncidentTrace) -> str:
    return "dim" if row.closed_at else STYLES[tell(row.kind, row.party).severity]


def _about(row: IncidentTrace, say: Mapping[str, str]) -> str:
    number = f"{row.concerned} {say['concerned']}"
    mended = f", {row.mended} {say['mended']}" if row.mended and row.closed_at is None else ""
    order = f", {say['order']} {row.delivery_order_id}" if row.delivery_order_id else ""
    return f"{number}{mended}{order}"


def _happened(recorded: Recorded, names: Mapping[str, str], texts: Mapping[UUID, str]) -> str:
    who = names.get(recorded.actor, recorded.actor)
    match recorded.event:
        case IncidentOpened() | IncidentReopened() as event:
            what = "opened" if isinstance(event, IncidentOpened) else "opened again"
            words = texts.get(event.text_id) if event.text_id else None
            return f"{what} ({event.kind}) by {who}" + (f', its words: "{words}"' if words else "")
        case IncidentExtended() as event:
            return f"about {event.entitlement_id or event.order} as well ({event.kind})"
        case IncidentSentAgain() as event:
            return f"sent again by {who}: {texts.get(event.reason_id) or '-'}"
        case IncidentClosed() as event:
            why = texts.get(event.reason_id) if event.reason_id else None
            return f"closed by {who}: {why or event.cause}"
        case event:
            return type(event).__name__
