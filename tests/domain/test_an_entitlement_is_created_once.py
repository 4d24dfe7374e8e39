from __future__ import annotations

from datetime import date

import pytest

from aanspraak.domain.entitlement.events import EntitlementCreated, RegistryRequested
from aanspraak.domain.errors import UnknownEntitlement
from tests.domain.entitlements import (
    ACTIVATE,
    CREATE,
    ENTITLED,
    MORNING,
    REQUEST_LINKS,
    create,
    reference,
)
from tests.spec import asked, given

REQUESTED = RegistryRequested(
    registry="publisher",
    portals=("portal-a", "portal-b"),
    number=1,
    lane="prompt",
    reference_id=reference("publisher"),
    entitlement_status="created",
    expiration_date=date(2027, 7, 31),
    end_date=None,
    date_last_modified=MORNING,
)


def test_and_the_registry_is_asked_at_once() -> None:
    given().when(CREATE).then(
        EntitlementCreated(
            order=CREATE.order,
            delivery_order_id=CREATE.delivery_order_id,
            shop="bookshop",
            contract_id="contract-7",
            product_id="9789001234567",
            bundled_products=("9789007654321",),
            registry="publisher",
            portals=("portal-a", "portal-b"),
            school_id=CREATE.school_id,
            organisation_master_identifier="104A158",
            organisation_ids=("OIE_CODE 09QQ",),
            subject_id=CREATE.subject_id,
            user_reference_id=CREATE.user_reference_id,
            turn=1,
            entitlement_type="school-student",
            delivery_type="school-students",
            start_date=date(2026, 8, 1),
            activation_until_date=date(2027, 7, 31),
            expiration_date=date(2027, 7, 31),
            lane="prompt",
            date_created=MORNING,
        ),
        REQUESTED,
    )


def test_no_portal_is_asked_yet() -> None:
    given().when(create(portals=("portal-a",))).then_kinds(EntitlementCreated, RegistryRequested)


def test_a_second_time_changes_nothing() -> None:
    given(*asked(CREATE)).when(CREATE).nothing_happens()


def test_a_second_time_changes_nothing_though_it_is_in_use_by_then() -> None:
    given(*asked(CREATE, ENTITLED, ACTIVATE)).when(CREATE).nothing_happens()


def test_a_next_turn_has_reference_ids_of_its_own() -> None:
    _, requested = given().when(create(turn=2)).facts()
    assert isinstance(requested, RegistryRequested)
    assert requested.reference_id != REQUESTED.reference_id


def test_nothing_can_be_said_of_an_entitlement_that_was_never_created() -> None:
    for command in (ENTITLED, REQUEST_LINKS, ACTIVATE):
        given().when(command).refused(UnknownEntitlement)


def test_a_history_that_does_not_begin_with_its_creation_is_a_bug() -> None:
    with pytest.raises(LookupError, match="EntitlementCreated"):
        given(REQUESTED).when(CREATE).facts()
