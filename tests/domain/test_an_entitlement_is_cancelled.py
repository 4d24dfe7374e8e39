from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from aanspraak.domain.entitlement.commands import RecordRequestDropped, RecordRequestRejected
from aanspraak.domain.entitlement.events import (
    InitialActivationReported,
    LateConfirmationReceived,
    LinkRequested,
    RegistryRefused,
    RegistryRequested,
    RequestDropped,
    RequestRejected,
    UnexpectedConfirmationReceived,
)
from aanspraak.domain.entitlement.evolve import replay
from aanspraak.domain.entitlement.state import EntitlementStatus
from aanspraak.domain.entitlement.withdrawal_events import (
    CancellationAsked,
    CancellationRefused,
    EntitlementCancelled,
)
from tests.domain.entitlements import (
    ACTIVATE,
    BLOCK,
    CANCEL,
    CREATE,
    ENTITLED,
    EVENING,
    REQUEST_LINKS,
    RESTORE,
    WITHDRAW_LINKS,
    blocked,
    cancelled,
    portal_says,
    reference,
    registry_says,
    taken,
)
from tests.spec import asked, given

READY = asked(CREATE, ENTITLED, REQUEST_LINKS, portal_says("portal-a"))
UNDER_WAY = asked(CREATE, ENTITLED, REQUEST_LINKS, portal_says("portal-a"), CANCEL)
REFUSED = cancelled(success=False, status=4042)


def status(history: tuple[object, ...]) -> EntitlementStatus:
    state = replay(history)  # type: ignore[arg-type]
    assert state is not None
    return state.status


def test_the_registry_is_asked_first_and_nothing_is_cancelled_yet() -> None:
    given(*READY).when(CANCEL).then(
        CancellationAsked(
            cancel_id="cancel", cause="order", reason_id=None, end_date=date(2026, 6, 2)
        ),
        RegistryRequested(
            registry="publisher",
            portals=("portal-a", "portal-b"),
            number=2,
            lane="prompt",
            reference_id=reference("publisher", 2),
            entitlement_status="cancelled",
            expiration_date=date(2027, 7, 31),
            end_date=date(2026, 6, 2),
            date_last_modified=CANCEL.now,
        ),
    )
    assert status(UNDER_WAY) is EntitlementStatus.ENTITLED


def test_it_is_cancelled_when_the_registry_has_confirmed() -> None:
    given(*UNDER_WAY).when(cancelled()).then(
        EntitlementCancelled(
            cancel_id="cancel",
            cause="order",
            end_date=date(2026, 6, 2),
            in_use=False,
            reference_id=reference("publisher", 2),
            receive_id="cancelled-2",
            processed_timestamp=EVENING,
        )
    )


def test_its_links_go_after_that_where_they_were_asked_for() -> None:
    facts = given(*UNDER_WAY, *given(*UNDER_WAY).when(cancelled()).facts()).when(WITHDRAW_LINKS)
    requests = facts.facts()
    assert [fact.portal for fact in requests if isinstance(fact, LinkRequested)] == [
        "portal-a",
        "portal-b",
    ]
    for fact in requests:
        assert isinstance(fact, LinkRequested)
        assert (fact.url_status, fact.entitlement_status) == ("cancelled", "cancelled")
        assert fact.end_date == date(2026, 6, 2)


@pytest.mark.parametrize(
    "again", [CANCEL, replace(CANCEL, cancel_id="another", cause="leaver"), cancelled()]
)
def test_cancelled_once_is_cancelled(again: object) -> None:
    given(*asked(CREATE, ENTITLED, CANCEL, cancelled())).when(again).nothing_happens()


def test_while_it_runs_no_link_is_asked_for() -> None:
    given(*asked(CREATE, ENTITLED, CANCEL)).when(REQUEST_LINKS).nothing_happens()


def test_who_ever_activated_keeps_it_and_the_registry_is_not_asked() -> None:
    given(*READY, *given(*READY).when(ACTIVATE).facts()).when(CANCEL).then(
        CancellationRefused(cancel_id="cancel", cause="order", reason="in-use")
    )


def test_in_use_is_who_ever_activated_whatever_became_of_it_since() -> None:
    given(*asked(CREATE, ENTITLED, ACTIVATE, BLOCK, blocked())).when(CANCEL).then(
        CancellationRefused(cancel_id="cancel", cause="order", reason="in-use")
    )


def test_asked_again_by_the_same_cancellation_that_is_so_already() -> None:
    given(*asked(CREATE, ENTITLED, ACTIVATE, CANCEL)).when(CANCEL).nothing_happens()


def test_a_registry_that_refuses_has_the_last_word() -> None:
    given(*UNDER_WAY).when(REFUSED).then(
        RegistryRefused(
            registry="publisher",
            asked="cancelled",
            reference_id=reference("publisher", 2),
            receive_id="cancelled-2",
            processed_timestamp=EVENING,
            status=4042,
            status_message_id=None,
        ),
        CancellationRefused(cancel_id="cancel", cause="order", reason="registry"),
    )


def test_a_registry_that_rejects_the_message_refuses_as_well() -> None:
    rejected = RecordRequestRejected(partner="publisher", number=2, http_status=400, status=11)
    given(*UNDER_WAY).when(rejected).then(
        RequestRejected(partner="publisher", number=2, http_status=400, status=11),
        CancellationRefused(cancel_id="cancel", cause="order", reason="rejected"),
    )


def test_of_somebody_forgotten_nobody_can_be_told_so_it_is_cancelled_here() -> None:
    dropped = RecordRequestDropped(partner="publisher", number=2, reason="forgotten")
    given(*UNDER_WAY).when(dropped).then_kinds(RequestDropped, EntitlementCancelled)


@pytest.mark.parametrize(("use", "former"), [((), "entitled"), ((ACTIVATE,), "licensed")])
def test_who_was_kept_is_told_to_the_registry_as_what_it_was(
    use: tuple[object, ...], former: str
) -> None:
    history = asked(CREATE, ENTITLED, CANCEL, *use, REFUSED)
    (fact,) = given(*history).when(RESTORE).facts()
    assert isinstance(fact, RegistryRequested)
    assert (fact.number, fact.entitlement_status, fact.end_date) == (3, former, None)
    given(*asked(CREATE, ENTITLED, CANCEL, *use, REFUSED, RESTORE)).when(RESTORE).nothing_happens()


def test_what_never_went_to_the_registry_needs_no_telling() -> None:
    given(*asked(CREATE, ENTITLED, ACTIVATE, CANCEL)).when(RESTORE).nothing_happens()


def test_refused_by_the_registry_from_the_start_it_is_cancelled_at_once() -> None:
    refused = registry_says(receive_id="no", success=False, status=4011)
    given(*asked(CREATE, refused)).when(CANCEL).then_kinds(EntitlementCancelled)


@pytest.mark.parametrize(
    "refusals",
    [
        (registry_says(receive_id="no", success=False, status=4011), REFUSED),
        (
            RecordRequestRejected(partner="publisher", number=1, http_status=400, status=11),
            RecordRequestRejected(partner="publisher", number=2, http_status=404, status=4040),
        ),
    ],
    ids=["by confirmation", "at once"],
)
def test_a_registry_that_never_set_it_ready_has_nothing_to_keep_it_from(
    refusals: tuple[object, object],
) -> None:
    refused, refused_again = refusals
    history = asked(CREATE, CANCEL, refused, refused_again)
    assert status(history) is EntitlementStatus.CANCELLED


def test_ready_after_all_when_it_was_cancelled_without_the_registry_somebody_has_to_look() -> None:
    refused = registry_says(receive_id="no", success=False, status=4011)
    after_all = registry_says(receive_id="after all")
    given(*asked(CREATE, refused, CANCEL)).when(after_all).then_kinds(
        UnexpectedConfirmationReceived
    )


def test_what_another_cancellation_takes_back_meanwhile_is_not_told_as_what_it_was() -> None:
    another = replace(CANCEL, cancel_id="another", cause="operator")
    given(*asked(CREATE, ENTITLED, CANCEL, REFUSED, another)).when(RESTORE).nothing_happens()


def test_kept_twice_it_is_still_told_to_the_registry_as_what_it_was() -> None:
    another = replace(CANCEL, cancel_id="another", cause="operator")
    history = asked(CREATE, ENTITLED, CANCEL, REFUSED, ACTIVATE, another)
    given(*history).when(RESTORE).then_kinds(RegistryRequested)


def test_what_was_never_given_has_no_link_to_take_away() -> None:
    given().when(WITHDRAW_LINKS).nothing_happens()


def test_blocked_and_never_used_it_can_be_cancelled() -> None:
    history = asked(CREATE, ENTITLED, BLOCK, blocked(), CANCEL)
    assert status(history) is EntitlementStatus.BLOCKED
    assert status((*history, *given(*history).when(cancelled(3)).facts())) is (
        EntitlementStatus.CANCELLED
    )


@pytest.mark.parametrize(
    "arrival",
    [(ACTIVATE, cancelled()), (cancelled(), ACTIVATE)],
    ids=["activation first", "confirmation first"],
)
def test_activated_and_cancelled_at_once_ends_the_same_in_every_order(
    arrival: tuple[object, ...],
) -> None:
    history = asked(CREATE, ENTITLED, CANCEL, *arrival)
    state = replay(history)  # type: ignore[arg-type]
    assert state is not None
    assert state.status is EntitlementStatus.CANCELLED
    assert len(state.activations) == 1
    looked_at = [
        fact
        for fact in history
        if (isinstance(fact, EntitlementCancelled) and fact.in_use)
        or (isinstance(fact, InitialActivationReported) and fact.anomalies)
    ]
    assert len(looked_at) == 1


@pytest.mark.parametrize(
    "arrival",
    [(ACTIVATE, REFUSED), (REFUSED, ACTIVATE)],
    ids=["activation first", "refusal first"],
)
def test_activated_and_kept_ends_the_same_in_every_order(arrival: tuple[object, ...]) -> None:
    assert status(asked(CREATE, ENTITLED, CANCEL, *arrival)) is EntitlementStatus.LICENSED


def test_ready_only_after_it_was_cancelled_is_too_late() -> None:
    history = asked(CREATE, CANCEL, cancelled())
    given(*history).when(ENTITLED).then_kinds(LateConfirmationReceived)


def test_cancelled_after_it_was_refused_is_looked_at() -> None:
    history = asked(CREATE, ENTITLED, CANCEL, REFUSED)
    given(*history).when(cancelled(receive_id="after all")).then_kinds(
        UnexpectedConfirmationReceived
    )


def test_a_refresh_that_was_held_back_does_not_bring_the_link_back() -> None:
    history = asked(
        CREATE,
        ENTITLED,
        REQUEST_LINKS,
        CANCEL,
        cancelled(),
        WITHDRAW_LINKS,
        taken("portal-a", 1),
        taken("portal-a", 2),
        portal_says("portal-a", 2, url_status="cancelled"),
    )
    given(*history).when(portal_says("portal-a", 1)).then_kinds(LateConfirmationReceived)
