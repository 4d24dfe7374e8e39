"""What may be asked of an incident."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class OpenIncident:
    """See to it that this is looked at."""

    party: str
    code: int
    kind: str
    concerning: str
    order: UUID | None = None
    entitlement_id: UUID | None = None
    text_id: UUID | None = None


IncidentCommand = OpenIncident
