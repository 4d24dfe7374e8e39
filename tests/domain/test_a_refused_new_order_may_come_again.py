from __future__ import annotations

from dataclasses import replace

from aanspraak.domain.delivery_order.events import (
    DeliveryOrderReceived,
    DeliveryOrderRequestRefused,
)
from tests.domain.orders import EVENING, RECEIVE, answer, complete, receive
from tests.spec import asked, given

UNKNOWN_PRODUCT = receive(product=None)


def test_a_refused_order_freezes_nothing() -> None:
    mended = receive(reference_id="second", contract_id="another", users_digest="other people")
    given(*asked(UNKNOWN_PRODUCT)).when(mended).then_kinds(DeliveryOrderReceived)


def test_under_the_same_reference_it_stays_refused_though_the_product_is_known_by_now() -> None:
    history = asked(UNKNOWN_PRODUCT)
    refused_again = replace(history[1], number=2, repeated=True)  # type: ignore[type-var]
    given(*history).when(RECEIVE).then(refused_again)


def test_it_may_be_refused_again_for_another_reason() -> None:
    nobody = receive(reference_id="second", users_count=0)
    given(*asked(UNKNOWN_PRODUCT)).when(nobody).then_kinds(
        DeliveryOrderRequestRefused, type(answer(2))
    )


def test_another_shop_may_send_an_order_that_was_never_accepted_from_the_first() -> None:
    theirs = receive(shop="another-shop")
    given(*asked(UNKNOWN_PRODUCT)).when(theirs).then_kinds(DeliveryOrderReceived)


def test_the_answers_of_the_mended_order_carry_the_reference_that_was_accepted() -> None:
    history = asked(UNKNOWN_PRODUCT, receive(reference_id="second"), complete(3, 0))
    answered = history[-1]
    assert answered == replace(
        answer(2), reference_id="second", new_status="processed", processed_timestamp=EVENING
    )
