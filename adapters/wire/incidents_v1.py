"""Incidents as track and trace shows them: what is wrong, since when, whose it is, what to do."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from adapters.wire.outgoing import Outgoing

State = Literal["open", "closed"]
Severity = Literal["high", "normal", "low"]


class IncidentTrace(Outgoing, frozen=True, kw_only=True):
    """Something that somebody has to look at: whose it is, since when, about how many.

    `concerned` counts the entitlements (or orders) on its list, while it is open only those whose
    cause is not gone; `mended` those whose cause is. `ended`: by the dates of its order it is over.
    `openedAt` is when it opened last, for the `times`th time. `closedBy` is `operator` or `hub`;
    `closedCause` is `operator`, `mended` or `ended`.
    """

    incident_id: UUID
    state: State
    severity: Severity
    party: str
    code: int
    code_means: str
    kind: str
    explanation: str
    next_step: str
    delivery_order_id: UUID | None = None
    entitlement_id: UUID | None = None
    concerned: int
    mended: int
    ended: bool
    first_opened_at: datetime
    opened_at: datetime
    times: int
    closed_at: datetime | None = None
    closed_by: str | None = None
    closed_cause: str | None = None


class IncidentCause(Outgoing, frozen=True, kw_only=True):
    """A kind of thing that is on its list, and of how many entitlements (or orders) it is so."""

    kind: str
    severity: Severity
    explanation: str
    next_step: str
    open: int
    mended: int


class IncidentEntry(Outgoing, frozen=True, kw_only=True):
    """What happened to the incident itself.

    `what` is opened, extended, reopened, sent-again or closed, `by` operator, hub or partner. To
    operators alone: the `name` of the operator, the `reason` and the partner's own `words`.
    """

    at: datetime
    what: str
    by: str
    kind: str | None = None
    cause: str | None = None
    name: str | None = None
    reason: str | None = None
    words: str | None = None


class IncidentAffected(Outgoing, frozen=True, kw_only=True):
    """An entitlement, or the order itself; since when, and until when, something is wrong."""

    entitlement_id: UUID | None = None
    delivery_order_id: UUID | None = None
    kinds: tuple[str, ...]
    since: datetime
    mended_at: datetime | None = None


class IncidentDetail(Outgoing, frozen=True, kw_only=True):
    """An incident, its causes, its history, and a part of what it is about; see the header Link."""

    incident: IncidentTrace
    causes: tuple[IncidentCause, ...]
    history: tuple[IncidentEntry, ...]
    affected: tuple[IncidentAffected, ...]


WRITTEN = (IncidentTrace, IncidentDetail)
