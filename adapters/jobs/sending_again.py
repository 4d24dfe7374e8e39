"""The job that sends again: so many a second, each once, however often its worker is killed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from aanspraak.domain.delivery_order.commands import SendConfirmationsAgain
from aanspraak.domain.entitlement.commands import SendAgain
from aanspraak.domain.incident.commands import RecordSentAgain
from adapters.postgres import jobs
from adapters.postgres.channel import SQL as CHANNEL
from adapters.postgres.failed_messages import let_go, what_they_are
from adapters.postgres.group_commit import commit_group
from adapters.postgres.job_orders import of_worker
from adapters.postgres.jobs import Item, Step
from adapters.postgres.send_again import Alone, require_second

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from aanspraak.application.handle import Submission
    from adapters.jobs.job import Job

MOST_AT_ONCE: Final = 100
"""In one transaction, which keeps other writers waiting from its first fact on."""
PARTS_A_SECOND: Final = 4
DOING: Final = "sending"


@dataclass(frozen=True, kw_only=True)
class SendingAgain:
    """Lets go what is parked, and has a new message made of what was refused or lost.

    What came of a part, and how far the job is with it, are one transaction; so a message is made
    once, and one that is let go keeps its number and reference id. More than is `allowed` here goes
    only when a second operator confirmed it, whatever was allowed where it was asked.
    """

    now: Callable[[], datetime]
    allowed: Alone

    async def __call__(self, job: Job) -> None:
        """Go through the list from where the mark is; raises SecondOperatorNeeded."""
        await require_second(job.conn, job.turn.job_id, self.allowed)
        at_once = _at_once(job.turn.per_second)
        while part := await jobs.items(job.conn, job.turn.job_id, int(job.mark or 0), at_once):
            await self._send(job, part)
            job.heed()
            if job.turn.per_second:
                await job.rest(len(part) / job.turn.per_second)

    async def _send(self, job: Job, part: Sequence[Item]) -> None:
        now, conn = self.now(), job.conn
        async with conn.transaction():
            free = await let_go(conn, part, now)
            known = await what_they_are(conn, [one.key for one in part])
            await conn.execute(CHANNEL["wake"], {"partners": sorted({name for name, _ in free})})
            asked = {
                (one.name, one.key): self._asked(job, one, entitlement=known[one.key], now=now)
                for one in part
                if one.key in known and not (known[one.key] and (one.name, one.key) in free)
            }
            results = await commit_group(conn, [*asked.values(), *_about_an_incident(job)])
            made = {which for which, one in zip(asked, results, strict=False) if one.events}
            sent = len(free | made)
            await job.move_on(
                Step(
                    mark=str(part[-1].nr),
                    doing=DOING,
                    done=len(part),
                    succeeded=sent,
                    nothing=len(part) - sent,
                )
            )

    @staticmethod
    def _asked(job: Job, item: Item, *, entitlement: bool, now: datetime) -> Submission:
        """Of an entitlement the last message counts; a shop is owed each answer it rejected."""
        anyway = bool(job.turn.about.get("everything"))
        command: object = SendConfirmationsAgain(shop=item.name)
        if entitlement:
            command = SendAgain(partner=item.name, now=now, anyway=anyway)
        return of_worker(job.turn, item.key, command)


def _about_an_incident(job: Job) -> list[Submission]:
    """With the first part it is on the record of the incident that this was done about it."""
    incident, reason = job.turn.about.get("incidentId"), job.turn.reason_id
    if job.mark or incident is None or reason is None:
        return []
    return [of_worker(job.turn, UUID(incident), RecordSentAgain(reason_id=reason))]


def _at_once(per_second: float) -> int:
    """A few parts a second, so that what is sent comes evenly."""
    return (
        min(MOST_AT_ONCE, max(1, int(per_second / PARTS_A_SECOND))) if per_second else MOST_AT_ONCE
    )
