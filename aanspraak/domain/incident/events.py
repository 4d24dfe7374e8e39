"""Facts about an incident: something that should not be, and that somebody has to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

BY_OPERATOR: Final = "operator"
MENDED: Final = "mended"
ENDED: Final = "ended"
CAUSES: Final = (BY_OPERATOR, MENDED, ENDED)
"""Why an incident closes: an operator says so, its cause is gone, or all it is about is over."""


@dataclass(frozen=True, kw_only=True)
class IncidentOpened:
    """One per party, code and what it concerns; the list of entitlements grows beside it.

    `kind` names the reason (`link-refused`), `concerning` is the stream of the order, or another
    id.
    """

    party: str
    code: int
    kind: str
    concerning: str
    order: UUID | None
    entitlement_id: UUID | None
    text_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class IncidentExtended:
    """It is about this as well, while it is open."""

    kind: str
    order: UUID | None
    entitlement_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class IncidentReopened:
    """The cause came back after it was closed; who and about what is as when it first opened."""

    kind: str
    order: UUID | None
    entitlement_id: UUID | None
    text_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class IncidentSentAgain:
    """What it is about was sent again, as far as the partner had refused or lost it."""

    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class IncidentClosed:
    """Nobody has to look any more; `cause` is one of CAUSES, an operator's reason in the vault."""

    cause: str
    reason_id: UUID | None


IncidentEvent = (
    IncidentOpened | IncidentExtended | IncidentReopened | IncidentSentAgain | IncidentClosed
)
