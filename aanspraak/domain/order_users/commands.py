"""What may be asked of a list of users."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ListUsers:
    """Write the list down: the subjects, and beside each how the request named it (same length)."""

    subject_ids: tuple[UUID, ...]
    user_reference_ids: tuple[UUID, ...]


OrderUsersCommand = ListUsers
