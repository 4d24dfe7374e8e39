"""Which schools let which dashboards know: remembered by the event stream, judged by the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast
from uuid import UUID

from aanspraak.domain import ids
from aanspraak.domain.consent.state import replay
from aanspraak.domain.consent_scopes import DASHBOARD_SCOPE
from adapters.postgres.event_log import read_many
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Sequence

    from psycopg import AsyncConnection

    from aanspraak.domain.consent.events import ConsentEvent
    from aanspraak.domain.recorded import Recorded

SQL: Final = load("dashboards")
PART: Final = 400
FIRST: Final = UUID(int=0)


class Consented(NamedTuple):
    """A dashboard, and a school that lets it know."""

    dashboard: str
    school_id: UUID


async def remember(conn: AsyncConnection[Any], one: Consented) -> int | None:
    """It was given; the position at which it last ended, None if that never happened."""
    row = await (await conn.execute(SQL["given"], one._asdict())).fetchone()
    return row[0] if row else None


async def forget(conn: AsyncConnection[Any], one: Consented, position: int) -> None:
    """It ended, with the fact at this position."""
    await conn.execute(SQL["ended"], {**one._asdict(), "position": position})


async def any_held(conn: AsyncConnection[Any]) -> bool:
    """Whether any school lets any dashboard know anything."""
    row = await (await conn.execute(SQL["any_held"])).fetchone()
    return bool(row and row[0])


async def holding(conn: AsyncConnection[Any], schools: Collection[UUID]) -> list[Consented]:
    """The consents of these schools that were come past, and hold at this moment."""
    cursor = await conn.execute(SQL["held"], {"schools": list(schools)}, prepare=False)
    known = [Consented(*row) for row in await cursor.fetchall()]
    return await still(conn, known)


async def still(conn: AsyncConnection[Any], known: Sequence[Consented]) -> list[Consented]:
    """Those of these that hold at this moment, whatever is still to be read of the log."""
    if not known:
        return []
    streams = {one: _stream(one) for one in known}
    histories = await read_many(conn, list(streams.values()))
    return [one for one, stream in streams.items() if _holds(histories[stream])]


async def counted_until(conn: AsyncConnection[Any]) -> int:
    """Up to which position it is known which entitlements a school has."""
    row = await (await conn.execute(SQL["counted_until"])).fetchone()
    return int(row[0]) if row else 0


async def histories_of(
    conn: AsyncConnection[Any], school_id: UUID
) -> AsyncIterator[list[list[Recorded]]]:
    """The facts of a school's entitlements, one list for each, in parts."""
    part = [FIRST]
    while part:
        wanted = {"school_id": school_id, "after": part[-1], "most": PART}
        cursor = await conn.execute(SQL["entitlements_of_school"], wanted, prepare=False)
        part = [entitlement_id for (entitlement_id,) in await cursor.fetchall()]
        if part:
            yield [list(history) for history in (await read_many(conn, part)).values()]


def _stream(one: Consented) -> UUID:
    return ids.consent_stream(
        one.school_id, one.dashboard, DASHBOARD_SCOPE.api, DASHBOARD_SCOPE.scope
    )


def _holds(history: Sequence[Recorded]) -> bool:
    consent = replay(cast("list[ConsentEvent]", [recorded.event for recorded in history]))
    return consent is not None and consent.holds
