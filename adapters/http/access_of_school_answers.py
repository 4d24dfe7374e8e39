"""Who of a school can open a product, and where it hangs for the others: the answer in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from aanspraak.domain.calendar_days import day_of
from adapters.postgres.access_incidents import OpenIncident, open_incidents
from adapters.postgres.reads_access_of_school import (
    AskedOfSchool,
    KnownOfSchool,
    known_of_school,
)
from adapters.postgres.roster_groups import members_of_group
from adapters.postgres.vault import Vault
from adapters.wire import access_of_school_v1 as wire
from adapters.wire.problems import FieldProblem, SchemaIncorrect
from projections.access import Known, Ordered
from projections.access_mending import mends
from projections.access_of_many import (
    Alike,
    Together,
    together,
    told_of,
    told_of_nobody,
    told_of_orders,
)
from projections.access_waiting import Flow
from projections.access_words import say_advice, say_cause, waits_for
from projections.changes import state_of_order
from projections.languages import LANGUAGES

Connections = AsyncConnectionPool[AsyncConnection[Any]]

MOST: Final = 20
"""So many orders are named, of those alike and of the answer."""
CAN: Final = (
    "{can} of {users} users can open it",
    "{can} van de {users} gebruikers {may} het openen",
)
NOBODY: Final = ("Nobody has it yet", "Nog niemand heeft het")


class OfSchool(NamedTuple):
    """The question in the hub's own ids; `school_id` is None when nobody knows the school."""

    school_id: UUID | None
    product_id: str
    delivery_order_id: UUID | None = None
    group: str | None = None
    language: str = "en"


async def answer_access_of_school(
    pool: Connections, vault: Vault, asked: wire.SchoolAccessQuestion, now: datetime
) -> wire.SchoolAccessAnswer:
    """The answer; raises SchemaIncorrect for a group that the school has not."""
    school = await vault.find_school(*asked.school.aliases())
    question = OfSchool(
        school_id=school.school_id if school else None,
        product_id=asked.product_id,
        delivery_order_id=asked.delivery_order_id,
        group=asked.group,
        language=asked.language,
    )
    return await access_of_school(pool, vault, question, now)


async def access_of_school(
    pool: Connections, vault: Vault, asked: OfSchool, now: datetime
) -> wire.SchoolAccessAnswer:
    """The same of a school that was found; raises SchemaIncorrect as well."""
    found = await _known(pool, vault, asked, now)
    told = [told_of(each) for each in found.users]
    if asked.group is None:
        told += told_of_orders(found.known, found.orders)
    together_ = together(told or [told_of_nobody(found.known)])
    async with pool.connection() as conn:
        groups = (*together_.wrong, *together_.remarks)
        orders = {order for each in groups for order in each.orders}
        partners = {each.cause.partner for each in groups if each.cause.partner}
        incidents = await open_incidents(conn, orders, partners)
    return _shown(asked, found, together_, incidents)


async def _known(pool: Connections, vault: Vault, asked: OfSchool, now: datetime) -> KnownOfSchool:
    today = day_of(now)
    if asked.school_id is None:
        nothing = Known(today=today, school=False, person=True, by_code=False, product=None)
        return KnownOfSchool(nothing, (), (), {}, 0)
    subjects = None
    if asked.group is not None:
        async with pool.connection() as conn:
            subjects = await members_of_group(conn, asked.school_id, asked.group, today)
        if subjects is None:
            raise SchemaIncorrect((FieldProblem("group", "is none of the school's roster"),))
    wanted = AskedOfSchool(
        school_id=asked.school_id,
        product_id=asked.product_id,
        today=today,
        delivery_order_id=asked.delivery_order_id,
        subjects=subjects,
    )
    return await known_of_school(pool, vault, wanted)


def _shown(
    asked: OfSchool, found: KnownOfSchool, all_: Together, incidents: Sequence[OpenIncident]
) -> wire.SchoolAccessAnswer:
    product = found.known.product
    said = CAN if all_.users else NOBODY
    shown = _Showing(asked.language, found.flows, incidents)
    return wire.SchoolAccessAnswer(
        text=said[LANGUAGES.index(asked.language)].format(
            can=all_.can_open, users=all_.users, may="kan" if all_.can_open == 1 else "kunnen"
        ),
        product_id=asked.product_id,
        product_title=product.title if product else None,
        school_id=asked.school_id,
        group=asked.group,
        delivery_order_id=asked.delivery_order_id,
        users=all_.users,
        can_open=all_.can_open,
        groups=tuple(map(shown.alike, all_.wrong)),
        remarks=tuple(map(shown.alike, all_.remarks)),
        orders=tuple(map(_ordered, found.orders[:MOST])),
        orders_count=len(found.orders),
        earlier_orders=found.earlier,
    )


class _Showing(NamedTuple):
    language: str
    flows: Mapping[str, Flow]
    incidents: Sequence[OpenIncident]

    def alike(self, group: Alike) -> wire.UsersAlike:
        cause = group.cause
        flow = self.flows.get(cause.partner or "")
        away = flow is not None and flow.unreachable_since is not None
        return wire.UsersAlike(
            cause=cause.key,
            step=cause.step,
            partner=cause.partner,
            text=say_cause(cause, self.language),
            waits_for=waits_for(cause),
            advice=say_advice(cause, self.language),
            users=group.users,
            more=group.more,
            since=group.earliest,
            latest=group.latest,
            next_try_at=flow.next_try_at if flow is not None and away else None,
            mends=mends(cause),
            orders=tuple(
                wire.AccessOrder(delivery_order_id=order, users=users)
                for order, users in list(group.orders.items())[:MOST]
            ),
            orders_count=len(group.orders),
            entitlements=group.entitlements,
            incidents=tuple(self._about(group)),
        )

    def _about(self, group: Alike) -> Iterator[UUID]:
        """The incidents of its partner: about its orders, or about the partner as a whole."""
        for each in self.incidents:
            of_order = each.delivery_order_id is None or each.delivery_order_id in group.orders
            if each.party == group.cause.partner and of_order:
                yield each.incident_id


def _ordered(each: Ordered) -> wire.OrderedProduct:
    order = each.order
    if order.delivery_order_id is None:
        raise ValueError("an order of a school was received, so it has an id")
    return wire.OrderedProduct(
        delivery_order_id=order.delivery_order_id,
        delivery_type=order.delivery_type,
        status=state_of_order(order),
        activation_until_date=order.activation_until_date,
    )
