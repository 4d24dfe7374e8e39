from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from aanspraak.domain.activation_period import ActivationPeriod
from aanspraak.domain.delivery_order.events import DeliveryOrderReceived, UnchangedRequestTaken
from aanspraak.domain.licence_period import LicencePeriod
from aanspraak.domain.status_codes import STATUS_CODES
from tests.domain.orders import RECEIVE, TERMS, again, answer, last_answer, of_terms, receive
from tests.spec import asked, given

START, UNTIL = RECEIVE.start_date, RECEIVE.activation_until_date


def taken(**terms: Any) -> DeliveryOrderReceived:  # noqa: ANN401 - any field of the terms
    (fact,) = given().when(of_terms(**terms)).facts()
    assert isinstance(fact, DeliveryOrderReceived)
    return fact


def refused_with(**terms: Any) -> tuple[int, str | None]:  # noqa: ANN401 - as above
    said = last_answer(given().when(of_terms(**terms)).facts())
    assert not said.success
    return said.status, said.status_message


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("not-yet-available", 4112),
        ("temporary-not-available", 4112),
        ("no-longer-available", 4113),
        ("will-never-be-available", 4113),
        ("not-available-or-usable", 4113),
    ],
)
def test_a_product_that_is_not_for_sale_is_refused(status: str, code: int) -> None:
    assert refused_with(status=status)[0] == code


@pytest.mark.parametrize("status", ["available", "limited-available"])
def test_a_product_that_is_for_sale_is_taken(status: str) -> None:
    assert taken(status=status).warnings == ()


@pytest.mark.parametrize(
    "later",
    ["not-yet-available", "temporary-not-available", "no-longer-available"],
)
def test_a_status_that_changes_later_does_nothing_to_the_order(later: str) -> None:
    sold_out = replace(TERMS, status=later)
    given(*asked(RECEIVE)).when(again("second", product=sold_out)).then_kinds(
        UnchangedRequestTaken, type(answer(2))
    )


def test_a_product_that_is_not_listed_any_more_changes_no_order_either() -> None:
    given(*asked(RECEIVE)).when(again("second", product=None)).then_kinds(
        UnchangedRequestTaken, type(answer(2))
    )


def test_a_start_before_publication_is_refused_and_names_the_field() -> None:
    code, message = refused_with(first_published_date=date(2026, 8, 2))
    assert code == 4114
    assert message is not None
    assert message.endswith("startDate")


@pytest.mark.parametrize("published", [START, date(2020, 1, 1), None])
def test_who_starts_on_the_day_of_publication_or_later_is_in_time(published: date | None) -> None:
    assert taken(first_published_date=published).warnings == ()


def test_the_last_day_it_is_sold_is_one_of_amsterdam_and_counts() -> None:
    last_day = of_terms(supported_until_date=date(2026, 6, 1))
    evening = datetime(2026, 6, 1, 21, 59, tzinfo=UTC)
    midnight = datetime(2026, 6, 1, 22, 0, tzinfo=UTC)
    given().when(replace(last_day, now=evening)).then_kinds(DeliveryOrderReceived)
    said = last_answer(given().when(replace(last_day, now=midnight)).facts())
    assert said.status == 4113


def test_a_product_that_works_no_more_when_it_would_start_is_refused() -> None:
    assert refused_with(end_of_life_date=date(2026, 7, 31))[0] == 4113


def test_a_product_that_stops_within_the_activation_period_is_taken_with_a_warning() -> None:
    assert taken(end_of_life_date=START).warnings == ("product-ends-before-activation-period",)
    assert taken(end_of_life_date=UNTIL).warnings == ()


def test_what_is_on_paper_gives_no_entitlement_and_of_a_combi_the_digital_part_is_delivered() -> (
    None
):
    assert refused_with(kind="physical")[0] == 4111
    assert taken(kind="combi").product_id == TERMS.product_id


def test_a_set_is_one_entitlement_on_the_set() -> None:
    fact = taken(bundled_products=("a", "b", "c"))
    assert (fact.product_id, fact.bundled_products) == (TERMS.product_id, ("a", "b", "c"))
    assert fact.users_count == RECEIVE.users_count


def test_a_delivery_type_that_the_product_does_not_offer_is_refused() -> None:
    assert refused_with(delivery_types=("school-employees",))[0] == 4121


def test_school_admin_is_not_judged_for_the_catalogue_cannot_list_it() -> None:
    offered = replace(TERMS, delivery_types=("school-employees",))
    command = receive(
        product=offered, delivery_type="school-admin", users_count=0, total_quantity=10
    )
    given().when(command).then_kinds(DeliveryOrderReceived)


@pytest.mark.parametrize("offered", [(), ("school-students",), ("school-all", "school-students")])
def test_no_delivery_types_means_all(offered: tuple[str, ...]) -> None:
    assert taken(delivery_types=offered).delivery_type == "school-students"


@pytest.mark.parametrize(
    "period",
    [
        ActivationPeriod(variant="schoolyear"),
        ActivationPeriod(variant="date", until=UNTIL),
        ActivationPeriod(variant="days", days=(UNTIL - START).days),
        None,
    ],
)
def test_an_activation_period_that_agrees_says_nothing(period: ActivationPeriod | None) -> None:
    assert taken(activation_period=period).warnings == ()


@pytest.mark.parametrize(
    "period",
    [
        ActivationPeriod(variant="date", until=date(2027, 7, 30)),
        ActivationPeriod(variant="days", days=30),
    ],
)
def test_an_activation_period_that_differs_is_a_warning_and_the_order_decides(
    period: ActivationPeriod,
) -> None:
    fact = taken(activation_period=period)
    assert fact.warnings == ("activation-until-differs-from-catalogue",)
    assert fact.activation_until_date == UNTIL


def test_a_product_that_its_provider_lists_no_more_is_taken_with_a_warning() -> None:
    assert taken(missed=True).warnings == ("product-missing-from-catalogue",)


@pytest.mark.parametrize(
    ("period", "promised"),
    [
        (LicencePeriod(variant="schoolyear"), date(2027, 7, 31)),
        (LicencePeriod(variant="year"), date(2027, 8, 1)),
        (LicencePeriod(variant="days", days=364), date(2027, 7, 31)),
        (LicencePeriod(variant="days", days=363), None),
        (LicencePeriod(variant="month"), None),
    ],
)
def test_before_first_use_the_period_from_the_start_is_promised_unless_it_ends_too_early(
    period: LicencePeriod, promised: date | None
) -> None:
    assert taken(licence_period=period).expiration_date == promised


def test_the_first_reason_of_several_is_told() -> None:
    physical_and_gone = of_terms(kind="physical", status="no-longer-available")
    assert last_answer(given().when(physical_and_gone).facts()).status == 4111
    unknown = receive(product=None, delivery_type="school-employees")
    assert last_answer(given().when(unknown).facts()).status == 4111


def test_each_reason_has_the_number_of_the_list() -> None:
    by_name = {error.__name__: code for error, code in STATUS_CODES.items()}
    assert by_name["StartsBeforePublication"] == 4114
