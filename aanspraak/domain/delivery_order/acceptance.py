"""When a new DeliveryOrder is taken: what it must say, and what the catalogue must say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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


def check_acceptable(command: ReceiveDeliveryOrder) -> ProductTerms:
    """Raise the first reason why a new order cannot be taken; return the terms it is taken on."""
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


def warnings_about(command: ReceiveDeliveryOrder, product: ProductTerms) -> tuple[str, ...]:
    """What is taken all the same, but somebody may want to look at."""
    warnings = []
    if not product.has_access_url:
        warnings.append("product-without-access-url")
    if product.licence_period.starts_late(command.start_date):
        warnings.append("starts-just-before-school-year-ends")
    return tuple(warnings)


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
