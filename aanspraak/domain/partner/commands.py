"""What may be asked of a partner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class RegisterPartner:
    """Make a partner known, or change what is known of it; only a registry has codes to give.

    Who `reads_kafka` needs no url: its messages wait until its key is set.
    """

    partner: str
    role: str
    title: str
    client_id: str
    url: str
    token_url: str
    scope: str
    usage_url: str = ""
    activation_codes_url: str = ""
    consent_url: str = ""
    overdue_seconds: int | None = None
    reads_kafka: bool = False


@dataclass(frozen=True, kw_only=True)
class SetPartnerKey:
    """Have what goes to a partner lie in Kafka, sealed to this public key; empty: over HTTP again.

    The operator's words lie in the vault under `reason_id`.
    """

    partner: str
    public_key: str
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class PausePartner:
    """Send nothing to a partner until a moment; None: until an operator resumes it."""

    partner: str
    until: datetime | None
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResumePartner:
    """Send to a partner again, whether it was paused or counted as unreachable."""

    partner: str
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class EndPause:
    """The planned end of a pause has come."""

    partner: str


@dataclass(frozen=True, kw_only=True)
class NoteReachability:
    """The way to a partner as its gateway sees it: away since a moment (UTC), or there (None)."""

    partner: str
    unreachable_since: datetime | None


PartnerCommand = (
    RegisterPartner | SetPartnerKey | PausePartner | ResumePartner | EndPause | NoteReachability
)
