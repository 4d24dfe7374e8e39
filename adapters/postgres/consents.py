"""Consents as the views have them: which schools a partner may read, and how each one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aanspraak.domain.consent_scopes import READ_FOR_ROSTERS, read_by
from adapters.postgres.queries import load
from adapters.postgres.vault_grouped import Grouped
from adapters.postgres.views_rows import rows_of
from projections.consents import Consent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from aanspraak.domain.consent_scopes import Scope
    from projections.visibility import Viewer

    Question = tuple[str, Scope, UUID]

SQL: Final = load("consents")


class Consents:
    """The consents of all schools. That one holds is asked anew each time, by many at once."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Any]]) -> None:
        self._pool = pool
        self._asked = Grouped(self._hold)

    async def may_see(self, viewer: Viewer, school_id: UUID) -> bool:
        """Whether a viewer may see what is of this school; only some roles need a consent."""
        scope = read_by(viewer.role)
        return scope is None or await self._asked.ask((viewer.partner, scope, school_id))

    async def may_read(self, school_id: UUID, provider: str) -> bool:
        """Whether the hub may take the roster of a school from its student administration."""
        questions = [(provider, scope, school_id) for scope in READ_FOR_ROSTERS]
        return all(await self._hold(questions))

    async def of_partner(
        self,
        partner: str,
        *,
        school_id: UUID | None = None,
        api: str | None = None,
        since: datetime | None = None,
        ours: str | None = None,
        theirs: str | None = None,
    ) -> list[Consent]:
        """The consents of a partner, narrowed down by what is given."""
        wanted = {
            "partner": partner,
            "school_id": school_id,
            "api": api,
            "since": since,
            "ours": ours,
            "theirs": theirs,
        }
        return await self._rows("of_partner", wanted)

    async def listed(
        self,
        *,
        school_id: UUID | None = None,
        partner: str | None = None,
        waiting: bool = False,
    ) -> list[Consent]:
        """All consents, those of a school or a partner, or those that wait for us to decide."""
        wanted = {"school_id": school_id, "partner": partner, "waiting": waiting}
        return await self._rows("listed", wanted)

    async def used_elsewhere(self, partner: str, theirs: str, school_id: UUID, api: str) -> bool:
        """Whether a partner used this reference for another school or API."""
        wanted = {"partner": partner, "theirs": theirs, "school_id": school_id, "api": api}
        return bool(await self._value("used_elsewhere", wanted))

    async def touched(self, partner: str, role: str, school_id: UUID) -> int:
        """How many entitlements a consent of this school to this partner is about."""
        wanted = {"partner": partner, "role": role, "school_id": school_id}
        return int(await self._value("touched", wanted))

    async def ended(self, school_id: UUID, partners: Sequence[str]) -> dict[str, datetime]:
        """Since when the consents to these portals do not hold, of those that once did."""
        wanted = {"school_id": school_id, "partners": list(partners)}
        async with self._pool.connection() as conn:
            cursor = await conn.execute(SQL["ended"], wanted)
            return dict(await cursor.fetchall())

    async def _hold(self, asked: Sequence[Question]) -> list[bool]:
        columns = {
            "partners": [partner for partner, _, _ in asked],
            "apis": [scope.api for _, scope, _ in asked],
            "scopes": [scope.scope for _, scope, _ in asked],
            "schools": [school_id for _, _, school_id in asked],
        }
        async with self._pool.connection() as conn:
            cursor = await conn.execute(SQL["hold"], columns, prepare=False)
            return [bool(row[0]) for row in await cursor.fetchall()]

    async def _rows(self, query: str, wanted: Mapping[str, object]) -> list[Consent]:
        async with self._pool.connection() as conn:
            return await rows_of(Consent, conn, SQL[query], wanted)

    async def _value(self, query: str, wanted: Mapping[str, object]) -> Any:  # noqa: ANN401 - of a query
        async with self._pool.connection() as conn:
            row = await (await conn.execute(SQL[query], wanted)).fetchone()
        return row[0] if row else 0
