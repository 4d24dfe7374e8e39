"""Pace 1.0.0, of our track and trace API: what happened in each minute, and how long it took.

Moments are in UTC.
"""

from __future__ import annotations

from datetime import datetime

from adapters.wire.outgoing import Outgoing


class PaceCounts(Outgoing, frozen=True, kw_only=True):
    """What happened in some time.

    `orders` were taken, `created`, `ready`, `placed` and `activated` are entitlements by the first
    time it happened to them (at a portal each that it shows); `taken` are messages answered with
    202, `failed` those refused, rejected or given up. `p50Seconds` and `p99Seconds`: within that
    many seconds half, and 99 of a hundred, were done; of the hub from the order to the first link,
    of a partner from asking to its confirmation.
    """

    orders: int
    created: int
    ready: int
    placed: int
    activated: int
    taken: int
    failed: int
    p50_seconds: float | None = None
    p99_seconds: float | None = None


class PaceMinute(PaceCounts, frozen=True, kw_only=True):
    """The minute that begins at `at`."""

    at: datetime


class PacePartner(Outgoing, frozen=True, kw_only=True):
    """A partner at which something happened, and the minutes in which it did."""

    partner: str
    role: str
    title: str
    total: PaceCounts
    minutes: tuple[PaceMinute, ...]


class Pace(Outgoing, frozen=True, kw_only=True):
    """From the minute of `periodFrom` until `periodTo`: every minute of the hub, and of partners.

    A partner has its own numbers where the operator has the hub's.
    """

    period_from: datetime
    period_to: datetime
    total: PaceCounts
    minutes: tuple[PaceMinute, ...]
    partners: tuple[PacePartner, ...]


WRITTEN = (Pace,)
