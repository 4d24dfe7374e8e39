from __future__ import annotations

import pytest

from aanspraak.domain.errors import ProductIncomplete
from aanspraak.domain.product.decide import STATUSES
from aanspraak.domain.product.events import ProductListed
from tests.domain.catalogue import BOOK, book
from tests.spec import asked, given


def test_as_its_supplier_lists_it() -> None:
    given().when(BOOK).then(
        ProductListed(
            product_id="9789001234567",
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
    ],
)
def test_not_without_what_an_order_is_judged_by(change: dict[str, object], detail: str) -> None:
    given().when(book(**change)).refused(ProductIncomplete, detail)


def test_a_book_of_paper_needs_no_registry_and_no_licence() -> None:
    paper = book(kind="physical", registry="", licence_variant="", licence_days=None)
    given().when(paper).then_kinds(ProductListed)
