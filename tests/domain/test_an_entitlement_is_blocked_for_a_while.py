from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from aanspraak.domain.entitlement.commands import RecordRequestRejected
from aanspraak.domain.entitlement.events import (
    InitialActivationReported,
    LateConfirmationReceived,
    LinkRequested,
    LinkWithdrawn,
    RegistryRequested,
    RequestTaken,
)
from aanspraak.domain.entitlement.evolve import replay
from aanspraak.domain.entitlement.state import EntitlementStatus
from aanspraak.domain.entitlement.withdrawal_events import (
    BlockAsked,
    EntitlementBlocked,
    EntitlementUnblocked,
    UnblockAsked,
)
from aanspraak.domain.errors import EntitlementIsCancelled
from tests.domain.entitlements import (
    ACTIVATE,
    BLOCK,
    CANCEL,
    CREATE,
    ENTITLED,
    REQUEST_LINKS,
    RESTORE,
    UNBLOCK,
    blocked,
    cancelled,
    portal_says,
    taken,
)
from tests.spec import asked, given

PLACED = (CREATE, ENTITLED, REQUEST_LINKS, portal_says("portal-a"), portal_says("portal-b"))
BLOCKED = (*PLACED, BLOCK, blocked())
UNDER_WAY = (*BLOCKED, UNBLOCK)


def status(history: tuple[object, ...]) -> EntitlementStatus:
    state = replay(history)  # type: ignore[arg-type]
    assert state is not None
    return state.status


def test_registry_and_portals_are_asked_at_once() -> None:
    facts = given(*asked(*PLACED)).when(replace(BLOCK, reason_id=UUID(int=9))).facts()
    assert facts[0] == BlockAsked(reason_id=UUID(int=9), end_date=date(2026, 6, 3))
    registry, first, second = facts[1:]
    assert isinstance(registry, RegistryRequested)
    assert (registry.entitlement_status, registry.end_date) == ("blocked", date(2026, 6, 3))
    for link in (first, second):
        assert isinstance(link, LinkRequested)
        assert (link.url_status, link.entitlement_status) == ("blocked", "blocked")
        assert link.end_date == date(2026, 6, 3)


def test_a_link_that_was_never_asked_for_is_not_blocked() -> None:
    given(*asked(CREATE, ENTITLED)).when(BLOCK).then_kinds(BlockAsked, RegistryRequested)


def test_it_is_blocked_when_the_registry_has_confirmed() -> None:
    assert status(asked(*PLACED, BLOCK)) is EntitlementStatus.ENTITLED
    given(*asked(*PLACED, BLOCK)).when(blocked()).then_kinds(EntitlementBlocked)
    assert status(asked(*BLOCKED)) is EntitlementStatus.BLOCKED


def test_each_portal_confirms_for_itself() -> None:
    gone = portal_says("portal-a", 2, url_status="blocked")
    given(*asked(*BLOCKED)).when(gone).then_kinds(LinkWithdrawn)


@pytest.mark.parametrize("until", [BLOCKED[:-1], BLOCKED])
def test_blocked_once_is_blocked(until: tuple[object, ...]) -> None:
    given(*asked(*until)).when(BLOCK).nothing_happens()


def test_a_registry_that_refused_can_be_asked_again() -> None:
    refused = blocked(success=False, status=4099)
    given(*asked(*PLACED, BLOCK, refused)).when(BLOCK).then_kinds(BlockAsked, RegistryRequested)


def test_unblocking_tells_the_registry_what_it_was() -> None:
    asked_for, request = given(*asked(*BLOCKED)).when(UNBLOCK).facts()
    assert asked_for == UnblockAsked(reason_id=None)
    assert isinstance(request, RegistryRequested)
    assert (request.entitlement_status, request.end_date) == ("entitled", None)


@pytest.mark.parametrize("never", [(CREATE,), PLACED])
def test_what_is_not_blocked_cannot_be_unblocked(never: tuple[object, ...]) -> None:
    given(*asked(*never)).when(UNBLOCK).nothing_happens()


def test_it_is_unblocked_with_the_202_and_not_before() -> None:
    assert status(asked(*UNDER_WAY)) is EntitlementStatus.BLOCKED
    given(*asked(*UNDER_WAY)).when(REQUEST_LINKS).nothing_happens()
    given(*asked(*UNDER_WAY)).when(taken("publisher", 3)).then(
        RequestTaken(partner="publisher", number=3),
        EntitlementUnblocked(entitlement_status="entitled"),
    )
    given(*asked(*UNDER_WAY, taken("publisher", 3))).when(REQUEST_LINKS).then_kinds(
        LinkRequested, LinkRequested
    )


def test_the_202_of_an_older_message_unblocks_nothing() -> None:
    given(*asked(*UNDER_WAY)).when(taken("publisher", 2)).then_kinds(RequestTaken)


def test_blocked_before_it_was_ready_it_waits_for_the_registry_again() -> None:
    history = asked(CREATE, BLOCK, blocked(), UNBLOCK, taken("publisher", 3))
    assert status(history) is EntitlementStatus.CREATED
    given(*history).when(REQUEST_LINKS).nothing_happens()
    ready = replace(ENTITLED, reference_id=blocked(3).reference_id, receive_id="ready")
    assert status((*history, *given(*history).when(ready).facts())) is EntitlementStatus.ENTITLED


def test_activated_while_blocked_is_kept_looked_at_and_licensed_afterwards() -> None:
    (fact,) = given(*asked(*BLOCKED)).when(ACTIVATE).facts()
    assert isinstance(fact, InitialActivationReported)
    assert fact.anomalies == ("activated-while-blocked",)
    history = asked(*BLOCKED, ACTIVATE, UNBLOCK, taken("publisher", 3))
    assert status(asked(*BLOCKED, ACTIVATE)) is EntitlementStatus.BLOCKED
    assert status(history) is EntitlementStatus.LICENSED


def test_a_licence_can_be_blocked_too() -> None:
    assert status(asked(*PLACED, ACTIVATE, BLOCK, blocked())) is EntitlementStatus.BLOCKED


def test_a_block_confirmed_after_it_was_undone_changes_nothing() -> None:
    history = asked(*PLACED, BLOCK, UNBLOCK, taken("publisher", 3))
    given(*history).when(blocked()).then_kinds(LateConfirmationReceived)


def test_an_unblock_that_was_rejected_can_be_asked_again() -> None:
    rejected = RecordRequestRejected(partner="publisher", number=3, http_status=400, status=11)
    history = asked(*UNDER_WAY, rejected)
    assert status(history) is EntitlementStatus.BLOCKED
    given(*history).when(UNBLOCK).then_kinds(UnblockAsked, RegistryRequested)


def test_while_a_cancellation_runs_the_links_are_blocked_and_the_registry_waits() -> None:
    history = asked(*PLACED, CANCEL)
    given(*history).when(BLOCK).then_kinds(BlockAsked, LinkRequested, LinkRequested)
    refused = cancelled(success=False, status=4042)
    (told,) = given(*asked(*PLACED, CANCEL, BLOCK, refused)).when(RESTORE).facts()
    assert isinstance(told, RegistryRequested)
    assert (told.entitlement_status, told.end_date) == ("blocked", date(2026, 6, 3))


@pytest.mark.parametrize("command", [BLOCK, UNBLOCK])
def test_what_is_cancelled_cannot_be_blocked_any_more(command: object) -> None:
    given(*asked(CREATE, CANCEL, cancelled())).when(command).refused(EntitlementIsCancelled)
