"""When a partner counts as unreachable, when it is tried again, and how long one message waits.

The ladder and the rest are the rule of the SEM ecosystem, the predecessor of Edu-V.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long we wait: the ladder's rungs, the time between probes, and what is unreachable.

    `unreachable_after` requests about different things must fail in a row.
    """

    ladder: tuple[timedelta, ...]
    probe: timedelta
    unreachable_after: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reachability:
    """What we know of the way to a partner; without anything: all is well.

    `failing` are the messages (key, number) that failed in a row with no success between, one per
    key. While it is unreachable, one request is tried at `next_try_at`; `next_rung_at` is when the
    present rung of the ladder ends. Nothing is sent before `held_until` (Retry-After). A sign of
    life is not heard before `deaf_until`.
    """

    failing: tuple[tuple[UUID, int], ...] = ()
    unreachable_since: datetime | None = None
    rung: int = 0
    next_rung_at: datetime | None = None
    next_try_at: datetime | None = None
    held_until: datetime | None = None
    deaf_until: datetime | None = None

    @property
    def opens_at(self) -> datetime | None:
        """From when on something may be sent; None is: now."""
        moments = [moment for moment in (self.next_try_at, self.held_until) if moment is not None]
        return max(moments, default=None)


def succeeded(state: Reachability) -> Reachability:
    """The partner answered a request: all is well, whatever was before."""
    if state.unreachable_since is not None:
        return Reachability()
    return Reachability(held_until=state.held_until)


def heard(state: Reachability, patience: Patience, now: datetime) -> Reachability:
    """The partner called us, which ends the pause.

    A partner that calls us and takes nothing itself would be asked without end. So, as long as
    nothing succeeds, the next call is heard only after the first rung of the ladder.
    """
    if state.unreachable_since is None or (state.deaf_until is not None and now < state.deaf_until):
        return state
    return Reachability(held_until=state.held_until, deaf_until=now + patience.ladder[0])


def failed(
    state: Reachability,
    patience: Patience,
    message: tuple[UUID, int],
    now: datetime,
    *,
    retry_after: timedelta | None,
    probing: bool = False,
) -> Reachability:
    """A request failed; `probing` is: it was the one that was tried while unreachable."""
    state = _hold(state, now, retry_after)
    if state.unreachable_since is not None:
        return _climb(state, patience, now, retry_after) if probing else state
    if message[0] not in {key for key, _ in state.failing}:
        state = replace(state, failing=(*state.failing, message))
    if len(state.failing) < patience.unreachable_after:
        return state
    first = now + patience.ladder[0]
    return replace(
        state,
        unreachable_since=now,
        rung=0,
        next_rung_at=first,
        next_try_at=_next_try(patience, first, now, retry_after),
    )


def next_attempt_at(
    patience: Patience, rung: int, now: datetime, retry_after: timedelta | None
) -> datetime | None:
    """When a message that failed alone is sent again; None is: the ladder has ended."""
    if rung >= len(patience.ladder):
        return None
    return now + (patience.ladder[rung] if retry_after is None else retry_after)


def _hold(state: Reachability, now: datetime, retry_after: timedelta | None) -> Reachability:
    if retry_after is None:
        return state
    until = now + retry_after
    return replace(state, held_until=max(until, state.held_until or until))


def _climb(
    state: Reachability, patience: Patience, now: datetime, retry_after: timedelta | None
) -> Reachability:
    """The last rung repeats; a probe comes in between where a rung takes longer."""
    rung, until = state.rung, state.next_rung_at
    if until is None or now >= until:
        rung = min(rung + 1, len(patience.ladder) - 1)
        until = now + patience.ladder[rung]
    return replace(
        state,
        rung=rung,
        next_rung_at=until,
        next_try_at=_next_try(patience, until, now, retry_after),
    )


def _next_try(
    patience: Patience, next_rung_at: datetime, now: datetime, retry_after: timedelta | None
) -> datetime:
    """A partner that says when to come back is taken at its word."""
    if retry_after is not None:
        return now + retry_after
    return min(next_rung_at, now + patience.probe)
