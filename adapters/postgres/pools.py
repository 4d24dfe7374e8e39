"""Pools of open orders, resolved against the rosters within the policies' own transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import dict_row

from aanspraak.application.asking import ask
from aanspraak.application.pool import Brake, Change, Match, PoolOrder, Turn, resolve
from aanspraak.domain import ids
from aanspraak.domain.resolution.commands import ResolveUsers
from aanspraak.domain.resolution.events import ResolutionEvent
from adapters.postgres.pool_facts import CANCELLING, Pool, Touched, fold_pools
from adapters.postgres.pool_resolutions import fold_resolution
from adapters.postgres.queries import load
from adapters.postgres.roster import RosterState, TargetKind, known, members_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.handle import Submission
    from aanspraak.domain.recorded import Recorded
    from adapters.config import Settings
    from adapters.postgres.group_commit import Result

SQL: Final = load("pool")
ADMIN_ROLES: Final = (
    "administratief-medewerker",
    "applicatiebeheerder",
    "leermiddelencoordinator",
)
TARGETS: Final[dict[str, TargetKind]] = {
    "school-all": "school",
    "school-admin": "role",
    "school-studies": "study",
    "school-subjects": "subject",
    "school-groups": "group",
}
"""What the roster knows each open delivery type by."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RosterRules:
    """Whom a school-admin order is for, and when leavers wait for somebody to look."""

    admin_roles: tuple[str, ...] = ADMIN_ROLES
    brake: Brake = Brake()  # noqa: RUF009 - it is frozen


def rules_of(settings: Settings) -> RosterRules:
    """The rules as this deployment has them."""
    brake = Brake(percent=settings.leaver_brake_percent, count=settings.leaver_brake_count)
    return RosterRules(admin_roles=settings.admin_roles, brake=brake)


class Pools:
    """What the policies do for open orders."""

    def __init__(self, rules: RosterRules) -> None:
        self._rules = rules

    async def follow(
        self, conn: AsyncConnection[Any], facts: Sequence[Recorded], *, asking: bool
    ) -> list[Submission]:
        """Fold facts; what the pools they touched ask for now. The roster is read only to ask."""
        touched = await fold_pools(conn, facts)
        if not asking or not touched.pools:
            return []
        reading = _Reading(conn=conn, rules=self._rules, touched=touched)
        return [ask for pool in sorted(touched.pools) for ask in await reading.asks(pool)]

    async def written(self, conn: AsyncConnection[Any], results: Sequence[Result]) -> None:
        """Fold what was just appended, so that the next fact is judged with it."""
        for result in results:
            first = result.version - len(result.events) + 1
            for version, event in enumerate(result.events, first):
                if isinstance(event, ResolutionEvent):
                    await fold_resolution(conn, event, version)


@dataclass(kw_only=True)
class _Reading:
    """Pools resolved at one moment: what is read of a roster for one order serves the others."""

    conn: AsyncConnection[Any]
    rules: RosterRules
    touched: Touched
    _rosters: dict[UUID, RosterState | None] = field(default_factory=dict)
    _matches: dict[tuple[object, ...], tuple[Match, ...]] = field(default_factory=dict)

    async def asks(self, pool: Pool) -> list[Submission]:
        """Without a roster that was taken once nobody joins, and nobody leaves."""
        roster = await self._roster(pool.school_id)
        if roster is None or roster.last_success_at is None:
            return []
        rows = await self._rows("read_pool", pool._asdict())
        orders = [await self._order(pool, row) for row in rows]
        turns = await self._rows("read_members", {"ids": [each.order for each in orders]})
        changes = resolve(orders, [_turn(row) for row in turns], self.rules.brake)
        return [
            self._ask(change, roster.version, self.touched.pools[pool])
            for row, change in zip(rows, changes, strict=True)
            if change.joined or change.left or change.held_back or row["held_back"]
        ]

    async def _roster(self, school_id: UUID) -> RosterState | None:
        if school_id not in self._rosters:
            self._rosters[school_id] = await known(self.conn, school_id)
        return self._rosters[school_id]

    async def _order(self, pool: Pool, row: dict[str, Any]) -> PoolOrder:
        return PoolOrder(
            order=row["order_id"],
            matches=await self._matching(pool.school_id, row),
            activations=row["used"],
            total_quantity=row["total_quantity"],
            on_full=row["on_full"],
            paused=row["state"] == CANCELLING,
            braked=row["order_id"] not in self.touched.released,
        )

    async def _matching(self, school_id: UUID, row: dict[str, Any]) -> tuple[Match, ...]:
        kind = TARGETS[row["delivery_type"]]
        targets = self.rules.admin_roles if kind == "role" else tuple(row["selection"])
        period = (row["start_date"], row["activation_until_date"])
        asked = (school_id, kind, targets, *period)
        if asked not in self._matches:
            members = await members_for(self.conn, school_id, kind, targets, *period)
            self._matches[asked] = tuple(
                Match(subject_id=one.subject_id, user_reference_id=one.user_reference_id)
                for one in members
            )
        return self._matches[asked]

    async def _rows(self, query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        async with self.conn.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(SQL[query], parameters, prepare=False)
            return await cursor.fetchall()

    def _ask(self, change: Change, roster_version: int, because: Recorded) -> Submission:
        command = ResolveUsers(
            order=change.order,
            roster_version=roster_version,
            subject_ids=tuple(match.subject_id for match, _ in change.joined),
            user_reference_ids=tuple(match.user_reference_id for match, _ in change.joined),
            turns=tuple(turn for _, turn in change.joined),
            left_subject_ids=tuple(subject_id for subject_id, _, _ in change.left),
            left_turns=tuple(turn for _, turn, _ in change.left),
            left_causes=tuple(cause for _, _, cause in change.left),
            held_back=change.held_back,
            held_of=change.held_of,
        )
        return ask(because, ids.resolution_stream(change.order), command)


def _turn(row: dict[str, Any]) -> Turn:
    row = dict(row)
    return Turn(order=row.pop("order_id"), **row)
