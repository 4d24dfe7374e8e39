"""What may be asked about a person: who it is, and to be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ForgetPerson:
    """Forget who a pseudonym is; the operator's words lie in the vault under `reason_id`."""

    subject_id: UUID
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class RevealPerson:
    """Show an operator who a pseudonym is; their words lie in the vault under `reason_id`."""

    subject_id: UUID
    reason_id: UUID


PersonCommand = ForgetPerson | RevealPerson
