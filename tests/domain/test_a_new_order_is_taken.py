from __future__ import annotations

from datetime import date

import pytest

from aanspraak.domain.delivery_order.acceptance import OPEN_DELIVERY_TYPES
from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder
from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
from aanspraak.domain.delivery_order.request import request_digest
from aanspraak.domain.ids import users_stream
from aanspraak.domain.licence_period import LicencePeriod
from tests.domain.orders import MORNING, ORDER, ORDER_ID, RECEIVE, SCHOOL, of_terms, receive
from tests.spec import given


def received(command: ReceiveDeliveryOrder) -> DeliveryOrderReceived:
    (fact,) = given().when(command).facts()
    assert isinstance(fact, DeliveryOrderReceived)
    return fact


def test_what_was_ordered_and_what_the_catalogue_said_is_one_fact() -> None:
    given().when(RECEIVE).then(
        DeliveryOrderReceived(
            delivery_order_id=ORDER_ID,
            shop="bookshop",
            reference_id="first",
            request_digest=request_digest(RECEIVE),
            contract_id="contract-7",
            buyer_school_id=SCHOOL,
            buyer_subject_id=None,
            product_id="9789001234567",
            delivery_type="school-students",
            school_id=SCHOOL,
            organisation_master_identifier="104A158",
            organisation_ids=("OIE_CODE 09QQ",),
            users_stream=users_stream(ORDER, "first"),
            users_count=3,
            users_digest="digest-of-three",
            selection=(),
            quantities=(),
            total_quantity=None,
            portals=("portal-a", "portal-b"),
            start_date=date(2026, 8, 1),
            activation_until_date=date(2027, 7, 31),
            date_created=MORNING,
            date_last_modified=MORNING,
            held=False,
            on_full="keep",
            registry="publisher",
            bundled_products=("9789007654321",),
            expiration_date=date(2027, 7, 31),
            lane="prompt",
            warnings=(),
        )
    )


INDIVIDUAL_DELIVERY_TYPES = (
    "school-students",
    "school-employees",
    "school-activationcodes",
    "customer-student",
    "customer-activationcode",
)


@pytest.mark.parametrize("delivery_type", OPEN_DELIVERY_TYPES)
def test_every_open_delivery_type_is_taken_without_users(delivery_type: str) -> None:
    selection = () if delivery_type in ("school-all", "school-admin") else ("one", "two")
    fact = received(
        receive(
            delivery_type=delivery_type,
            users_count=0,
            selection=selection,
            quantities=(None,) * len(selection),
            total_quantity=30,
        )
    )
    assert (fact.users_count, fact.selection, fact.total_quantity) == (0, selection, 30)
    assert fact.lane == "bulk"


@pytest.mark.parametrize("delivery_type", INDIVIDUAL_DELIVERY_TYPES)
def test_every_individual_delivery_type_is_taken(delivery_type: str) -> None:
    given().when(receive(delivery_type=delivery_type)).then_kinds(DeliveryOrderReceived)


@pytest.mark.parametrize("status", ["available", "limited-available"])
def test_a_product_that_is_for_sale_is_taken(status: str) -> None:
    given().when(of_terms(status=status)).then_kinds(DeliveryOrderReceived)


def test_a_product_that_is_part_physical_is_taken_for_its_digital_part() -> None:
    given().when(of_terms(kind="combi")).then_kinds(DeliveryOrderReceived)


def test_a_product_offered_for_this_delivery_type_is_taken() -> None:
    offered = of_terms(delivery_types=("customer-student", "school-students"))
    given().when(offered).then_kinds(DeliveryOrderReceived)


def test_an_order_of_one_day_is_taken() -> None:
    day = date(2026, 9, 1)
    one_day = receive(start_date=day, activation_until_date=day)
    given().when(one_day).then_kinds(DeliveryOrderReceived)


def test_an_order_may_have_as_many_users_as_the_limit_says() -> None:
    given().when(receive(users_count=20_000)).then_kinds(DeliveryOrderReceived)


def test_a_portal_named_twice_is_one_portal() -> None:
    named_twice = receive(portals=("portal-b", "portal-a", "portal-b"))
    assert received(named_twice).portals == ("portal-b", "portal-a")


def test_an_order_may_name_no_portal() -> None:
    assert received(receive(portals=())).portals == ()


@pytest.mark.parametrize(("users", "lane"), [(1, "prompt"), (50, "prompt"), (51, "bulk")])
def test_a_large_order_does_not_stand_before_a_small_one(users: int, lane: str) -> None:
    assert received(receive(users_count=users)).lane == lane


def test_a_licence_that_would_end_before_the_activation_period_promises_nothing() -> None:
    short = of_terms(licence_period=LicencePeriod(variant="days", days=30))
    assert received(short).expiration_date is None


def test_a_product_without_a_link_is_taken_with_a_warning() -> None:
    assert received(of_terms(has_access_url=False)).warnings == ("product-without-access-url",)


def test_a_school_year_that_is_nearly_over_is_taken_with_a_warning() -> None:
    late = receive(start_date=date(2026, 6, 2), activation_until_date=date(2026, 7, 31))
    assert received(late).warnings == ("starts-just-before-school-year-ends",)


def test_sixty_days_before_the_end_of_the_school_year_is_early_enough() -> None:
    in_time = receive(start_date=date(2026, 6, 1), activation_until_date=date(2026, 7, 31))
    assert received(in_time).warnings == ()
