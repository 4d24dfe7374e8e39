"""What needs somebody now, our own: what an operator wants to see first in the morning.

Moments are in UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from adapters.wire.incidents_v1 import Severity
from adapters.wire.outgoing import Outgoing


class OpenIncidents(Outgoing, frozen=True, kw_only=True):
    """Open incidents of one kind at one party; `incidentId` when it is one alone."""

    severity: Severity
    party: str
    kind: str
    explanation: str
    open: int
    since: datetime
    incident_id: UUID | None = None


class AwayPartner(Outgoing, frozen=True, kw_only=True):
    """A partner that gets nothing: it cannot be reached, or an operator paused it."""

    partner: str
    title: str
    state: Literal["paused", "unreachable"]
    since: datetime
    until: datetime | None = None


class BehindFollower(Outgoing, frozen=True, kw_only=True):
    """A follower that is `seconds` behind, with so many facts to go."""

    follower: str
    facts: int
    seconds: int


class Attention(Outgoing, frozen=True, kw_only=True):
    """What needs somebody now.

    `incidents` are the worst first, at most so many lines; `high`, `normal` and `low` count them
    all. `overdueSince` is the oldest wait. `waitingJobs` wait for a second operator, `failedJobs`
    ended so in the last day; `absent` are processes that do not run; `unheard` are notices that
    did not get to anybody in the last week, given up or still being tried.
    """

    high: int
    normal: int
    low: int
    incidents: tuple[OpenIncidents, ...]
    partners: tuple[AwayPartner, ...]
    overdue: int
    overdue_since: datetime | None = None
    held: int
    dead_letters: int
    waiting_jobs: int
    failed_jobs: int
    behind: tuple[BehindFollower, ...]
    absent: tuple[str, ...]
    unheard: int


WRITTEN = (Attention,)
