from __future__ import annotations

from aanspraak.domain.delivery_order.events import ConfirmationIssued
from tests.domain.orders import LICENSE, RECEIVE, again, complete
from tests.spec import asked

STORY = asked(
    RECEIVE,
    complete(0, 3),
    again("second"),
    RECEIVE,
    complete(1, 2),
    again("third", contract_id="another"),
    LICENSE,
    complete(3, 0),
    RECEIVE,
    again("second"),
)
ANSWERS = [fact for fact in STORY if isinstance(fact, ConfirmationIssued)]


def test_from_one_on_without_a_gap() -> None:
    assert [told.number for told in ANSWERS] == list(range(1, 10))


def test_only_a_repeat_has_the_receive_id_of_an_answer_before_it() -> None:
    seen = set()
    for told in ANSWERS:
        assert told.repeated == (told.receive_id in seen)
        seen.add(told.receive_id)


def test_a_repeat_says_what_its_first_time_said() -> None:
    first = {told.receive_id: told for told in ANSWERS if not told.repeated}
    for told in ANSWERS:
        before = first[told.receive_id]
        assert (told.reference_id, told.new_status, told.processed_timestamp) == (
            before.reference_id,
            before.new_status,
            before.processed_timestamp,
        )
