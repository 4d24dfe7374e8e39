"""The tables of the policies built anew: the log is folded, and nothing is asked of anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg.sql import SQL, Identifier

from adapters.postgres.event_log import read_after
from adapters.postgres.policies import Policies
from adapters.postgres.queries import load
from adapters.stopping import CannotGoOn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import LiteralString
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.handle import Submission
    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.follower_batch import Handle

FOLLOWER: Final = "policies"


class StillFollowing(CannotGoOn):
    """The policies are followed at this moment; stop `aanspraak follow policies` first."""


class LettersWait(CannotGoOn):
    """Facts that the policies could not handle wait: retry or skip these dead letters first."""


async def rebuild_policies(
    conn: AsyncConnection[Any], progress: Callable[[float], None] = lambda _far: None
) -> int:
    """Build them up to the bookmark, in one transaction: until its end everybody sees the old rows.

    What comes after the bookmark is for the follower, which also asks. Gives the bookmark;
    `progress` is told how far it is, from 0 to 1.

    Raises:
        StillFollowing: the follower runs.
        LettersWait: a fact that was laid aside would be folded now, and once more when its turn
            comes.
    """
    queries = load("policy_rebuild")
    async with conn.transaction():
        if not await _is(conn, queries["take_turn"]):
            raise StillFollowing(StillFollowing.__doc__)
        if await _is(conn, queries["letters_wait"]):
            raise LettersWait(LettersWait.__doc__)
        for (table,) in await (await conn.execute(queries["tables"])).fetchall():
            await conn.execute(SQL("DELETE FROM policy.{}").format(Identifier(table)))
        row = await (await conn.execute(queries["bookmark"])).fetchone()
        until = int(row[0]) if row else 0
        await _fold(conn, until, progress)
    return until


async def _fold(conn: AsyncConnection[Any], until: int, progress: Callable[[float], None]) -> None:
    handle = Policies(_nothing_held, asking=False).handle
    position = 0
    while facts := [one for one in await read_after(conn, position) if one.position <= until]:
        await _handle(handle, conn, facts)
        position = facts[-1].position
        progress(position / until)


async def _handle(
    handle: Handle,
    conn: AsyncConnection[Any],
    facts: Sequence[Recorded],
) -> None:
    """All of them: a large order is gone through in parts, and no fact of it is handled then."""
    while facts:
        facts = facts[await handle(conn, facts) :]


async def _is(conn: AsyncConnection[Any], query: LiteralString) -> bool:
    row = await (await conn.execute(query)).fetchone()
    return bool(row and row[0])


async def _nothing_held(_conn: AsyncConnection[Any], _ids: Sequence[UUID]) -> list[Submission]:
    """Activations that were held are for the follower to take up."""
    return []
