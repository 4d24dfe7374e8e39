from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aanspraak.domain.delivery_order.commands import (
    RecordConfirmationGivenUp,
    RecordConfirmationRejected,
    RecordConfirmationTaken,
)
from aanspraak.domain.delivery_order.events import (
    ConfirmationGivenUp,
    ConfirmationRejected,
    ConfirmationTaken,
)
from aanspraak.domain.entitlement.commands import (
    RecordRequestDropped,
    RecordRequestGivenUp,
    RecordRequestRejected,
    RecordRequestTaken,
)
from aanspraak.domain.entitlement.events import (
    RequestDropped,
    RequestGivenUp,
    RequestRejected,
    RequestTaken,
)
from aanspraak.domain.errors import UnknownEntitlement, UnknownReference
from tests.domain.entitlements import CREATE, ENTITLED, REQUEST_LINKS
from tests.domain.orders import LICENSE, RECEIVE, complete, receive
from tests.spec import asked, given

ORDER = asked(RECEIVE, complete(3, 0), LICENSE)
ENTITLEMENT = asked(CREATE, ENTITLED, REQUEST_LINKS)

Ask = Callable[[int], object]
TO_THE_SHOP: dict[str, tuple[Ask, object]] = {
    "taken": (
        lambda number: RecordConfirmationTaken(number=number),
        ConfirmationTaken(shop="bookshop", number=2),
    ),
    "rejected": (
        lambda number: RecordConfirmationRejected(number=number, http_status=400, status=11),
        ConfirmationRejected(shop="bookshop", number=2, http_status=400, status=11),
    ),
}
TO_A_PARTNER: dict[str, tuple[Callable[..., Any], object]] = {
    "taken": (
        lambda partner, number: RecordRequestTaken(partner=partner, number=number),
        RequestTaken(partner="portal-a", number=1),
    ),
    "rejected": (
        lambda partner, number: RecordRequestRejected(
            partner=partner, number=number, http_status=403, status=22
        ),
        RequestRejected(partner="portal-a", number=1, http_status=403, status=22),
    ),
    "dropped": (
        lambda partner, number: RecordRequestDropped(
            partner=partner, number=number, reason="person-forgotten"
        ),
        RequestDropped(partner="portal-a", number=1, reason="person-forgotten"),
    ),
}
SHOP_GIVEN_UP = RecordConfirmationGivenUp(number=2, attempts=5)
GIVEN_UP = RecordRequestGivenUp(partner="portal-a", number=1, attempts=5)


@pytest.mark.parametrize("outcome", TO_THE_SHOP)
def test_of_a_message_to_the_shop(outcome: str) -> None:
    ask, fact = TO_THE_SHOP[outcome]
    given(*ORDER).when(ask(2)).then(fact)
    for later in (*(other(2) for other, _ in TO_THE_SHOP.values()), SHOP_GIVEN_UP):
        given(*ORDER, fact).when(later).nothing_happens()


@pytest.mark.parametrize("outcome", TO_A_PARTNER)
def test_of_a_message_to_a_registry_or_portal(outcome: str) -> None:
    ask, fact = TO_A_PARTNER[outcome]
    given(*ENTITLEMENT).when(ask("portal-a", 1)).then(fact)
    for later in (*(other("portal-a", 1) for other, _ in TO_A_PARTNER.values()), GIVEN_UP):
        given(*ENTITLEMENT, fact).when(later).nothing_happens()


@pytest.mark.parametrize("outcome", TO_THE_SHOP)
def test_giving_up_is_no_outcome_the_shop_may_still_take_it(outcome: str) -> None:
    ask, fact = TO_THE_SHOP[outcome]
    gave_up = ConfirmationGivenUp(shop="bookshop", number=2, attempts=5)
    given(*ORDER).when(SHOP_GIVEN_UP).then(gave_up)
    given(*ORDER, gave_up).when(SHOP_GIVEN_UP).nothing_happens()
    given(*ORDER, gave_up).when(ask(2)).then(fact)


@pytest.mark.parametrize("outcome", TO_A_PARTNER)
def test_giving_up_is_no_outcome_a_partner_may_still_take_it(outcome: str) -> None:
    ask, fact = TO_A_PARTNER[outcome]
    gave_up = RequestGivenUp(partner="portal-a", number=1, attempts=5)
    given(*ENTITLEMENT).when(GIVEN_UP).then(gave_up)
    given(*ENTITLEMENT, gave_up).when(GIVEN_UP).nothing_happens()
    given(*ENTITLEMENT, gave_up).when(ask("portal-a", 1)).then(fact)


def test_each_message_has_an_outcome_of_its_own() -> None:
    first = RecordRequestTaken(partner="portal-b", number=1)
    history = (*ENTITLEMENT, RequestTaken(partner="portal-a", number=1))
    given(*history).when(first).then(RequestTaken(partner="portal-b", number=1))


def test_each_answer_to_the_shop_has_an_outcome_of_its_own() -> None:
    history = (*ORDER, ConfirmationTaken(shop="bookshop", number=2))
    given(*history).when(RecordConfirmationTaken(number=1)).then(
        ConfirmationTaken(shop="bookshop", number=1)
    )


def test_an_outcome_stands_at_the_shop_the_message_was_for() -> None:
    two_shops = asked(receive(shop="another-shop", product=None), RECEIVE, complete(3, 0))
    given(*two_shops).when(RecordConfirmationTaken(number=1)).then(
        ConfirmationTaken(shop="another-shop", number=1)
    )


@pytest.mark.parametrize("number", [0, 3])
@pytest.mark.parametrize("outcome", TO_THE_SHOP)
def test_a_message_that_was_never_sent_to_the_shop_has_none(outcome: str, number: int) -> None:
    ask, _ = TO_THE_SHOP[outcome]
    given(*ORDER).when(ask(number)).refused(UnknownReference)


def test_an_order_nobody_sent_has_no_messages() -> None:
    given().when(RecordConfirmationTaken(number=1)).refused(UnknownReference)


@pytest.mark.parametrize(("partner", "number"), [("portal-a", 2), ("portal-a", 0), ("portal-c", 1)])
@pytest.mark.parametrize("outcome", TO_A_PARTNER)
def test_a_message_that_was_never_sent_to_a_partner_has_none(
    outcome: str, partner: str, number: int
) -> None:
    ask, _ = TO_A_PARTNER[outcome]
    given(*ENTITLEMENT).when(ask(partner, number)).refused(UnknownReference)


def test_an_entitlement_nobody_created_has_no_messages() -> None:
    given().when(RecordRequestTaken(partner="portal-a", number=1)).refused(UnknownEntitlement)
