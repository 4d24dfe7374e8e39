"""Folded up to any fact, an order is what the views showed when they had come that far."""

from __future__ import annotations

import pytest

from projections.open_exchanges import OpenExchange
from projections.order_as_of import OrderAsOf, waited_for
from tests.projections.facts import PORTAL, REGISTRY, Log, Story
from tests.projections.memory import Memory
from tests.projections.stories import eventful_log

FACTS = eventful_log().facts


@pytest.mark.parametrize("until", range(0, len(FACTS), 7))
def test_at_any_place_it_is_what_the_views_showed_there(until: int) -> None:
    views = Memory().fold(FACTS[:until])
    for order in views.all_of("delivery_order_status"):
        folding = OrderAsOf(order.order_id)
        folding.add(sorted(FACTS[:until], key=lambda fact: (fact.stream_id, fact.version)))
        row, exchanges = folding.finish()
        assert row == order
        assert set(exchanges) == _open(views, order.order_id)


def test_before_its_first_fact_nothing_is_known_of_it() -> None:
    assert OrderAsOf(Story(Log()).order).finish() == (None, [])


def test_whom_it_waited_for_is_counted_per_partner_and_kind() -> None:
    log = Log()
    story = Story(log, users=3).received().created().taken(REGISTRY).entitled().links_requested()
    folding = OrderAsOf(story.order)
    folding.add(sorted(log.facts, key=lambda fact: (fact.stream_id, fact.version)))
    _, exchanges = folding.finish()
    (waiting,) = waited_for(exchanges)
    assert (waiting.partner, waiting.kind, waiting.messages) == (PORTAL, "link", 3)
    assert (waiting.taken, waiting.given_up, waiting.behind) == (0, 0, 0)
    assert waiting.since == min(exchange.asked_at for exchange in exchanges)


def test_what_waits_behind_a_message_that_was_given_up_is_counted() -> None:
    log = Log()
    story = Story(log).received().created()
    folding = OrderAsOf(story.order)
    folding.add(sorted(log.facts, key=lambda fact: (fact.stream_id, fact.version)))
    (exchange,) = folding.finish()[1]
    given_up = exchange._replace(given_up=True)
    later = exchange._replace(number=exchange.number + 1)
    (waiting,) = waited_for([later, given_up])
    assert (waiting.messages, waiting.given_up, waiting.behind) == (2, 1, 1)


def _open(views: Memory, order: object) -> set[OpenExchange]:
    return {each for each in views.all_of("open_exchanges") if each.order_id == order}
