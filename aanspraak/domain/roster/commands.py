"""What may be asked of a school's roster."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class FollowRoster:
    """Take the roster of a school from this student administration from now on, or from files."""

    school_id: UUID
    provider: str | None
    sector: str
    reason_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class RecordRosterTaken:
    """A roster was taken; `version` is that of the rows, which only rises when they change."""

    school_id: UUID
    source: str
    version: int
    members: int
    joined: int
    left: int
    targets: int
    reason_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class RecordRosterTakeFailed:
    """A roster could not be taken."""

    school_id: UUID
    reason: str


RosterCommand = FollowRoster | RecordRosterTaken | RecordRosterTakeFailed
