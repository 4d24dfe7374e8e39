"""Facts about a school's roster: where it comes from, and each time it was taken."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class RosterFollowed:
    """Where the hub takes this school's roster from; the newest counts.

    `provider` is the partner whose student administration is asked; without one there are only
    files. `sector` is primary, secondary or vocational.
    """

    school_id: UUID
    provider: str | None
    sector: str
    reason_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class RosterTaken:
    """A roster was taken and is not what it was, or taking it works again.

    `source` is pull or file. `version` counts the takes that changed something. `members` are those
    of the school now, `joined` and `left` how many came and went, `targets` the studies, subjects
    and groups that the school knows.
    """

    school_id: UUID
    source: str
    version: int
    members: int
    joined: int
    left: int
    targets: int
    reason_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class RosterTakeFailed:
    """Taking the roster began to fail, or fails for another reason; what was taken before stays.

    `reason` is a short code: unreachable, refused, no-consent, empty, unreadable.
    """

    school_id: UUID
    reason: str


RosterEvent = RosterFollowed | RosterTaken | RosterTakeFailed
