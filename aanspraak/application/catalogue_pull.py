"""When a provider's catalogue is asked again, and from which moment on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

OLDEST_SINCE: Final = timedelta(days=7)
"""`since` may be so long ago at most (Catalogue API 2.0.0)."""
OVERLAP: Final = timedelta(minutes=5)
"""Their clock and ours may differ so much: what changed just before is asked once more."""
FAILURES_THAT_MATTER: Final = 3
"""After so many in a row somebody has to look."""


def since_of(last_success_at: datetime | None, now: datetime) -> datetime | None:
    """From which moment on changes are asked; None asks for everything.

    `last_success_at` is when the last pull began that succeeded; at the edge of the seven days the
    overlap is kept on both sides.
    """
    if last_success_at is None:
        return None
    since = last_success_at - OVERLAP
    return since if since >= now - OLDEST_SINCE + OVERLAP else None


def next_pull_at(
    every: timedelta,
    ladder: Sequence[timedelta],
    failures: int,
    now: datetime,
    retry_after: timedelta | None = None,
) -> datetime:
    """When to ask again after so many failures in a row: up the ladder, whose last rung repeats."""
    if not failures:
        return now + every
    rung = ladder[min(failures, len(ladder)) - 1]
    return now + max(rung, retry_after or timedelta(0))
