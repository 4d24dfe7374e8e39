"""Days of first use, rules of contracts, and forecasts: what becomes of the rows."""

from __future__ import annotations

from datetime import date

from aanspraak.domain import ids
from projections.activations_by_day import DayOfUse
from projections.contracts import Contract, terms
from projections.forecasts import Forecast
from tests.domain.contracts import EXPECTED, PAY_FIRST, expects, rules
from tests.projections.facts import PORTAL, REGISTRY, SCHOOL, SHOP, Log, Story
from tests.projections.memory import Memory


def memory_of(story: Story) -> Memory:
    return Memory().fold(story.log.facts)


def days(memory: Memory) -> dict[date, int]:
    return {row.usage_date: row.activated for row in memory.all_of("activations_by_day")}


def test_an_order_that_nobody_uses_has_no_day() -> None:
    assert days(memory_of(Story(Log(), users=3).delivered())) == {}


def test_a_day_names_the_order_and_how_to_find_it() -> None:
    story = Story(Log(), users=3).delivered().activated(2)
    assert memory_of(story).one("activations_by_day") == DayOfUse(
        order_id=story.order,
        usage_date=date(2026, 9, 1),
        shop=SHOP,
        registry=REGISTRY,
        portals=(PORTAL,),
        school_id=SCHOOL,
        product_id="9789000000001",
        contract_id="C-1",
        activated=2,
    )


def test_an_entitlement_counts_once_however_often_and_early_its_use_is_reported() -> None:
    story = Story(Log(), users=3).delivered().activated(2)
    story.activated(1, usage_date=date(2026, 8, 30), expiration_date=date(2028, 7, 31))
    assert days(memory_of(story)) == {date(2026, 9, 1): 2}


def test_every_day_of_first_use_counts_by_itself() -> None:
    story = Story(Log(), users=3).delivered().activated(2)
    story.activated(usage_date=date(2026, 9, 2))
    assert days(memory_of(story)) == {date(2026, 9, 1): 2, date(2026, 9, 2): 1}


def test_the_newest_rules_of_a_contract_count() -> None:
    log = Log()
    log.ask(ids.contract_stream("C-1"), PAY_FIRST)
    newest = rules(release="automatic", quantity_floor="equal")
    log.ask(ids.contract_stream("C-1"), newest)
    row = Memory().fold(log.facts).one("contracts")
    assert row == Contract("C-1", "automatic", "keep", "equal", log.now)
    assert terms(row) == newest.terms


def test_the_newest_number_of_a_period_counts_and_every_period_has_its_own() -> None:
    log = Log()
    other = expects(period_from=date(2027, 1, 1), expected=30)
    for command in (EXPECTED, other, expects(expected=90)):
        days = (command.period_from, command.period_until)
        log.ask(ids.forecast_stream(command.school_id, command.product_id, *days), command)
    rows = Memory().fold(log.facts).all_of("forecasts")
    assert {row.period_from: row.expected for row in rows} == {
        date(2026, 8, 1): 90,
        date(2027, 1, 1): 30,
    }
    assert type(rows[0]) is Forecast
    assert (rows[0].school_id, rows[0].source) == (EXPECTED.school_id, "school")
