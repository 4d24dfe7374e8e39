"""Facts about an incident: something that should not be, and that somebody has to look at."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


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


IncidentEvent = IncidentOpened
