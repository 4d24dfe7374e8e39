"""What partners ask about entitlements; what is another's is not there for them (404)."""

from __future__ import annotations

from asyncio import gather
from collections.abc import AsyncIterator, Sequence
from typing import Final
from uuid import UUID

from fastapi import Response

from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.errors import UnknownDeliveryOrder, UnknownEntitlement
from adapters.http.arrays import Rows, array_of
from adapters.http.auth import Call
from adapters.http.consented import require_consent
from adapters.http.entitlement_answers import shown, shown_order, shown_product
from adapters.http.parameters import Part, id_of
from adapters.http.problems import Refused
from adapters.postgres.vault import School
from adapters.security.persons import user_reference
from adapters.wire.entitlement_v1 import DeliveryOrderEntitlements, Entitlement, EntitlementProduct
from adapters.wire.message import EntitlementStatus
from adapters.wire.references import SchoolReference, SchoolUser
from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails
from projections.entitlements_by_school import SchoolEntitlement

CONTRACT_UNKNOWN: Final = 4120
ORGANISATION_UNKNOWN: Final = 23
NOT_FOUND: Final = 404


async def one_entitlement(call: Call, id_given: str) -> Entitlement:
    """The entitlement with this id; raises UnknownEntitlement."""
    entitlement_id = id_of(id_given)
    row = await call.services.reads.entitlement(call.partner, entitlement_id)
    if row is None:
        raise UnknownEntitlement
    await require_consent(call.services, call.partner, row.school_id)
    (entitlement,) = await shown(call, [row])
    return entitlement


async def order_entitlements(call: Call, id_given: str, part: Part) -> Response:
    """The entitlements of an order; raises UnknownDeliveryOrder."""
    delivery_order_id = id_of(id_given)
    order = await call.services.reads.order(call.partner, delivery_order_id)
    if order is None:
        raise UnknownDeliveryOrder
    await require_consent(call.services, call.partner, order.school_id)
    rows = call.services.reads.entitlements_of_order(call.partner, delivery_order_id, part.after)
    return await array_of(_entitlements(call, rows), call.request, part.limit)


async def school_entitlements(
    call: Call,
    school: SchoolReference,
    delivery_order_id: UUID | None,
    status: EntitlementStatus | None,
    part: Part,
) -> Response:
    """The entitlements of a school; raises Refused: 404 when unknown, 403 without its consent."""
    found = await _consenting_school(call, school)
    rows = call.services.reads.entitlements_of_school(
        call.partner,
        found.school_id,
        delivery_order_id=delivery_order_id,
        status=status,
        after=part.after,
    )
    return await array_of(_entitlements(call, rows), call.request, part.limit)


async def person_entitlements(
    call: Call, asked: SchoolUser, status: EntitlementStatus | None
) -> list[Entitlement]:
    """The entitlements of somebody at a school; nobody we know has none."""
    school = await _consenting_school(call, asked.school)
    subject_id = await _subject(call, asked, school)
    if subject_id is None:
        return []
    rows = await call.services.reads.entitlements_of_person(
        call.partner, school.school_id, subject_id, status
    )
    return await shown(call, rows)


async def person_products(
    call: Call, asked: SchoolUser, status: EntitlementStatus | None
) -> list[EntitlementProduct]:
    """What somebody at a school can use today.

    The hottest read: what there is to show is looked up while the consent is.
    """
    school = await _known_school(call, asked.school)
    _, rows = await gather(
        require_consent(call.services, call.partner, school.school_id),
        _products(call, asked, school, status),
    )
    return [shown_product(row) for row in rows]


async def contract_orders(call: Call, contract_id: str, part: Part) -> Response:
    """The orders of a contract with their entitlements; raises Refused (404) without any."""
    orders = call.services.reads.orders_of_contract(call.partner, contract_id, part.after)
    first = await anext(orders, None)
    if first is None and part.after is None:
        raise Refused(NOT_FOUND, CONTRACT_UNKNOWN, "No delivery order has this contractId.")

    async def show(rows: Sequence[DeliveryOrderStatus]) -> list[DeliveryOrderEntitlements]:
        return [await _order_with_entitlements(call, row) for row in rows]

    rows = Rows(rows=_again(first, orders), show=show, id_of=_delivery_order_id, piece=1)
    return await array_of(rows, call.request, part.limit)


async def _order_with_entitlements(
    call: Call, order: DeliveryOrderStatus
) -> DeliveryOrderEntitlements:
    order_id = _delivery_order_id(order)
    rows = call.services.reads.entitlements_of_order(call.partner, order_id)
    entitlements = await shown(call, [row async for row in rows])
    return shown_order(order_id, order.contract_id, entitlements)


def _entitlements(call: Call, rows: AsyncIterator[EntitlementDetails]) -> Rows[EntitlementDetails]:
    async def show(piece: Sequence[EntitlementDetails]) -> list[Entitlement]:
        return await shown(call, piece)

    return Rows(rows=rows, show=show, id_of=lambda row: row.entitlement_id)


async def _products(
    call: Call, asked: SchoolUser, school: School, status: EntitlementStatus | None
) -> list[SchoolEntitlement]:
    subject_id = await _subject(call, asked, school)
    if subject_id is None:
        return []
    today = day_of(call.services.now())
    return await call.services.reads.products_of_person(
        call.partner, school.school_id, subject_id, today=today, status=status
    )


async def _consenting_school(call: Call, reference: SchoolReference) -> School:
    """Raises Refused: 404 for a school nobody knows, 403 for one that does not consent."""
    school = await _known_school(call, reference)
    await require_consent(call.services, call.partner, school.school_id)
    return school


async def _known_school(call: Call, reference: SchoolReference) -> School:
    pairs = [(one.organisation_id_type, one.organisation_id) for one in reference.organisation_ids]
    master = reference.organisation_master_identifier
    school = await call.services.vault.find_school(master, pairs)
    if school is None:
        raise Refused(NOT_FOUND, ORGANISATION_UNKNOWN, "This school is not known to you.")
    return school


async def _subject(call: Call, asked: SchoolUser, school: School) -> UUID | None:
    pairs = [(one.user_id_type, one.user_id) for one in asked.user.user_ids]
    scope = str(school.school_id)
    user = user_reference(asked.user.user_master_identifier, pairs, scope=scope)
    return await call.services.vault.find(user)


async def _again(
    first: DeliveryOrderStatus | None, others: AsyncIterator[DeliveryOrderStatus]
) -> AsyncIterator[DeliveryOrderStatus]:
    if first is not None:
        yield first
        async for other in others:
            yield other


def _delivery_order_id(order: DeliveryOrderStatus) -> UUID:
    if order.delivery_order_id is None:
        raise LookupError("an order under a contract was received")
    return order.delivery_order_id
