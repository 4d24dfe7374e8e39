"""A DeliveryOrderRequest in the words of the domain, once it is known who and what it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aanspraak.domain import ids
from aanspraak.domain.contract_terms import NO_CONTRACT, ContractTerms
from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder
from aanspraak.domain.product_terms import ProductTerms
from adapters.config import Settings
from adapters.http.order_persons import NamedSchools, NamedUsers
from adapters.http.order_roster import InRoster
from adapters.wire.delivery_v2 import DeliveryOrder, DeliveryOrderRequest


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the hub knows of what an order names; `unknown_portals` are places in `portals`."""

    schools: NamedSchools = NamedSchools(buyer=None, school=None)  # noqa: RUF009 - it is frozen
    users: NamedUsers = NamedUsers(count=0)  # noqa: RUF009 - it is frozen
    product: ProductTerms | None = None
    unknown_portals: tuple[int, ...] = ()
    in_roster: InRoster = InRoster()  # noqa: RUF009 - it is frozen
    codes_taken: tuple[int, ...] = ()
    codes_unknown: tuple[int, ...] = ()
    codes_revoked: tuple[int, ...] = ()
    in_use: int = 0
    contract: ContractTerms = NO_CONTRACT


def receive_command(
    request: DeliveryOrderRequest, shop: str, known: Known, settings: Settings, now: datetime
) -> ReceiveDeliveryOrder:
    """The command; persons are pseudonyms in it."""
    order, reference_id = request.delivery_order, str(request.delivery_order_reference_id)
    return ReceiveDeliveryOrder(
        **_as_said(order),
        **_who(order, known),
        shop=shop,
        reference_id=reference_id,
        users_stream=ids.users_stream(
            ids.order_stream(order.delivery_order_id), f"{reference_id}/{known.users.digest}"
        ),
        product=known.product,
        unknown_portals=known.unknown_portals,
        unknown_selection=known.in_roster.unknown,
        no_roster=known.in_roster.no_source,
        codes_taken=known.codes_taken,
        codes_unknown=known.codes_unknown,
        codes_revoked=known.codes_revoked,
        in_use=known.in_use,
        contract=known.contract,
        user_limit=settings.order_user_limit,
        small_order=settings.small_order,
        now=now,
    )


def _as_said(order: DeliveryOrder) -> dict[str, Any]:
    selection = order.delivery_specification.selection()
    return {
        "selection": tuple(selected for selected, _ in selection),
        "quantities": tuple(quantity for _, quantity in selection),
        "total_quantity": order.delivery_specification.quantity(),
        "delivery_order_id": order.delivery_order_id,
        "contract_id": order.contract_id,
        "product_id": order.product_id,
        "delivery_type": order.delivery_type,
        "portals": order.portals,
        "start_date": order.start_date,
        "activation_until_date": order.activation_until_date,
        "end_date": order.end_date,
        "wished_status": order.status,
        "date_created": order.date_created,
        "date_last_modified": order.date_last_modified,
    }


def _who(order: DeliveryOrder, known: Known) -> dict[str, Any]:
    named, buyer, school = order.school_of(), known.schools.buyer, known.schools.school
    others = named.organisation_ids if named else ()
    return {
        "buyer_school_id": buyer.school_id if buyer else None,
        "buyer_subject_id": known.users.customer,
        "school_id": school.school_id if school else None,
        "organisation_master_identifier": named.organisation_master_identifier if named else None,
        "organisation_ids": tuple(
            f"{one.organisation_id_type} {one.organisation_id}" for one in others
        ),
        "users_count": known.users.count,
        "users_digest": known.users.digest,
    }
