"""What may be asked of an incident."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class OpenIncident:
    """See to it that this is looked at; one that was closed opens again.

    `grows`: what it is about is put on its list by a fact; the policies keep a list of their own of
    what they see, and ask without.
    """

    party: str
    code: int
    kind: str
    concerning: str
    order: UUID | None = None
    entitlement_id: UUID | None = None
    text_id: UUID | None = None
    grows: bool = False


@dataclass(frozen=True, kw_only=True)
class CloseIncident:
    """An operator has looked at it and is done; why lies in the vault under `reason_id`."""

    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResolveIncident:
    """What it was about is no more; `cause` is one of CAUSES."""

    cause: str


@dataclass(frozen=True, kw_only=True)
class RecordSentAgain:
    """An operator has what it is about sent again; why lies in the vault under `reason_id`."""

    reason_id: UUID


IncidentCommand = OpenIncident | CloseIncident | ResolveIncident | RecordSentAgain
