from __future__ import annotations

from typing import Any

import pytest

from aanspraak.domain.contract_terms import ContractTerms
from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder
from aanspraak.domain.delivery_order.events import (
    ConfirmationIssued,
    QuantityLowered,
    UnchangedRequestTaken,
)
from tests.domain.orders import again, last_answer, receive
from tests.spec import asked, given

STUDIES: dict[str, Any] = {
    "delivery_type": "school-studies",
    "users_count": 0,
    "users_digest": "",
    "selection": ("one", "two"),
}
ORDERED = receive(**STUDIES, quantities=(20, 10), total_quantity=30)
EQUAL = ContractTerms(contract_id="contract-7", quantity_floor="equal")


def change(*quantities: int | None, total: int | None = None, **said: Any) -> ReceiveDeliveryOrder:  # noqa: ANN401 - any field of the command
    return again("second", **STUDIES, quantities=quantities, total_quantity=total, **said)


def told(command: ReceiveDeliveryOrder) -> ConfirmationIssued:
    return last_answer(asked(ORDERED, command))


def test_a_lower_number_is_taken_and_confirmed() -> None:
    lowered, answer = given(*asked(ORDERED)).when(change(15, 10, total=25)).facts()
    assert isinstance(lowered, QuantityLowered)
    assert (lowered.total_quantity, lowered.quantities) == (25, (15, 10))
    assert isinstance(answer, ConfirmationIssued)
    assert (answer.success, answer.new_total_quantity) == (True, 25)


def test_the_same_number_is_confirmed_and_changes_nothing() -> None:
    unchanged, answer = given(*asked(ORDERED)).when(change(20, 10, total=30)).facts()
    assert isinstance(unchanged, UnchangedRequestTaken)
    assert isinstance(answer, ConfirmationIssued)
    assert (answer.success, answer.new_total_quantity) == (True, 30)


@pytest.mark.parametrize(
    ("command", "lowest"),
    [
        (change(21, 10, total=31), 1),
        (change(5, 5, total=10, in_use=10), 11),
        (change(5, 4, total=9, in_use=10, contract=EQUAL), 10),
        (change(5, 15, total=20), 1),
        (change(None, None, total=None), 1),
    ],
    ids=["higher", "not above the use", "below the use", "one of them rises", "left out"],
)
def test_what_is_not_allowed_names_the_lowest_that_would_be_taken(
    command: ReceiveDeliveryOrder, lowest: int
) -> None:
    answer = told(command)
    assert (answer.success, answer.status) == (False, 4141)
    assert f"{lowest} is the lowest" in (answer.status_message or "")


def test_a_contract_may_allow_as_many_as_are_in_use() -> None:
    assert told(change(6, 4, total=10, in_use=10, contract=EQUAL)).success


def test_without_a_number_there_was_no_ceiling_so_a_first_one_is_a_lowering() -> None:
    without = receive(**STUDIES, quantities=(None, None), total_quantity=None)
    answer = last_answer(asked(without, change(None, None, total=12)))
    assert (answer.success, answer.new_total_quantity) == (True, 12)


def test_without_a_total_the_numbers_of_what_is_selected_may_fall() -> None:
    without = receive(**STUDIES, quantities=(20, 10), total_quantity=None)
    lowered, answer = given(*asked(without)).when(change(15, 10, in_use=24)).facts()
    assert isinstance(lowered, QuantityLowered)
    assert (lowered.total_quantity, lowered.quantities) == (None, (15, 10))
    assert isinstance(answer, ConfirmationIssued)
    assert (answer.success, answer.new_total_quantity) == (True, None)


@pytest.mark.parametrize(
    ("command", "lowest"),
    [
        (change(21, 10), 1),
        (change(5, None), 1),
        (change(15, 10, in_use=25), 26),
        (change(15, 10, in_use=26, contract=EQUAL), 26),
    ],
    ids=["one rises", "one is left out", "not above the use", "below the use"],
)
def test_without_a_total_no_number_rises_and_together_they_stay_above_the_use(
    command: ReceiveDeliveryOrder, lowest: int
) -> None:
    without = receive(**STUDIES, quantities=(20, 10), total_quantity=None)
    answer = last_answer(asked(without, command))
    assert (answer.success, answer.status) == (False, 4141)
    assert f"{lowest} is the lowest" in (answer.status_message or "")


def test_numbers_that_were_lowered_without_a_total_are_what_the_next_is_compared_with() -> None:
    without = receive(**STUDIES, quantities=(20, 10), total_quantity=None)
    higher = again("third", **STUDIES, quantities=(20, 10), total_quantity=None)
    assert not last_answer(asked(without, change(15, 10), higher)).success


def test_numbers_that_do_not_add_up_are_refused() -> None:
    answer = told(change(10, 10, total=25))
    assert (answer.success, answer.status) == (False, 4141)


def test_a_lowered_number_is_what_the_next_is_compared_with() -> None:
    lower = change(10, 10, total=20)
    higher = again("third", **STUDIES, quantities=(15, 10), total_quantity=25)
    assert not last_answer(asked(ORDERED, lower, higher)).success


def test_named_in_another_order_it_is_the_same_specification() -> None:
    turned = {**STUDIES, "selection": ("two", "one")}
    command = again("second", **turned, quantities=(10, 20), total_quantity=30)
    assert told(command).success


def test_other_study_years_are_another_specification() -> None:
    others = {**STUDIES, "selection": ("one", "three")}
    answer = told(again("second", **others, quantities=(20, 5), total_quantity=25))
    assert answer.status == 4160
    assert (answer.status_message or "").endswith(": deliverySpecification")


def test_while_the_order_is_being_cancelled_it_is_not_lowered() -> None:
    cancel = again("cancel", **STUDIES, quantities=(20, 10), total_quantity=30)
    cancelling = asked(ORDERED, *(replace_status(cancel),))
    answer = last_answer((*cancelling, *given(*cancelling).when(change(9, 9, total=18)).facts()))
    assert (answer.success, answer.status) == (False, 4199)


def replace_status(command: ReceiveDeliveryOrder) -> ReceiveDeliveryOrder:
    return receive(**{**vars(command), "wished_status": "cancelled"})
