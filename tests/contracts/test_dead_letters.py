"""What an operator decides about a fact that lies aside: again, in order; or never, on record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import AsyncConnection

from aanspraak.domain.recorded import Recorded
from adapters.postgres.dead_letters import (
    AskedLetters,
    DeadLetterTable,
    NotDecidable,
    dead_letters,
    retry,
    skip,
)
from adapters.postgres.event_log import read_after
from adapters.postgres.follower_batch import Bookkeeper
from tests.contracts.asking import append_raw

NAME = "policies"
OPERATOR = "operator:7"


class Fragile:
    """A follower's work that fails at the facts of `poison`, and notes the others in order."""

    def __init__(self, *poison: UUID) -> None:
        self.poison = set(poison)
        self.seen: list[int] = []

    async def handle(self, conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
        """Handle all, or fail."""
        if any(recorded.stream_id in self.poison for recorded in facts):
            raise ZeroDivisionError
        self.seen += [recorded.position for recorded in facts]
        return len(facts)


async def test_a_mended_follower_handles_it_again_and_those_behind_it_in_order(
    conn: AsyncConnection[Any],
) -> None:
    work = Fragile(bad := uuid4())
    books = _books(work)
    await append_raw(conn, [bad, good := uuid4(), bad, bad], [0, 0, 0, 0])
    await _follow(conn, books)
    assert work.seen == [2]
    assert await _waiting(conn) == [(1, "ZeroDivisionError"), (3, "behind"), (4, "behind")]
    work.poison.clear()
    assert not await books.try_again(conn)
    await retry(conn, NAME, 1, OPERATOR)
    assert await books.try_again(conn)
    await append_raw(conn, [bad, good], [3, 1])
    await _follow(conn, books)
    assert work.seen == [2, 1, 6]
    while await books.try_again(conn):
        pass
    assert work.seen == [2, 1, 6, 3, 4, 5]
    assert await _waiting(conn) == []
    await append_raw(conn, [bad], [4])
    await _follow(conn, books)
    assert work.seen[-1] == 7


async def test_it_may_fail_again_and_waits_again(conn: AsyncConnection[Any]) -> None:
    work = Fragile(bad := uuid4())
    books = _books(work)
    await append_raw(conn, [bad, bad], [0, 0])
    await _follow(conn, books)
    await retry(conn, NAME, 1, OPERATOR)
    assert await books.try_again(conn)
    assert not await books.try_again(conn)
    assert await _waiting(conn) == [(1, "ZeroDivisionError"), (2, "behind")]


async def test_what_is_skipped_is_on_record_and_those_behind_it_go_on(
    conn: AsyncConnection[Any],
) -> None:
    work = Fragile(bad := uuid4())
    books = _books(work)
    await append_raw(conn, [bad, bad], [0, 0])
    await _follow(conn, books)
    work.poison.clear()
    assert await skip(conn, NAME, 1, OPERATOR) == 1
    assert await books.try_again(conn)
    assert work.seen == [2]
    skipped, after = await dead_letters(conn, AskedLetters(settled=True))
    assert (skipped.status, skipped.decided_by, after.status) == ("skipped", OPERATOR, "handled")
    assert skipped.decided_at is not None


async def test_all_that_waits_behind_it_can_be_skipped_too(conn: AsyncConnection[Any]) -> None:
    work = Fragile(bad := uuid4(), other := uuid4())
    books = _books(work)
    await append_raw(conn, [bad, other, bad], [0, 0, 0])
    await _follow(conn, books)
    assert await skip(conn, NAME, 1, OPERATOR, behind=True) == 2
    assert await _waiting(conn) == [(2, "ZeroDivisionError")]
    assert not await books.try_again(conn)


@pytest.mark.parametrize("decide", [retry, skip])
async def test_what_does_not_wait_cannot_be_decided_about(
    conn: AsyncConnection[Any], decide: Callable[..., Any]
) -> None:
    with pytest.raises(NotDecidable, match="no fact at position 1 waits for policies"):
        await decide(conn, NAME, 1, OPERATOR)


async def test_what_waits_behind_another_is_not_handled_before_it(
    conn: AsyncConnection[Any],
) -> None:
    await append_raw(conn, [bad := uuid4(), bad], [0, 0])
    await _follow(conn, _books(Fragile(bad)))
    with pytest.raises(NotDecidable, match="position 1 of the same stream has to go first"):
        await retry(conn, NAME, 2, OPERATOR)


async def test_a_rebuilt_view_holds_it_already_so_it_is_not_handled_again(
    conn: AsyncConnection[Any],
) -> None:
    work = Fragile(bad := uuid4())
    books = _books(work, "projections", "view")
    await append_raw(conn, [bad], [0])
    await _follow(conn, books)
    await retry(conn, "projections", 1, OPERATOR)
    await conn.execute("INSERT INTO view.rebuilds (projection, times) VALUES ('partners', 1)")
    work.poison.clear()
    assert not await books.try_again(conn)
    with pytest.raises(NotDecidable, match="a view was rebuilt since"):
        await retry(conn, "projections", 1, OPERATOR)
    assert await skip(conn, "projections", 1, OPERATOR) == 1


def _books(work: Fragile, name: str = NAME, schema: str = "policy") -> Bookkeeper:
    return Bookkeeper(
        name=name, schema=schema, handle=work.handle, dead_letters=DeadLetterTable(name)
    )


async def _follow(conn: AsyncConnection[Any], books: Bookkeeper) -> None:
    position = await books.read_bookmark(conn)
    while facts := await read_after(conn, position):
        position = await books.advance(conn, position, facts)


async def _waiting(conn: AsyncConnection[Any]) -> list[tuple[int, str]]:
    return [(one.position, one.reason) for one in await dead_letters(conn)]
