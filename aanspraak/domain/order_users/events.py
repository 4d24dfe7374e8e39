"""Facts about the list of users that one request for an order named."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class UsersListed:
    """A part of the list: the subjects, and beside each how the request named it (same length)."""

    subject_ids: tuple[UUID, ...]
    user_reference_ids: tuple[UUID, ...]


OrderUsersEvent = UsersListed
