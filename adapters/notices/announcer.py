"""Who tells: it looks at partners and followers, puts notices together, and delivers them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import psycopg
import structlog

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.partner.commands import NoteReachability
from adapters.notices.target import NotDelivered
from adapters.postgres import notices
from adapters.postgres.connection import connect
from adapters.postgres.group_commit import commit_group
from adapters.postgres.queries import load
from projections.notice_rules import Rules, ready
from projections.notice_words import title_of
from projections.notices import Stood, letters_lie, stuck

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from psycopg import AsyncConnection

    from adapters.notices.target import Target
    from adapters.postgres.notices import Delivery
    from projections.notice_rules import Message

NAME: Final = "announcer"
TICK_SECONDS: Final = 2.0
KEPT: Final = timedelta(days=90)

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class Announcer:
    """One process at a time tells; another waits for its turn.

    `patience` is how long a follower may stand while facts wait for it, `ladder` how long is waited
    after each delivery that failed; after its last step a message is given up there.
    """

    url: str
    targets: Sequence[Target]
    rules: Rules
    patience: timedelta
    ladder: Sequence[timedelta]
    now: Callable[[], datetime]
    tick_seconds: float = TICK_SECONDS
    _stood: Mapping[str, Stood] = field(default_factory=dict, init=False)
    _away: Mapping[str, datetime | None] = field(default_factory=dict, init=False)

    async def run(self) -> None:
        """Tell until cancelled; a lost connection is opened again at the next tick."""
        while True:
            try:
                async with await connect(self.url, NAME) as conn:
                    await self._wait_for_turn(conn)
                    self._stood, self._away = {}, {}
                    log.info("follower.started", follower=NAME)
                    async with asyncio.TaskGroup() as tasks:
                        tasks.create_task(self._look_again_and_again(conn))
                        for target in self.targets:
                            tasks.create_task(self._deliver_again_and_again(target))
            except* psycopg.Error as errors:
                reason = type(errors.exceptions[0]).__name__
                log.warning("connection.lost", follower=NAME, reason=reason)
            await asyncio.sleep(self.tick_seconds)

    async def look(self, conn: AsyncConnection[Any]) -> None:
        """Look how everything stands, and put together what is to go."""
        await self._note_reachability(conn)
        await self._look_at_followers(conn)
        await self._put_together(conn)

    async def deliver(self, conn: AsyncConnection[Any], target: Target) -> None:
        """Deliver what is due at a target."""
        for delivery in await notices.due(conn, target.name, self.now()):
            await self._deliver(conn, target, delivery)

    async def _look_again_and_again(self, conn: AsyncConnection[Any]) -> None:
        while True:
            await self.look(conn)
            await asyncio.sleep(self.tick_seconds)

    async def _deliver_again_and_again(self, target: Target) -> None:
        """Each target by itself: one that hangs keeps nobody else waiting."""
        async with await connect(self.url, f"{NAME} {target.name}") as conn:
            while True:
                await self.deliver(conn, target)
                await asyncio.sleep(self.tick_seconds)

    async def _note_reachability(self, conn: AsyncConnection[Any]) -> None:
        """That a partner is away, and there again, is a fact; the gateway keeps only how it is."""
        away = await notices.away(conn)
        changed = {name: since for name, since in away.items() if self._differs(name, since)}
        asked = [_submission(partner, since, self.now()) for partner, since in changed.items()]
        if asked:
            await commit_group(conn, asked)
        self._away = away

    def _differs(self, partner: str, since: datetime | None) -> bool:
        return partner not in self._away or self._away[partner] != since

    async def _look_at_followers(self, conn: AsyncConnection[Any]) -> None:
        now = self.now()
        seen = await notices.standing(conn)
        self._stood, found = stuck(self._stood, seen, now, self.patience)
        found += [letters_lie(*each, now) for each in await notices.letters(conn)]
        await notices.keep(conn, found)

    async def _put_together(self, conn: AsyncConnection[Any]) -> None:
        now = self.now()
        async with conn.transaction():
            messages = ready(await notices.waiting(conn), now, self.rules)
            for message in messages:
                targets = [target.name for target in self.targets]
                await notices.address(conn, message, targets, now)
            if messages:
                await notices.forget(conn, now - KEPT)
        for message in messages:
            _say(message)

    async def _deliver(
        self, conn: AsyncConnection[Any], target: Target, delivery: Delivery
    ) -> None:
        message_id = delivery.message.message_id
        try:
            await target.deliver(delivery.message, self.now())
        except NotDelivered as error:
            after = self.ladder[delivery.attempts :]
            next_at = self.now() + after[0] if after else None
            await notices.failed(conn, message_id, target.name, next_at, str(error))
            facts = {"target": target.name, "reason": str(error), "gave_up": not after}
            log.warning("notice.failed", **facts)
        else:
            await notices.delivered(conn, message_id, target.name, self.now())

    async def _wait_for_turn(self, conn: AsyncConnection[Any]) -> None:
        while True:
            row = await (await conn.execute(load("follower")["try_lock"], (NAME,))).fetchone()
            if row and row[0]:
                return
            await asyncio.sleep(self.tick_seconds)


def _submission(partner: str, since: datetime | None, now: datetime) -> Submission:
    at = (since or now).isoformat()
    return Submission(
        stream_id=ids.partner_stream(partner),
        command=NoteReachability(partner=partner, unreachable_since=since),
        actor=NAME,
        correlation_id=str(ids.partner_stream(partner)),
        causation_id=f"{'away' if since else 'there'}/{at}",
    )


def _say(message: Message) -> None:
    facts = {"kind": message.kind, "count": len(message.notices), "title": title_of(message)}
    log.warning("notice.given", **facts)
