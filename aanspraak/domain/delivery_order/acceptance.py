"""When a new DeliveryOrder is taken: what it must say, and what the catalogue must say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.domain import lanes
from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
from aanspraak.domain.delivery_order.request import request_digest
from aanspraak.domain.errors import (
    DatesReversed,
    DeliveryTypeNotOffered,
    OpenDeliveryNotOffered,
    OrderUnknown,
    PortalUnknown,
    ProductNoLongerForSale,
    ProductNotYetForSale,
    ProductPhysical,
    ProductUnknown,
    StatusNotAskable,
    TooManyUsers,
    UsersMissing,
)

if TYPE_CHECKING:
    from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder
    from aanspraak.domain.product_terms import ProductTerms

INDIVIDUAL_DELIVERY_TYPES: Final = (
    "school-students",
    "school-employees",
    "school-activationcodes",
    "customer-student",
    "customer-activationcode",
)
NOT_YET_FOR_SALE: Final = ("not-yet-available", "temporary-not-available")
NO_LONGER_FOR_SALE: Final = (
    "no-longer-available",
    "will-never-be-available",
    "not-available-or-usable",
)
_SAME_IN_FACT: Final = (
    "delivery_order_id",
    "shop",
    "reference_id",
    "contract_id",
    "buyer_school_id",
    "buyer_subject_id",
    "product_id",
    "delivery_type",
    "school_id",
    "organisation_master_identifier",
    "organisation_ids",
    "users_stream",
    "users_count",
    "users_digest",
    "start_date",
    "activation_until_date",
    "date_created",
    "date_last_modified",
)


def accept(command: ReceiveDeliveryOrder) -> DeliveryOrderReceived:
    """A new order as it is taken; raises the first reason why it cannot be."""
    product = _check(command)
    same = {name: getattr(command, name) for name in _SAME_IN_FACT}
    return DeliveryOrderReceived(
        **same,
        request_digest=request_digest(command),
        portals=tuple(dict.fromkeys(command.portals)),
        registry=product.registry,
        bundled_products=product.bundled_products,
        expiration_date=product.licence_period.expected_end(
            command.start_date, command.activation_until_date
        ),
        lane=lanes.PROMPT if command.users_count <= command.small_order else lanes.BULK,
        warnings=_warnings(command, product),
    )


def _check(command: ReceiveDeliveryOrder) -> ProductTerms:
    """The terms a new order is taken on, when there is no reason why it cannot be."""
    _check_wish(command)
    if command.activation_until_date < command.start_date:
        raise DatesReversed
    product = _check_product(command)
    if command.unknown_portals:
        raise PortalUnknown(", ".join(f"portals[{place}]" for place in command.unknown_portals))
    if not command.users_count:
        raise UsersMissing
    if command.users_count > command.user_limit:
        raise TooManyUsers(f"{command.users_count} named, {command.user_limit} allowed")
    return product


def _check_wish(command: ReceiveDeliveryOrder) -> None:
    if command.wished_status == "created":
        raise StatusNotAskable("created")
    if command.wished_status != "ordered":
        raise OrderUnknown


def _check_product(command: ReceiveDeliveryOrder) -> ProductTerms:
    if command.delivery_type not in INDIVIDUAL_DELIVERY_TYPES:
        raise OpenDeliveryNotOffered
    product = command.product
    if product is None:
        raise ProductUnknown
    if product.kind == "physical":
        raise ProductPhysical
    if product.status in NOT_YET_FOR_SALE:
        raise ProductNotYetForSale
    if product.status in NO_LONGER_FOR_SALE:
        raise ProductNoLongerForSale
    if product.delivery_types and command.delivery_type not in product.delivery_types:
        raise DeliveryTypeNotOffered
    return product


def _warnings(command: ReceiveDeliveryOrder, product: ProductTerms) -> tuple[str, ...]:
    """What is taken all the same, but somebody may want to look at."""
    warnings = []
    if not product.has_access_url:
        warnings.append("product-without-access-url")
    if product.licence_period.starts_late(command.start_date):
        warnings.append("starts-just-before-school-year-ends")
    return tuple(warnings)
