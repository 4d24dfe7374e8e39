"""What may be asked of a person: to be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ForgetPerson:
    """Forget who a pseudonym is; the operator's words lie in the vault under `reason_id`."""

    subject_id: UUID
    reason_id: UUID


PersonCommand = ForgetPerson
