from __future__ import annotations

from datetime import date

import pytest

from aanspraak.domain.errors import ProductIncomplete, ProductOfAnother, ProductUnlisted
from aanspraak.domain.product.decide import STATUSES
from aanspraak.domain.product.events import ProductDescribed, ProductListed, ProductMissed
from tests.domain.catalogue import BOOK, DESCRIBE_BOOK, MISS_BOOK, book
from tests.spec import asked, given


def test_as_its_supplier_lists_it() -> None:
    given().when(BOOK).then(
        ProductListed(
            product_id="9789001234567",
            provider="provider",
            registry="publisher",
            title="Numbers, third edition",
            kind="digital",
            status="available",
            licence_variant="days",
            licence_days=365,
            activation_variant=None,
            activation_days=None,
            activation_until_date=None,
            delivery_types=("school-students",),
            bundled_products=("9789007654321",),
            default_access_url="https://publisher.example/numbers",
            payment_models=(),
            first_published_date=None,
            supported_until_date=None,
            end_of_life_date=None,
        )
    )


@pytest.mark.parametrize("status", STATUSES)
def test_in_every_status_of_the_catalogue(status: str) -> None:
    given().when(book(status=status)).then_kinds(ProductListed)


@pytest.mark.parametrize("variant", ["month", "year", "schoolyear"])
def test_with_a_period_that_is_not_counted_in_days(variant: str) -> None:
    given().when(book(licence_variant=variant, licence_days=None)).then_kinds(ProductListed)


def test_the_same_again_changes_nothing() -> None:
    given(*asked(BOOK)).when(BOOK).nothing_happens()


def test_the_newest_listing_counts() -> None:
    sold_out = book(status="no-longer-available")
    given(*asked(BOOK)).when(sold_out).then_kinds(ProductListed)
    given(*asked(BOOK, sold_out)).when(BOOK).then_kinds(ProductListed)


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"product_id": ""}, "productId is empty"),
        ({"kind": "scroll"}, "type must be one of physical, digital, combi"),
        ({"status": "gone"}, "status must be one of " + ", ".join(STATUSES)),
        ({"registry": ""}, "registry is empty"),
        (
            {"licence_variant": "decade"},
            "licenseVariant must be one of days, month, year, schoolyear",
        ),
        ({"licence_days": None}, "licenseDays must be at least 1"),
        ({"licence_days": 0}, "licenseDays must be at least 1"),
        (
            {"activation_variant": "decade"},
            "activationVariant must be one of days, date, schoolyear",
        ),
        ({"activation_variant": "days"}, "activationDays must be at least 0"),
        (
            {"activation_variant": "days", "activation_days": -1},
            "activationDays must be at least 0",
        ),
        ({"activation_variant": "date"}, "activationUntilDate is missing"),
    ],
)
def test_not_without_what_an_order_is_judged_by(change: dict[str, object], detail: str) -> None:
    given().when(book(**change)).refused(ProductIncomplete, detail)


def test_a_book_of_paper_needs_no_registry_and_no_licence() -> None:
    paper = book(kind="physical", registry="", licence_variant="", licence_days=None)
    given().when(paper).then_kinds(ProductListed)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "temporary-not-available"},
        {"licence_days": 366},
        {"activation_variant": "schoolyear"},
        {"delivery_types": ()},
        {"bundled_products": ()},
        {"default_access_url": None},
        {"payment_models": ("pre-paid",)},
        {"first_published_date": date(2026, 5, 1)},
        {"supported_until_date": date(2027, 7, 31)},
        {"end_of_life_date": date(2028, 7, 31)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_field_that_drives_an_entitlement_makes_history(change: dict[str, object]) -> None:
    given(*asked(BOOK)).when(book(**change)).then_kinds(ProductListed)


def test_of_two_providers_the_first_has_the_product() -> None:
    given(*asked(BOOK)).when(book(provider="another")).refused(ProductOfAnother, "productId")


def test_an_operator_may_list_what_a_provider_lists_and_the_provider_goes_on() -> None:
    by_hand = book(provider=None, title="By hand")
    given(*asked(BOOK)).when(by_hand).then_kinds(ProductListed)
    given(*asked(BOOK, by_hand)).when(BOOK).then_kinds(ProductListed)


def test_its_info_adds_what_the_listing_leaves_out() -> None:
    given(*asked(BOOK)).when(DESCRIBE_BOOK).then_kinds(ProductDescribed)
    given(*asked(BOOK, DESCRIBE_BOOK)).when(DESCRIBE_BOOK).nothing_happens()


def test_an_info_without_a_listing_describes_nothing() -> None:
    given().when(DESCRIBE_BOOK).refused(ProductUnlisted)


def test_a_product_that_the_whole_catalogue_lacks_is_missed_once_and_stays_as_it_was() -> None:
    given(*asked(BOOK)).when(MISS_BOOK).then_kinds(ProductMissed)
    given(*asked(BOOK, MISS_BOOK)).when(MISS_BOOK).nothing_happens()


def test_what_is_listed_again_is_missed_no_more() -> None:
    given(*asked(BOOK, MISS_BOOK)).when(BOOK).then_kinds(ProductListed)
    given(*asked(BOOK, MISS_BOOK, BOOK)).when(MISS_BOOK).then_kinds(ProductMissed)


def test_nobody_misses_what_an_operator_or_another_lists() -> None:
    given(*asked(book(provider=None))).when(MISS_BOOK).nothing_happens()
    given(*asked(book(provider="another"))).when(MISS_BOOK).nothing_happens()
    given().when(MISS_BOOK).nothing_happens()
