"""What we must remember of an incident in order to decide: whether it is open, and about what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.incident.events import (
    IncidentClosed,
    IncidentExtended,
    IncidentOpened,
    IncidentReopened,
    IncidentSentAgain,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from aanspraak.domain.incident.events import IncidentEvent


class IncidentStatus(StrEnum):
    """Whether somebody has to look."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Incident:
    """An incident; `listed` is what facts of this stream put on its list since it last opened."""

    status: IncidentStatus
    listed: frozenset[tuple[str, UUID | None]]


def evolve(state: Incident | None, event: IncidentEvent) -> Incident:
    """Apply one fact."""
    match event:
        case IncidentOpened() | IncidentReopened():
            return Incident(status=IncidentStatus.OPEN, listed=frozenset({_about(event)}))
        case IncidentExtended():
            incident = _existing(state)
            return replace(incident, listed=incident.listed | {_about(event)})
        case IncidentSentAgain():
            return _existing(state)
        case IncidentClosed():
            return replace(_existing(state), status=IncidentStatus.CLOSED)
        case _:
            assert_never(event)


def replay(history: Iterable[IncidentEvent]) -> Incident | None:
    """Fold a history; None before anything happened."""
    state: Incident | None = None
    for event in history:
        state = evolve(state, event)
    return state


def _about(
    event: IncidentOpened | IncidentReopened | IncidentExtended,
) -> tuple[str, UUID | None]:
    return event.kind, event.entitlement_id or event.order


def _existing(state: Incident | None) -> Incident:
    if state is None:
        raise ValueError("an incident begins with IncidentOpened")
    return state
