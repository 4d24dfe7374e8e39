"""One entitlement of a pupil, at the registry `publisher` and in two portals, and what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from aanspraak.domain import ids
from aanspraak.domain.entitlement.commands import (
    BlockEntitlement,
    CancelEntitlement,
    CreateEntitlement,
    RecordRequestTaken,
    ReportInitialActivation,
    RequestLinks,
    RestoreEntitlement,
    TakeConfirmation,
    UnblockEntitlement,
    WithdrawLinks,
)

ORDER_ID = UUID("11111111-1111-4111-8111-111111111111")
ORDER = ids.order_stream(ORDER_ID)
PUPIL = UUID("33333333-3333-4333-8333-333333333333")
SOMEBODY_ELSE = UUID("44444444-4444-4444-8444-444444444444")
ENTITLEMENT = ids.entitlement_id(ORDER, PUPIL, 1)
MORNING = datetime(2026, 6, 1, 8, tzinfo=UTC)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
EVENING = datetime(2026, 6, 1, 20, tzinfo=UTC)

CREATE = CreateEntitlement(
    order=ORDER,
    delivery_order_id=ORDER_ID,
    shop="bookshop",
    contract_id="contract-7",
    product_id="9789001234567",
    bundled_products=("9789007654321",),
    registry="publisher",
    portals=("portal-a", "portal-b"),
    school_id=UUID("22222222-2222-4222-8222-222222222222"),
    organisation_master_identifier="104A158",
    organisation_ids=("OIE_CODE 09QQ",),
    subject_id=PUPIL,
    user_reference_id=UUID("55555555-5555-4555-8555-555555555555"),
    turn=1,
    entitlement_type="school-student",
    delivery_type="school-students",
    start_date=date(2026, 8, 1),
    activation_until_date=date(2027, 7, 31),
    expiration_date=date(2027, 7, 31),
    lane="prompt",
    now=MORNING,
)
REQUEST_LINKS = RequestLinks(portals=("portal-a", "portal-b"), now=NOON)


CANCEL = CancelEntitlement(
    cancel_id="cancel", cause="order", reason_id=None, end_date=date(2026, 6, 2), now=NOON
)
BLOCK = BlockEntitlement(reason_id=None, end_date=date(2026, 6, 3), now=NOON)
UNBLOCK = UnblockEntitlement(reason_id=None, now=EVENING)
RESTORE = RestoreEntitlement(now=EVENING)
WITHDRAW_LINKS = WithdrawLinks(
    portals=("portal-a", "portal-b"), end_date=date(2026, 6, 2), now=EVENING
)


def create(**changes: Any) -> CreateEntitlement:  # noqa: ANN401 - any field of the command
    """The command, with these fields changed."""
    return replace(CREATE, **changes)


def reference(partner: str, number: int = 1) -> UUID:
    """The reference id of the nth message to a partner."""
    return ids.request_reference(ENTITLEMENT, partner, number)


ENTITLED = TakeConfirmation(
    partner="publisher",
    reference_id=reference("publisher"),
    receive_id="from-publisher",
    processed_timestamp=MORNING,
    success=True,
    status=0,
    status_message_id=None,
    new_entitlement_status="entitled",
    portal=None,
    url_status=None,
)


def registry_says(**changes: Any) -> TakeConfirmation:  # noqa: ANN401 - any field of the command
    """The registry's confirmation that it is ready, with these fields changed."""
    return replace(ENTITLED, **changes)


def portal_says(portal: str, number: int = 1, /, **changes: Any) -> TakeConfirmation:  # noqa: ANN401 - as above
    """A portal's confirmation that the link asked for by the nth message is placed."""
    placed = replace(
        ENTITLED,
        partner=portal,
        reference_id=reference(portal, number),
        receive_id=f"from-{portal}-{number}",
        processed_timestamp=NOON,
        new_entitlement_status=None,
        portal=portal,
        url_status="processed",
    )
    return replace(placed, **changes)


def taken(partner: str, number: int) -> RecordRequestTaken:
    """The partner answered the nth message with 202."""
    return RecordRequestTaken(partner=partner, number=number)


def cancelled(number: int = 2, **changes: Any) -> TakeConfirmation:  # noqa: ANN401 - as above
    """The registry's confirmation that it cancelled what the nth message asked."""
    return _taken_back("cancelled", number, changes)


def blocked(number: int = 2, **changes: Any) -> TakeConfirmation:  # noqa: ANN401 - as above
    """The registry's confirmation that it blocked what the nth message asked."""
    return _taken_back("blocked", number, changes)


def _taken_back(status: str, number: int, changes: dict[str, Any]) -> TakeConfirmation:
    said = replace(
        ENTITLED,
        reference_id=reference("publisher", number),
        receive_id=f"{status}-{number}",
        processed_timestamp=EVENING,
        new_entitlement_status=status,
    )
    return replace(said, **changes)


ACTIVATE = ReportInitialActivation(
    registry="publisher",
    user_subject_id=PUPIL,
    another_user=False,
    product_id="9789001234567",
    usage_date=date(2026, 9, 1),
    expiration_date=date(2027, 7, 31),
)


def activate(**changes: Any) -> ReportInitialActivation:  # noqa: ANN401 - any field of the command
    """The registry's report of first use, with these fields changed."""
    return replace(ACTIVATE, **changes)


def later(moment: datetime, hours: int = 1) -> datetime:
    """So many hours after."""
    return moment + timedelta(hours=hours)
