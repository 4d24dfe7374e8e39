from __future__ import annotations

from aanspraak.application.handle import Submission, decide_in_turn
from aanspraak.domain.entitlement.events import (
    EntitlementCreated,
    EntitlementEntitled,
    LinkRequested,
    RegistryRequested,
)
from aanspraak.domain.errors import UnknownEntitlement
from tests.domain.entitlements import CREATE, ENTITLED, ENTITLEMENT, REQUEST_LINKS
from tests.spec import asked


def submit(*commands: object) -> list[Submission]:
    return [
        Submission(
            stream_id=ENTITLEMENT,
            command=command,
            actor="a-key",
            correlation_id="story",
            causation_id=f"command-{number}",
        )
        for number, command in enumerate(commands)
    ]


def kinds(history: tuple[object, ...], *commands: object) -> list[list[type]]:
    decisions = decide_in_turn(history, submit(*commands))
    return [[type(event) for event in decision.events] for decision in decisions]


def test_each_on_what_the_ones_before_it_left() -> None:
    assert kinds((), CREATE, ENTITLED, REQUEST_LINKS) == [
        [EntitlementCreated, RegistryRequested],
        [EntitlementEntitled],
        [LinkRequested, LinkRequested],
    ]


def test_the_same_twice_in_one_group_is_decided_once() -> None:
    assert kinds(asked(CREATE), ENTITLED, ENTITLED) == [[EntitlementEntitled], []]


def test_a_refusal_stops_nobody_behind_it() -> None:
    refused, created = decide_in_turn((), submit(ENTITLED, CREATE))
    assert type(refused.refusal) is UnknownEntitlement
    assert refused.events == ()
    assert created.refusal is None
    assert len(created.events) == 2


def test_every_decision_comes_back_with_its_submission() -> None:
    submissions = submit(CREATE, ENTITLED)
    decisions = decide_in_turn((), submissions)
    assert [decision.submission for decision in decisions] == submissions
