"""Facts about a person, who is a pseudonym here. Append-only: never edit a field, add a version."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class PersonForgotten:
    """From here on nobody may be able to tell who `subject_id` is; what it did stays.

    `reason_id` is where the operator's words lie.
    """

    subject_id: UUID
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonRevealed:
    """An operator (the actor) was shown who `subject_id` is; `reason_id` is where the why lies."""

    subject_id: UUID
    reason_id: UUID


PersonEvent = PersonForgotten | PersonRevealed
