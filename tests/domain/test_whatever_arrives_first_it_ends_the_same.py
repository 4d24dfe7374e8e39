from __future__ import annotations

from dataclasses import replace

import pytest

from aanspraak.domain.entitlement.evolve import replay
from aanspraak.domain.entitlement.state import Entitlement, EntitlementStatus
from aanspraak.domain.errors import DomainError
from tests.domain.entitlements import (
    BLOCK,
    CANCEL,
    CREATE,
    ENTITLED,
    REQUEST_LINKS,
    RESTORE,
    UNBLOCK,
    blocked,
    cancelled,
    taken,
)
from tests.spec import given

READY = (CREATE, ENTITLED, REQUEST_LINKS)
BLOCKED = (*READY, BLOCK, blocked(2))
KEEP_3 = cancelled(3, success=False, status=4042)
KEEP_4 = cancelled(4, success=False, status=4042)


def after(*commands: object) -> Entitlement:
    """The entitlement after these; what is refused is as if it was not asked."""
    history: tuple[object, ...] = ()
    for command in commands:
        try:
            history += given(*history).when(command).facts()
        except DomainError:
            continue
    state = replay(history)  # type: ignore[arg-type]
    assert state is not None
    return state


@pytest.mark.parametrize("arrival", [(ENTITLED, blocked(2)), (blocked(2), ENTITLED)])
def test_blocked_before_its_creation_was_confirmed_it_is_blocked_and_ready(
    arrival: tuple[object, ...],
) -> None:
    state = after(CREATE, BLOCK, *arrival)
    assert (state.status, state.ready, state.told) == (EntitlementStatus.BLOCKED, True, {})
    freed = after(CREATE, BLOCK, *arrival, UNBLOCK, taken("publisher", 3), REQUEST_LINKS)
    assert freed.status is EntitlementStatus.ENTITLED
    assert {told.url_status for told in freed.told.values()} == {"initialized"}


REFUSED = replace(ENTITLED, receive_id="no", success=False, status=4011)


@pytest.mark.parametrize("arrival", [(REFUSED, blocked(2)), (blocked(2), REFUSED)])
def test_blocked_and_never_set_ready_it_is_blocked_and_shows_no_link(
    arrival: tuple[object, ...],
) -> None:
    state = after(CREATE, BLOCK, *arrival, REQUEST_LINKS)
    assert (state.status, state.ready, state.told) == (EntitlementStatus.BLOCKED, False, {})


@pytest.mark.parametrize("arrival", [(UNBLOCK, cancelled(3)), (cancelled(3), UNBLOCK)])
def test_unblocked_while_it_is_being_cancelled_it_is_cancelled(
    arrival: tuple[object, ...],
) -> None:
    assert after(*BLOCKED, CANCEL, *arrival).status is EntitlementStatus.CANCELLED


@pytest.mark.parametrize(
    "arrival",
    [
        (UNBLOCK, KEEP_3, RESTORE, taken("publisher", 4)),
        (KEEP_3, UNBLOCK, RESTORE, taken("publisher", 4)),
        (KEEP_3, RESTORE, blocked(4), UNBLOCK, taken("publisher", 5)),
    ],
    ids=["unblocked first", "kept first", "kept and told first"],
)
def test_unblocked_while_a_cancellation_is_refused_it_is_what_it_was(
    arrival: tuple[object, ...],
) -> None:
    state = after(*BLOCKED, CANCEL, *arrival, REQUEST_LINKS)
    assert (state.status, state.unblock_wanted) == (EntitlementStatus.ENTITLED, False)
    assert {told.url_status for told in state.told.values()} == {"initialized"}


@pytest.mark.parametrize(
    "arrival", [(CANCEL, taken("publisher", 3)), (taken("publisher", 3), CANCEL)]
)
@pytest.mark.parametrize(
    ("answer", "ends"),
    [
        ((cancelled(4),), EntitlementStatus.CANCELLED),
        ((KEEP_4, RESTORE, taken("publisher", 5)), EntitlementStatus.ENTITLED),
    ],
    ids=["cancelled", "kept"],
)
def test_cancelled_while_it_is_being_unblocked_it_ends_as_the_registry_says(
    arrival: tuple[object, ...], answer: tuple[object, ...], ends: EntitlementStatus
) -> None:
    state = after(*BLOCKED, UNBLOCK, *arrival, *answer)
    assert (state.status, state.withdrawal) == (ends, None)
