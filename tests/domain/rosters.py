"""Commands about the roster of one school."""

from __future__ import annotations

from uuid import UUID

from aanspraak.domain.roster.commands import (
    FollowRoster,
    RecordRosterTakeFailed,
    RecordRosterTaken,
)

SCHOOL = UUID("5b3c1a52-8c39-4e2e-9e6b-0c8f0d4f8a11")
FOLLOW = FollowRoster(school_id=SCHOOL, provider="administration", sector="secondary")
TAKE_FAILED = RecordRosterTakeFailed(school_id=SCHOOL, reason="unreachable")


def taken(*, version: int, joined: int = 3, left: int = 0) -> RecordRosterTaken:
    """A pull that succeeded."""
    return RecordRosterTaken(
        school_id=SCHOOL,
        source="pull",
        version=version,
        members=3,
        joined=joined,
        left=left,
        targets=2,
    )
