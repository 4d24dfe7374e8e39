"""Incidents as track and trace shows them; who said what is for operators alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast
from uuid import UUID

from aanspraak.domain.incident.events import (
    IncidentClosed,
    IncidentExtended,
    IncidentOpened,
    IncidentReopened,
    IncidentSentAgain,
)
from aanspraak.domain.recorded import Recorded
from adapters.postgres import reads_incidents
from adapters.wire import incidents_v1 as wire
from projections.code_words import code_means
from projections.incident_kinds import tell
from projections.order_trace import Moment, is_ended

_WHAT: Final[Mapping[type, str]] = {
    IncidentOpened: "opened",
    IncidentExtended: "extended",
    IncidentReopened: "reopened",
    IncidentSentAgain: "sent-again",
    IncidentClosed: "closed",
}
_PLAIN: Final = (
    "incident_id",
    "party",
    "code",
    "kind",
    "delivery_order_id",
    "entitlement_id",
    "concerned",
    "mended",
    "first_opened_at",
    "opened_at",
    "times",
    "closed_at",
    "closed_cause",
)


def shown_incident(
    row: reads_incidents.IncidentTrace, moment: Moment, language: str
) -> wire.IncidentTrace:
    """Something that somebody has to look at."""
    told = tell(row.kind, row.party, language)
    return wire.IncidentTrace(
        **{name: getattr(row, name) for name in _PLAIN},
        state="open" if row.closed_at is None else "closed",
        severity=cast("wire.Severity", told.severity),
        code_means=code_means(row.code, language),
        explanation=told.explanation,
        next_step=told.next_step,
        ended=is_ended(
            row.activation_until_date, row.total_licensed or 0, row.licensed_until, moment.today
        ),
        closed_by=by(row.closed_by) if row.closed_by else None,
    )


def shown_causes(
    causes: Sequence[reads_incidents.Cause], row: reads_incidents.IncidentTrace, language: str
) -> tuple[wire.IncidentCause, ...]:
    """What is on its list, by kind; without a list it is what it opened with."""
    own = reads_incidents.Cause(row.kind, row.concerned, row.mended)
    return tuple(
        wire.IncidentCause(
            kind=each.kind,
            severity=cast("wire.Severity", told.severity),
            explanation=told.explanation,
            next_step=told.next_step,
            open=each.open,
            mended=each.mended,
        )
        for each in causes or [own]
        for told in (tell(each.kind, row.party, language),)
    )


def shown_affected(
    found: Sequence[reads_incidents.Affected], row: reads_incidents.IncidentTrace
) -> tuple[wire.IncidentAffected, ...]:
    """What it is about: the order itself, or entitlements."""
    return tuple(
        wire.IncidentAffected(
            entitlement_id=None if each.stream_id == row.order_id else each.stream_id,
            delivery_order_id=row.delivery_order_id if each.stream_id == row.order_id else None,
            kinds=tuple(each.kinds),
            since=each.since,
            mended_at=each.mended_at,
        )
        for each in found
    )


def shown_history(
    facts: Sequence[Recorded], names: Mapping[str, str], texts: Mapping[UUID, str]
) -> tuple[wire.IncidentEntry, ...]:
    """What happened to it; `names` and `texts` are empty for whoever may not read them."""
    return tuple(
        wire.IncidentEntry(
            at=each.recorded_at,
            what=_WHAT[type(each.event)],
            by=by(each.actor),
            kind=getattr(each.event, "kind", None),
            cause=getattr(each.event, "cause", None),
            name=names.get(each.actor),
            reason=_text(texts, each.event, "reason_id"),
            words=_text(texts, each.event, "text_id"),
        )
        for each in facts
    )


def by(actor: str) -> str:
    """Whether an operator, a partner or the hub itself did something."""
    who, _, which = actor.partition(":")
    return who if which and who in {"operator", "partner"} else "hub"


def _text(texts: Mapping[UUID, str], event: object, name: str) -> str | None:
    key = getattr(event, name, None)
    return texts.get(key) if key else None
