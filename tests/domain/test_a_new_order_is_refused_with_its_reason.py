from __future__ import annotations

from datetime import date

import pytest

from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder
from aanspraak.domain.delivery_order.events import DeliveryOrderRequestRefused
from aanspraak.domain.delivery_order.request import request_digest
from tests.domain.orders import MORNING, answer, of_terms, receive
from tests.spec import given

REASONS: dict[str, tuple[ReceiveDeliveryOrder, str, int, str]] = {
    "it may not be asked to become created": (
        receive(wished_status="created"),
        "StatusNotAskable",
        4199,
        "A delivery order cannot be asked to become this status: created",
    ),
    "a cancel of what never came": (
        receive(wished_status="cancelled"),
        "OrderUnknown",
        4140,
        "The deliveryOrderId is not known, so its status cannot change.",
    ),
    "processed before it was ordered": (
        receive(wished_status="processed"),
        "OrderUnknown",
        4140,
        "The deliveryOrderId is not known, so its status cannot change.",
    ),
    "licensed before it was ordered": (
        receive(wished_status="licensed"),
        "OrderUnknown",
        4140,
        "The deliveryOrderId is not known, so its status cannot change.",
    ),
    "dates the wrong way round": (
        receive(activation_until_date=date(2026, 7, 31)),
        "DatesReversed",
        4199,
        "The activationUntilDate lies before the startDate.",
    ),
    "study years without one": (
        receive(delivery_type="school-studies"),
        "SelectionMissing",
        4104,
        "The order names no study year, subject or group.",
    ),
    "a study year the school does not have": (
        receive(
            delivery_type="school-studies",
            selection=("a", "b"),
            quantities=(None, None),
            unknown_selection=(1,),
        ),
        "StudyUnknown",
        4105,
        "The school has no study year with this id: number 2",
    ),
    "a group the school does not have": (
        receive(
            delivery_type="school-groups",
            selection=("a",),
            quantities=(None,),
            unknown_selection=(0,),
        ),
        "GroupUnknown",
        4107,
        "The school has no group with this id: number 1",
    ),
    "a quantity of nothing": (
        receive(delivery_type="school-all", total_quantity=0),
        "QuantityTooSmall",
        4130,
        "A quantity must be at least 1.",
    ),
    "quantities that do not add up": (
        receive(
            delivery_type="school-subjects",
            selection=("a", "b"),
            quantities=(10, 10),
            total_quantity=30,
        ),
        "QuantitiesDoNotAddUp",
        4141,
        (
            "The quantities per study year, subject or group must add up to totalQuantity: "
            "20 given, totalQuantity 30"
        ),
    ),
    "a code that another order has": (
        receive(delivery_type="school-activationcodes", codes_taken=(0, 2)),
        "CodeUsed",
        4151,
        (
            "The activation code is used by another delivery order: "
            "activationCodes[0], activationCodes[2]"
        ),
    ),
    "a code that was given for another product": (
        receive(delivery_type="school-activationcodes", codes_unknown=(1,)),
        "CodeUnknown",
        4150,
        "The activation code was given for another product: activationCodes[1]",
    ),
    "a code that is revoked": (
        receive(delivery_type="school-activationcodes", codes_revoked=(1,), codes_taken=(1,)),
        "CodeRevokedBefore",
        4152,
        "The activation code is revoked: activationCodes[1]",
    ),
    "an unknown product": (
        receive(product=None),
        "ProductUnknown",
        4111,
        "The productId is not in the catalogue.",
    ),
    "a book of paper": (
        of_terms(kind="physical"),
        "ProductPhysical",
        4111,
        "A physical product gives no entitlements.",
    ),
    "not yet available": (
        of_terms(status="not-yet-available"),
        "ProductNotYetForSale",
        4112,
        "The product is not yet for sale.",
    ),
    "temporarily not available": (
        of_terms(status="temporary-not-available"),
        "ProductNotYetForSale",
        4112,
        "The product is not yet for sale.",
    ),
    "no longer available": (
        of_terms(status="no-longer-available"),
        "ProductNoLongerForSale",
        4113,
        "The product is no longer for sale.",
    ),
    "never available": (
        of_terms(status="will-never-be-available"),
        "ProductNoLongerForSale",
        4113,
        "The product is no longer for sale.",
    ),
    "no longer usable": (
        of_terms(status="not-available-or-usable"),
        "ProductNoLongerForSale",
        4113,
        "The product is no longer for sale.",
    ),
    "a delivery type it is not offered for": (
        of_terms(delivery_types=("school-employees",)),
        "DeliveryTypeNotOffered",
        4121,
        "The product is not offered for this deliveryType.",
    ),
    "two portals nobody knows, named by their places": (
        receive(unknown_portals=(0, 1)),
        "PortalUnknown",
        4199,
        "The order names a portal that this hub does not serve: portals[0], portals[1]",
    ),
    "nobody named": (
        receive(users_count=0),
        "UsersMissing",
        4102,
        "The order names nobody who may use the product.",
    ),
    "one user more than the limit": (
        receive(users_count=20_001),
        "TooManyUsers",
        4121,
        "The order names more users than one order may have: 20001 named, 20000 allowed",
    ),
}


@pytest.mark.parametrize("what", REASONS)
def test_a_refusal_says_why_and_no_status_as_it_was_never_accepted(what: str) -> None:
    command, reason, status, message = REASONS[what]
    given().when(command).then(
        DeliveryOrderRequestRefused(
            shop="bookshop",
            reference_id="first",
            request_digest=request_digest(command),
            wished_status=command.wished_status,
            date_last_modified=MORNING,
            reason=reason,
            status=status,
        ),
        answer(1, new_status=None, success=False, status=status, status_message=message),
    )


def test_what_the_order_itself_says_is_judged_before_what_the_catalogue_says() -> None:
    wrong = receive(activation_until_date=date(2026, 7, 31), product=None)
    refused, _ = given().when(wrong).facts()
    assert isinstance(refused, DeliveryOrderRequestRefused)
    assert refused.reason == "DatesReversed"
