"""The way to one partner: open, held by its Retry-After, unreachable, or paused by an operator."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from aanspraak.application.reachability import Reachability, failed, heard, succeeded
from adapters.postgres.exchange_record import Turn
from adapters.postgres.flows import FlowRow

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from aanspraak.application.messages import Message
    from aanspraak.application.reachability import Patience

log = structlog.get_logger(__name__)


class Way:
    """What we know of it, kept up with every answer; `turned` records what has changed."""

    def __init__(self, partner: str, patience: Patience, turned: Callable[[Turn], None]) -> None:
        self._partner = partner
        self._patience = patience
        self._turned = turned
        self._state = Reachability()
        self._row = FlowRow(partner=partner)
        self._called = False
        self._probing = False

    @property
    def is_unreachable(self) -> bool:
        """Whether only one request at a time is tried, now and then."""
        return self._state.unreachable_since is not None

    def restore(self, row: FlowRow) -> None:
        """Take up what an earlier gateway knew."""
        self._row, self._state, self._called = row, row.reachability, row.heard

    def may_send(self, now: datetime) -> bool:
        """Whether a request may go now."""
        opens_at = self._state.opens_at
        if self._row.is_paused(now) or (opens_at is not None and now < opens_at):
            return False
        return not (self.is_unreachable and self._probing)

    def next_moment(self, now: datetime) -> datetime | None:
        """When time alone may change that."""
        moments = [self._state.opens_at, self._row.paused_until]
        if self._called:
            moments.append(self._state.deaf_until)
        return min((one for one in moments if one is not None and one > now), default=None)

    def send(self) -> bool:
        """A request goes; whether it is the one an unreachable partner is tried with."""
        self._probing = self.is_unreachable
        return self._probing

    def probed(self) -> None:
        """The request that an unreachable partner was tried with has come to an end."""
        self._probing = False

    def took(self) -> None:
        """The partner answered."""
        self._change(succeeded(self._state))

    def failed(
        self,
        message: Message,
        now: datetime,
        *,
        retry_after: timedelta | None,
        probing: bool,
    ) -> bool:
        """A request failed; whether the partner is to blame, because it is unreachable."""
        self._change(
            failed(
                self._state,
                self._patience,
                (message.key, message.number),
                now,
                retry_after=retry_after,
                probing=probing,
            )
        )
        return self.is_unreachable

    def told(self, row: FlowRow) -> None:
        """Somebody else wrote about this flow: an operator, or whoever the partner called."""
        self._row = row
        if row.heard and row.unreachable_since == self._state.unreachable_since:
            self._called = self.is_unreachable
            self._state = replace(self._state, deaf_until=row.deaf_until)

    def listen(self, now: datetime) -> None:
        """A sign of life ends the pause, unless the last one was just now and led to nothing."""
        if self._called:
            self._change(heard(self._state, self._patience, now))

    def _change(self, state: Reachability) -> None:
        before, self._state = self._state, state
        if _kept(before) == _kept(state):
            return
        lost = before.unreachable_since is None and state.unreachable_since is not None
        back = before.unreachable_since is not None and state.unreachable_since is None
        if lost or back:
            self._called = self._probing = False
        if lost:
            log.warning("partner.unreachable", partner=self._partner)
        if back:
            log.warning("partner.reachable", partner=self._partner)
        blamed = before.failing if lost else ()
        self._turned(Turn(partner=self._partner, reachability=state, blamed=blamed, back=back))


def _kept(state: Reachability) -> Reachability:
    """What is written down: not which messages failed, as long as they are few."""
    return replace(state, failing=())
