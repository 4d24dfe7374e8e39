"""What the catalogue says of an order as it arrives: why it is not taken, and what is odd.

It is judged then and never again: what the catalogue says later changes nothing of an order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.errors import (
    DeliveryTypeNotOffered,
    ProductNoLongerForSale,
    ProductNotYetForSale,
    ProductPhysical,
    ProductUnknown,
    StartsBeforePublication,
)

if TYPE_CHECKING:
    from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder
    from aanspraak.domain.product_terms import ProductTerms

NOT_IN_THE_CATALOGUE: Final = "school-admin"
"""The catalogue's list of delivery types lacks it, so a product cannot leave it out."""
NOT_YET_FOR_SALE: Final = ("not-yet-available", "temporary-not-available")
NO_LONGER_FOR_SALE: Final = (
    "no-longer-available",
    "will-never-be-available",
    "not-available-or-usable",
)


def check_product(command: ReceiveDeliveryOrder) -> ProductTerms:
    """The terms of the product, when there is no reason in them why it cannot be ordered."""
    product = command.product
    if product is None:
        raise ProductUnknown
    if product.kind == "physical":
        raise ProductPhysical
    _check_for_sale(command, product)
    judged = product.delivery_types and command.delivery_type != NOT_IN_THE_CATALOGUE
    if judged and command.delivery_type not in product.delivery_types:
        raise DeliveryTypeNotOffered
    return product


def _check_for_sale(command: ReceiveDeliveryOrder, product: ProductTerms) -> None:
    """By its status, and by its dates: those of the catalogue are inclusive."""
    if product.status in NOT_YET_FOR_SALE:
        raise ProductNotYetForSale
    if product.status in NO_LONGER_FOR_SALE:
        raise ProductNoLongerForSale
    last_sale, last_use = product.supported_until_date, product.end_of_life_date
    if last_sale is not None and day_of(command.now) > last_sale:
        raise ProductNoLongerForSale("supportedUntilDate")
    if last_use is not None and command.start_date > last_use:
        raise ProductNoLongerForSale("endOfLifeDate")
    published = product.first_published_date
    if published is not None and command.start_date < published:
        raise StartsBeforePublication("startDate")


def product_warnings(command: ReceiveDeliveryOrder, product: ProductTerms) -> tuple[str, ...]:
    """What is taken all the same, but somebody may want to look at."""
    start, until = command.start_date, command.activation_until_date
    last_use = product.end_of_life_date
    found = {
        "product-without-access-url": not product.has_access_url,
        "starts-just-before-school-year-ends": product.licence_period.starts_late(start),
        "activation-until-differs-from-catalogue": product.differs_from(start, until),
        "product-ends-before-activation-period": last_use is not None and last_use < until,
        "product-missing-from-catalogue": product.missed,
    }
    return tuple(warning for warning, is_so in found.items() if is_so)
