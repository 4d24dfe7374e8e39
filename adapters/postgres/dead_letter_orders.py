"""What operators decide about facts that lie aside: one by one, or many by a job; all on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID, uuid4

import msgspec

from aanspraak.domain import ids
from aanspraak.domain.dead_letter.commands import RetryDeadLetter, SkipDeadLetter
from aanspraak.domain.job.commands import AskJob
from aanspraak.domain.job.events import RETRY_DEAD_LETTERS
from adapters.postgres import dead_letters as letters
from adapters.postgres import job_orders
from adapters.postgres.dead_letters import SQL, AskedLetters, DeadLetter
from adapters.postgres.on_behalf import decide
from adapters.postgres.reads_incidents import operators
from adapters.wire import ops_dead_letters_v1 as wire
from adapters.wire.jobs_v1 import JobAbout
from adapters.wire.outgoing import utc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import AsyncConnection

    from adapters.postgres.on_behalf import Operator
    from adapters.postgres.vault import Vault

SAMPLE: Final = 10


async def letter_answers(
    conn: AsyncConnection[Any], vault: Vault, asked: AskedLetters
) -> list[wire.DeadLetter]:
    """What lies aside, with who decided what about it, and why."""
    return await _shown(conn, vault, await letters.dead_letters(conn, asked))


async def letter_answer(
    conn: AsyncConnection[Any], vault: Vault, follower: str, position: int
) -> wire.DeadLetter | None:
    """One of them with the fact itself, as it is stored; None when there is none."""
    asked = AskedLetters(settled=True, follower=follower, position=position, limit=1)
    found = await letter_answers(conn, vault, asked)
    if not found:
        return None
    row = await (await conn.execute(SQL["fact_at"], (position,))).fetchone()
    fact = msgspec.json.decode(row[0], type=dict[str, Any]) if row else None
    return msgspec.structs.replace(found[0], fact=fact)


async def retry_letter(
    conn: AsyncConnection[Any], by: Operator, follower: str, position: int
) -> None:
    """Have one handled again, on record; raises NotDecidable."""
    command = RetryDeadLetter(follower=follower, position=position, reason_id=by.reason_id)
    async with conn.transaction():
        await letters.retry(conn, follower, position, by.actor, by.reason_id)
        await _decide(conn, by, command)


async def skip_letter(
    conn: AsyncConnection[Any], by: Operator, follower: str, position: int, *, behind: bool
) -> int:
    """Leave one unhandled for good, on record; how many that were. Raises NotDecidable."""
    command = SkipDeadLetter(
        follower=follower, position=position, behind=behind, reason_id=by.reason_id
    )
    async with conn.transaction():
        skipped = await letters.skip(
            conn, follower, position, by.actor, behind=behind, reason_id=by.reason_id
        )
        await _decide(conn, by, command)
    return skipped


async def plan_retries(
    conn: AsyncConnection[Any], vault: Vault, meant: AskedLetters
) -> wire.LettersMeant:
    """How many would be handled again, and some of them."""
    async with conn.transaction(force_rollback=True):
        count = await _list(conn, uuid4(), meant)
    sample = await letter_answers(conn, vault, replace(meant, first=True, limit=SAMPLE))
    return wire.LettersMeant(outcome="planned", letters=count, sample=tuple(sample))


async def ask_retries(
    conn: AsyncConnection[Any], by: Operator, meant: AskedLetters
) -> wire.LettersMeant:
    """Have those that go first of their stream handled again, by a job; raises NothingToDo."""
    job_id = uuid4()
    async with conn.transaction():
        count = await _list(conn, job_id, meant)
        command = AskJob(
            kind=RETRY_DEAD_LETTERS,
            amount=count,
            confirm_above=count,
            follower=meant.follower or "",
            what=meant.what or "",
            since=meant.since,
            until=meant.until,
        )
        await job_orders.ask(conn, by, job_id, command, _about(meant))
    return wire.LettersMeant(outcome="queued", letters=count, job_id=job_id)


async def _list(conn: AsyncConnection[Any], job_id: UUID, meant: AskedLetters) -> int:
    given: Mapping[str, object] = {
        "job_id": job_id,
        "follower": meant.follower,
        "what": meant.what,
        "since": meant.since,
        "until": meant.until,
    }
    return (await conn.execute(SQL["list_dead_letters"], given, prepare=False)).rowcount


async def _decide(
    conn: AsyncConnection[Any], by: Operator, command: RetryDeadLetter | SkipDeadLetter
) -> None:
    stream = ids.dead_letter_stream(command.follower, command.position)
    await decide(conn, by, stream, command)


async def _shown(
    conn: AsyncConnection[Any], vault: Vault, rows: Sequence[DeadLetter]
) -> list[wire.DeadLetter]:
    names = await operators(conn, vault, sorted({row.decided_by for row in rows if row.decided_by}))
    keys = [row.reason_id for row in rows if row.reason_id]
    reasons = await vault.shown_texts(keys) if keys else {}
    return [
        wire.DeadLetter(
            follower=row.follower,
            position=row.position,
            stream_id=row.stream_id,
            topic=row.topic,
            reason=row.reason,
            at=row.at.astimezone(UTC),
            status=cast("Any", row.status),
            behind=row.behind,
            decided_by=names.get(row.decided_by or ""),
            decided_at=utc(row.decided_at),
            decided_because=reasons.get(row.reason_id) if row.reason_id else None,
        )
        for row in rows
    ]


def _about(meant: AskedLetters) -> dict[str, Any]:
    about = JobAbout(follower=meant.follower, what=meant.what, since=meant.since, until=meant.until)
    return dict(msgspec.to_builtins(about))
