from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from aanspraak.application import outcomes
from aanspraak.application.handle import Submission
from aanspraak.application.messages import CONFIRMATION, ENTITLEMENT_REQUEST, Message
from aanspraak.domain.delivery_order.commands import (
    RecordConfirmationGivenUp,
    RecordConfirmationRejected,
    RecordConfirmationTaken,
)
from aanspraak.domain.entitlement.commands import (
    RecordRequestDropped,
    RecordRequestGivenUp,
    RecordRequestRejected,
    RecordRequestTaken,
)

KEY = UUID(int=1)


def test_what_came_of_a_request_is_told_to_its_entitlement() -> None:
    message = _message(ENTITLEMENT_REQUEST)
    who = {"partner": "portal-a", "number": 3}
    assert _commands(message) == [
        RecordRequestTaken(**who),  # type: ignore[arg-type]
        RecordRequestRejected(**who, http_status=403, status=21),  # type: ignore[arg-type]
        RecordRequestGivenUp(**who, attempts=5),  # type: ignore[arg-type]
    ]
    forgotten = outcomes.dropped(message, outcomes.FORGOTTEN)
    assert forgotten.command == RecordRequestDropped(
        partner="portal-a", number=3, reason="forgotten"
    )


def test_what_came_of_a_confirmation_is_told_to_its_order() -> None:
    assert _commands(_message(CONFIRMATION)) == [
        RecordConfirmationTaken(number=3),
        RecordConfirmationRejected(number=3, http_status=403, status=21),
        RecordConfirmationGivenUp(number=3, attempts=5),
    ]


@pytest.mark.parametrize("kind", [ENTITLEMENT_REQUEST, CONFIRMATION])
def test_the_same_outcome_is_the_same_command_in_the_same_story(kind: str) -> None:
    for one in _submissions(_message(kind)):
        assert (one.stream_id, one.actor, one.correlation_id) == (KEY, "gateway", "story")
        assert one in _submissions(_message(kind))
    causes = {one.causation_id for one in _submissions(_message(kind))}
    assert causes == {"7/taken", "7/rejected", "7/given-up"}


def _commands(message: Message) -> list[object]:
    return [one.command for one in _submissions(message)]


def _submissions(message: Message) -> list[Submission]:
    return [
        outcomes.taken(message),
        outcomes.rejected(message, 403, 21),
        outcomes.given_up(message, 5),
    ]


def _message(kind: str) -> Message:
    return Message(
        partner="portal-a",
        lane="prompt",
        key=KEY,
        number=3,
        follows=2,
        position=7,
        recorded_at=datetime(2026, 8, 1, tzinfo=UTC),
        reference_id="reference",
        kind=kind,
        correlation_id="story",
        causation_id="cause",
        subject_id=None,
        user_reference_id=None,
        body={},
    )
