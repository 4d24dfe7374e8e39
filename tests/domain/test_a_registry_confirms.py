from __future__ import annotations

from uuid import uuid4

import pytest

from aanspraak.domain.entitlement.events import (
    EntitlementEntitled,
    LinkRequested,
    RegistryRefused,
    UnexpectedConfirmationReceived,
)
from aanspraak.domain.errors import NotYours, UnknownReference
from tests.domain.entitlements import (
    ACTIVATE,
    CREATE,
    ENTITLED,
    EVENING,
    MORNING,
    NOON,
    REQUEST_LINKS,
    reference,
    registry_says,
)
from tests.spec import asked, given

WORDS = uuid4()
REFUSED = registry_says(
    receive_id="no",
    processed_timestamp=NOON,
    success=False,
    status=4011,
    status_message_id=WORDS,
    new_entitlement_status=None,
)
CREATED = asked(CREATE)
READY = EntitlementEntitled(
    reference_id=reference("publisher"),
    receive_id="from-publisher",
    processed_timestamp=MORNING,
)


def unexpected(**said: object) -> UnexpectedConfirmationReceived:
    usual: dict[str, object] = {
        "partner": "publisher",
        "reference_id": reference("publisher"),
        "receive_id": "no",
        "processed_timestamp": NOON,
        "success": False,
        "status": 4011,
        "status_message_id": WORDS,
        "reported_status": None,
    }
    return UnexpectedConfirmationReceived(**{**usual, **said})  # type: ignore[arg-type]


def test_that_it_is_ready() -> None:
    given(*CREATED).when(ENTITLED).then(READY)


def test_success_without_a_status_confirms_what_was_asked() -> None:
    given(*CREATED).when(registry_says(new_entitlement_status=None)).then(READY)


def test_once_though_it_comes_twice() -> None:
    given(*asked(CREATE, ENTITLED)).when(ENTITLED).nothing_happens()


def test_once_though_it_comes_again_under_another_receive_id() -> None:
    given(*asked(CREATE, ENTITLED)).when(registry_says(receive_id="other")).nothing_happens()


def test_late_when_the_entitlement_is_in_use_already_and_nothing_changes_but_the_request() -> None:
    history = asked(CREATE, ACTIVATE)
    given(*history).when(ENTITLED).then(READY)
    licensed_still = given(*history, READY).when(REQUEST_LINKS).facts()
    for fact in licensed_still:
        assert isinstance(fact, LinkRequested)
        assert fact.entitlement_status == "licensed"


def test_that_it_will_not_do_it() -> None:
    given(*CREATED).when(REFUSED).then(
        RegistryRefused(
            registry="publisher",
            asked="created",
            reference_id=reference("publisher"),
            receive_id="no",
            processed_timestamp=NOON,
            status=4011,
            status_message_id=WORDS,
        )
    )


@pytest.mark.parametrize("receive_id", ["no", "no-again"])
def test_a_refusal_once(receive_id: str) -> None:
    again = registry_says(receive_id=receive_id, success=False, status=4011)
    given(*asked(CREATE, REFUSED)).when(again).nothing_happens()


def test_a_refusal_mended_later_is_ready_after_all() -> None:
    mended = registry_says(receive_id="yes", processed_timestamp=EVENING)
    given(*asked(CREATE, REFUSED)).when(mended).then_kinds(EntitlementEntitled)


def test_the_opposite_of_what_it_said_is_kept_but_takes_nothing_back() -> None:
    history = asked(CREATE, ENTITLED)
    given(*history).when(REFUSED).then(unexpected())
    given(*history, unexpected()).when(REQUEST_LINKS).then_kinds(LinkRequested, LinkRequested)


def test_the_opposite_of_what_it_said_is_kept_once() -> None:
    given(*asked(CREATE, ENTITLED, REFUSED)).when(REFUSED).nothing_happens()


@pytest.mark.parametrize("status", ["created", "licensed", "cancelled", "blocked"])
def test_something_else_than_was_asked_is_kept_but_changes_nothing(status: str) -> None:
    odd = registry_says(receive_id="odd", new_entitlement_status=status)
    kept = unexpected(
        receive_id="odd",
        processed_timestamp=MORNING,
        success=True,
        status=0,
        status_message_id=None,
        reported_status=status,
    )
    given(*CREATED).when(odd).then(kept)
    given(*CREATED, kept).when(ENTITLED).then(READY)
    given(*CREATED, kept).when(odd).nothing_happens()


def test_only_what_it_was_asked() -> None:
    given(*CREATED).when(registry_says(reference_id=uuid4())).refused(UnknownReference)


@pytest.mark.parametrize("stranger", ["another-publisher", "portal-a", "bookshop"])
def test_only_if_it_is_the_one_that_was_asked(stranger: str) -> None:
    given(*CREATED).when(registry_says(partner=stranger)).refused(NotYours)


def test_a_registry_does_not_confirm_a_link() -> None:
    history = asked(CREATE, ENTITLED, REQUEST_LINKS)
    about_a_link = registry_says(receive_id="x", reference_id=reference("portal-a"))
    given(*history).when(about_a_link).refused(NotYours)
