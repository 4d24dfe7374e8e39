"""Partners, products, references, incidents, and what follows from an entitlement's row."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aanspraak.domain import ids
from aanspraak.domain.activation_period import ActivationPeriod
from aanspraak.domain.product.commands import DescribeProduct, ListProduct, MissProduct
from projections import incidents, order_requests, partners, products
from projections.products import terms
from tests.domain import codes
from tests.projections.facts import PORTAL, REGISTRY, SCHOOL, SHOP, START, Log, Story
from tests.projections.memory import Memory
from tests.projections.stories import eventful_log


def memory_of(story: Story) -> Memory:
    return Memory().fold(story.log.facts)


def test_the_newest_registration_and_listing_count() -> None:
    memory = Memory().fold(eventful_log().facts)
    assert {row.partner: row.title for row in memory.all_of("partners")} == {
        REGISTRY: f"{REGISTRY} 2",
        PORTAL: f"{PORTAL} 1",
    }
    listed = memory.one("products")
    assert listed.title.startswith("with")
    assert terms(listed).licence_period.variant == "schoolyear"
    assert terms(listed).has_access_url is False


def test_the_info_of_a_product_counts_where_the_listing_says_nothing() -> None:
    log = Log()
    stream = ids.product_stream("P")
    bare = ListProduct(
        product_id="P",
        provider="C",
        registry=REGISTRY,
        title="T",
        kind="digital",
        status="available",
        licence_variant="days",
        licence_days=30,
        activation_variant="date",
        activation_until_date=START.date(),
    )
    info = DescribeProduct(
        product_id="P",
        provider="C",
        default_access_url="https://i.example",
        bundled_products=("Q",),
    )
    log.ask(stream, bare)
    log.ask(stream, info)
    log.ask(stream, MissProduct(product_id="P", provider="C"))
    row = Memory().fold(log.facts).one("products")
    assert terms(row).has_access_url
    assert terms(row).bundled_products == ("Q",)
    assert terms(row).activation_period == ActivationPeriod(variant="date", until=START.date())
    assert terms(row).missed
    log.ask(stream, replace(bare, bundled_products=("R",)))
    row = Memory().fold(log.facts).one("products")
    assert terms(row).bundled_products == ("R",)
    assert terms(row).has_access_url
    assert not terms(row).missed


def test_a_reference_belongs_to_the_order_it_was_used_for_first() -> None:
    log = Log()
    first = Story(log, name="first").received(reference_id="R")
    Story(log, name="second").received(reference_id="R")
    row = Memory().fold(log.facts).one("order_requests")
    assert (row.shop, row.reference_id, row.order_id) == (SHOP, "R", first.order)
    assert Memory().fold(log.facts[::-1]).one("order_requests") == row


def test_a_person_at_a_school_has_this() -> None:
    story = Story(Log()).delivered()
    row = memory_of(story).one("entitlements_by_school")
    assert (row.school_id, row.subject_id, row.status) == (SCHOOL, story.subjects[0], "entitled")
    assert memory_of(story.activated()).one("entitlements_by_school").status == "licensed"


def test_what_a_customer_ordered_is_at_no_school() -> None:
    assert memory_of(Story(Log(), school=None).delivered()).all_of("entitlements_by_school") == []


def test_an_exchange_is_open_until_it_is_answered() -> None:
    story = Story(Log()).received().created()
    row = memory_of(story).one("open_exchanges")
    assert (row.kind, row.asked, row.number, row.taken_at) == ("registry", "created", 1, None)
    assert row.order_id == story.order
    taken = memory_of(story.taken(REGISTRY)).one("open_exchanges")
    assert taken.taken_at == START + timedelta(seconds=4)
    assert memory_of(story.entitled()).all_of("open_exchanges") == []


def test_a_confirmation_is_open_until_the_shop_took_it() -> None:
    story = Story(Log(), portals=()).received().created().entitled().completed(1)
    row = memory_of(story).one("open_exchanges")
    assert (row.stream_id, row.kind, row.partner) == (story.order, "confirmation", SHOP)
    assert memory_of(story.told()).all_of("open_exchanges") == []


def test_a_shop_takes_its_refusal_when_the_order_is_anothers() -> None:
    story = Story(Log(), portals=()).received(product=None)
    story.received(shop="shop-2").created().entitled().completed(1)
    memory = memory_of(story)
    assert [(row.partner, row.number) for row in memory.all_of("open_exchanges")] == [
        (SHOP, 1),
        ("shop-2", 2),
    ]
    told, of_the_other = len(story.log.facts), story.told(1)
    row = memory.fold(of_the_other.log.facts[told:]).one("open_exchanges")
    assert (row.partner, row.number) == ("shop-2", 2)
    assert memory.fold(story.told(2).log.facts[told + 1 :]).all_of("open_exchanges") == []


def test_a_confirmation_is_due_once_the_message_was_taken() -> None:
    story = Story(Log()).received().created()
    assert memory_of(story).all_of("due") == []
    row = memory_of(story.taken(REGISTRY)).one("due")
    assert (row.what, row.partner, row.at) == ("registry", REGISTRY, START + timedelta(seconds=4))
    assert memory_of(story.entitled()).all_of("due") == []


def test_a_code_needs_no_link_so_none_is_due() -> None:
    story = Story(Log(), entitlement_type="school-activationcode").received().created()
    assert len(memory_of(story.taken(REGISTRY)).all_of("due")) == 1
    story.entitled().links_requested().taken(PORTAL)
    assert memory_of(story).all_of("due") == []


@pytest.mark.parametrize(("delivery_type", "due"), [("school-all", 0), ("school-studies", 1)])
def test_a_link_that_the_school_assigns_is_waited_for_by_nobody(
    delivery_type: str, due: int
) -> None:
    story = Story(Log(), delivery_type=delivery_type).received().created().entitled()
    memory = memory_of(story.links_requested().taken(PORTAL))
    assert len(memory.all_of("due")) == len(memory.all_of("open_exchanges")) == due


def test_a_fact_about_something_else_changes_no_row() -> None:
    (recorded, *_) = Story(Log()).received().log.facts
    other = recorded._replace(event=object())
    for view in (partners, products, order_requests, incidents):
        assert view.keys(other) == ()
        assert view.fold(None, other) is None


def test_a_stock_of_codes_is_counted() -> None:
    stock = {
        row.product_id: row for row in Memory().fold(eventful_log().facts).all_of("code_stock")
    }
    counted = stock[codes.PRODUCT]
    assert (counted.received, counted.taken_out, counted.unused) == (3, 2, 0)
    assert (counted.asked, counted.revoking, counted.revoked, counted.refused) == (0, 0, 1, 2)
    assert (counted.low_water_mark, counted.is_low) == (2, True)
    assert stock["another"].is_low
