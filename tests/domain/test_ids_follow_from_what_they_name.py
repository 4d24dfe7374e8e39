from __future__ import annotations

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from aanspraak.domain import ids

uuids = st.uuids()
turns = st.integers(1, 9)


@given(order_id=uuids, subject=uuids, turn=turns)
def test_an_entitlement_begins_as_its_order_does_and_ends_as_its_user_and_turn_say(
    order_id: UUID, subject: UUID, turn: int
) -> None:
    order = uuid5(ids.HUB, str(order_id))
    named = uuid5(order, f"{subject}/{turn}")
    assert ids.order_stream(order_id) == order
    assert ids.entitlement_id(order, subject, turn).bytes == order.bytes[:6] + named.bytes[6:]


@given(order_id=uuids, subject=uuids, turn=turns)
def test_all_of_an_order_lies_in_one_range(order_id: UUID, subject: UUID, turn: int) -> None:
    order = ids.order_stream(order_id)
    first, last = ids.order_range(order)
    beside = (order, ids.entitlement_id(order, subject, turn), ids.users_stream(order, "first"))
    assert all(first <= stream <= last for stream in beside)


@given(orders=st.lists(uuids, min_size=2, max_size=2, unique=True))
def test_two_orders_lie_apart(orders: list[UUID]) -> None:
    one, other = (ids.order_stream(order_id) for order_id in orders)
    first, last = ids.order_range(one)
    assert not first <= other <= last


@given(order_id=uuids, subjects=st.lists(uuids, min_size=2, max_size=2, unique=True), turn=turns)
def test_each_user_and_each_turn_has_an_entitlement_of_its_own(
    order_id: UUID, subjects: list[UUID], turn: int
) -> None:
    order = ids.order_stream(order_id)
    one, other = subjects
    named = {
        ids.entitlement_id(order, one, turn),
        ids.entitlement_id(order, other, turn),
        ids.entitlement_id(order, one, turn + 1),
    }
    assert len(named) == 3


@given(subject=uuids)
def test_the_same_user_in_another_order_is_another_entitlement(subject: UUID) -> None:
    orders = (ids.order_stream(UUID(int=1)), ids.order_stream(UUID(int=2)))
    assert len({ids.entitlement_id(order, subject, 1) for order in orders}) == 2


def test_the_lists_of_two_requests_are_two_lists() -> None:
    order = ids.order_stream(UUID(int=1))
    assert ids.users_stream(order, "first") != ids.users_stream(order, "second")


def test_every_message_has_a_reference_of_its_own() -> None:
    stream = UUID(int=1)
    named = {
        ids.request_reference(stream, partner, number)
        for partner in ("publisher", "portal-a")
        for number in (1, 2, 11)
    }
    assert len(named) == 6


def test_every_answer_to_a_shop_has_a_receive_id_of_its_own() -> None:
    order = ids.order_stream(UUID(int=1))
    assert ids.confirmation_receive_id(order, 1) != ids.confirmation_receive_id(order, 2)


def test_partners_products_and_incidents_do_not_share_a_stream() -> None:
    named = {
        ids.partner_stream("x"),
        ids.product_stream("x"),
        ids.incident_stream("x", 4099, "order"),
        ids.incident_stream("x", 4040, "order"),
        ids.incident_stream("y", 4099, "order"),
        ids.incident_stream("x", 4099, "other order"),
    }
    assert len(named) == 6
