"""What an operator asks about a school's portals: who is meant, and what it would touch."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aanspraak.application.school_portals import portals_now
from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.errors import PortalNotServed, SchoolUnknown
from aanspraak.domain.partner.decide import PORTAL
from aanspraak.domain.school.decide import decide
from aanspraak.domain.school.state import SchoolPortals, evolve
from adapters.postgres.consents import Consents
from adapters.postgres.fetching import all_as
from adapters.postgres.policy_schools import read_schools
from adapters.postgres.queries import load
from projections.visibility import Somebody

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from aanspraak.domain.school.commands import SchoolCommand
    from adapters.postgres.consent_desk import FindPartner
    from adapters.postgres.vault import Vault

    Aliases = tuple[str | None, tuple[tuple[str, str], ...]]

NO_LINK: Final = (None, "cancelled")
"""What a portal was asked last when it has no link."""


class Planned(NamedTuple):
    """What a change touches, as far as the views have followed.

    `entitlements`: how many of the school can still be used. `touched` of them go elsewhere, in so
    many `orders`. `links_requested` are asked for at once, those of `waiting` entitlements when
    they may; `links_withdrawn` are taken away.
    """

    entitlements: int = 0
    touched: int = 0
    orders: int = 0
    links_requested: int = 0
    waiting: int = 0
    links_withdrawn: int = 0


class AtPortal(NamedTuple):
    """A portal, how many entitlements go there, and whether the school lets anything go there."""

    portal: str
    entitlements: int
    consented: bool


class SchoolAsItStands(NamedTuple):
    """Where the entitlements of a school that can still be used go, and what was decided."""

    entitlements: int
    portals: tuple[AtPortal, ...]
    decided: SchoolPortals


class _Alike(NamedTuple):
    """Entitlements of an order that a change touches in the same way."""

    order_id: UUID
    portals: list[str]
    named: list[str] | None
    at_once: bool
    asked: Mapping[str, str]
    number: int


@dataclass(frozen=True, kw_only=True)
class PortalDesk:
    """Finds out who is meant and counts; `partner_of` knows who is a partner."""

    connections: AsyncConnectionPool[AsyncConnection[Any]]
    vault: Vault
    partner_of: FindPartner
    now: Callable[[], datetime]

    async def school_id(self, aliases: Aliases) -> UUID:
        """The school. Raises SchoolUnknown."""
        found = await self.vault.find_school(*aliases)
        if found is None:
            raise SchoolUnknown
        return found.school_id

    async def require_portal(self, portal: str, field: str) -> None:
        """Raise PortalNotServed, naming the field, when the hub serves no such portal."""
        partner = await self.partner_of(portal)
        if partner is None or partner.role != PORTAL:
            raise PortalNotServed(field)

    async def consented(self, school_id: UUID, portal: str) -> bool:
        """Whether the school lets anything go to a portal now."""
        viewer = Somebody(partner=portal, role=PORTAL)
        return await Consents(self.connections).may_see(viewer, school_id)

    async def plan(self, command: SchoolCommand) -> Planned:
        """What the command would touch. Raises PortalNotAtSchool, as the command would."""
        async with self.connections.connection() as conn:
            schools = await read_schools(conn, [command.school_id])
            before = schools[command.school_id]
            after = reduce(evolve, decide(command, before), before)
            living = await _living(conn, command.school_id, self.now())
        return _planned(living, after) if after != before else _untouched(living)

    async def stands(self, school_id: UUID) -> SchoolAsItStands:
        """Where its entitlements go now."""
        async with self.connections.connection() as conn:
            decided = (await read_schools(conn, [school_id]))[school_id]
            living = await _living(conn, school_id, self.now())
        counted: Counter[str] = Counter()
        for alike in living:
            counted.update(dict.fromkeys(alike.portals, alike.number))
        portals = [
            AtPortal(portal, number, await self.consented(school_id, portal))
            for portal, number in sorted(counted.items())
        ]
        return SchoolAsItStands(_untouched(living).entitlements, tuple(portals), decided)


async def _living(conn: AsyncConnection[Any], school_id: UUID, now: datetime) -> list[_Alike]:
    wanted = {"school_id": school_id, "today": day_of(now)}
    return await all_as(_Alike, conn, load("school_portals")["living"], wanted)


def _untouched(living: list[_Alike]) -> Planned:
    return Planned(entitlements=sum(alike.number for alike in living))


def _planned(living: list[_Alike], after: SchoolPortals) -> Planned:
    touched: list[tuple[_Alike, set[str], set[str]]] = []
    for alike in living:
        named = None if alike.named is None else tuple(alike.named)
        now, then = set(alike.portals), set(portals_now(named, after))
        if now != then:
            touched.append((alike, then - now, now - then))
    return Planned(
        entitlements=sum(alike.number for alike in living),
        touched=sum(alike.number for alike, _, _ in touched),
        orders=len({alike.order_id for alike, _, _ in touched}),
        links_requested=sum(one.number * len(new) for one, new, _ in touched if one.at_once),
        waiting=sum(one.number for one, new, _ in touched if new and not one.at_once),
        links_withdrawn=sum(one.number * _standing(one, left) for one, _, left in touched),
    )


def _standing(alike: _Alike, left: set[str]) -> int:
    return sum(alike.asked.get(portal) not in NO_LINK for portal in left)
