"""What we send fits the official schemas, once their known defects are mended."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from time import process_time
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from adapters.wire import outgoing
from adapters.wire.delivery_v2 import DeliveryOrderConfirmation
from adapters.wire.entitlement_v1 import (
    DeliveryOrderEntitlements,
    Entitlement,
    EntitlementProduct,
    EntitlementRequest,
    PortalUrlStatus,
    specification,
)
from adapters.wire.outgoing import (
    OrganisationId,
    SchoolReference,
    StatusResponse,
    UserId,
    UserReference,
)
from tests.adapters.wire_case import ECK_ID, ORDER_ID, faults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.wire.message import EntitlementType

ID = UUID(ORDER_ID)
BY_CODE = {"school", "activationCode"}
MOMENT = datetime(2026, 8, 22, 17, 32, 28, tzinfo=UTC)
AT_SCHOOL = SchoolReference(
    organisation_ids=(OrganisationId(organisation_id="09QQ", organisation_id_type="OIE_CODE"),)
)
CODE = "XXXXX-XXXXX"
PUPIL = UserReference(user_master_identifier=ECK_ID)


def entitlement(
    kind: EntitlementType = "school-student",
    recipient: UserReference | str = PUPIL,
    school: SchoolReference | None = AT_SCHOOL,
) -> Entitlement:
    return Entitlement(
        entitlement_id=ID,
        delivery_order_id=ID,
        contract_id="c",
        product_id="8712345678901",
        start_date=date(2026, 8, 22),
        activation_until_date=date(2027, 7, 31),
        expiration_date=date(2027, 7, 31),
        end_date=date(2027, 7, 31),
        entitlement_type=kind,
        entitlement_specification=specification(kind, recipient, school),
        entitlement_status="created",
        url_statuses=(PortalUrlStatus(portal="lp", url_status="initialized"),),
        date_created=MOMENT,
        date_last_modified=MOMENT,
    )


@pytest.mark.parametrize(
    ("kind", "recipient", "school", "branch", "fields"),
    [
        ("school-student", PUPIL, AT_SCHOOL, "SchoolStudent", {"school", "student"}),
        ("school-employee", PUPIL, AT_SCHOOL, "SchoolEmployee", {"school", "employee"}),
        ("school-activationcode", CODE, AT_SCHOOL, "SchoolActivationCode", BY_CODE),
        ("customer-student", PUPIL, None, "CustomerStudent", {"student"}),
        ("customer-activationcode", CODE, None, "CustomerActivationCode", {"activationCode"}),
    ],
)  # fmt: skip
def test_a_request_fits_the_schema_and_its_branch(
    kind: EntitlementType,
    recipient: UserReference | str,
    school: SchoolReference | None,
    branch: str,
    fields: set[str],
) -> None:
    sent = entitlement(kind, recipient, school)
    request = EntitlementRequest(entitlement_reference_id=ID, entitlement=sent)
    inner = outgoing.encode(sent.entitlement_specification)

    assert faults("entitlement", "EntitlementRequest", outgoing.encode(request)) == []
    assert faults("entitlement", f"Entitlement{branch}", inner) == []
    assert set(json.loads(inner)) == fields


def test_the_other_messages_fit_their_schemas() -> None:
    counted = DeliveryOrderEntitlements(
        delivery_order_id=ID,
        total_created=0,
        total_entitled=1,
        total_licensed=0,
        total_cancelled=0,
        total_blocked=0,
        entitlements=(entitlement(),),
    )
    product = EntitlementProduct(
        entitlement_id=ID,
        product_id="p",
        entitlement_status="entitled",
        start_date=date(2026, 8, 22),
        activation_until_date=date(2027, 7, 31),
    )
    for schema, message in (
        ("DeliveryOrderEntitlements", counted),
        ("EntitlementProduct", product),
        ("StatusResponse", StatusResponse(status=11, status_message="Schema incorrect")),
    ):
        assert faults("entitlement", schema, outgoing.encode(message)) == []
    assert b'"totalCreated":0' in outgoing.encode(counted)


def test_a_confirmation_to_the_shop_fits_with_and_without_a_new_status() -> None:
    refused = DeliveryOrderConfirmation(
        delivery_order_reference_id=ID,
        delivery_order_receive_id=ID,
        delivery_order_id=ID,
        product_id="p",
        processed_timestamp=MOMENT,
        success=False,
        status=4111,
        status_message="product unknown",
    )
    written = json.loads(outgoing.encode(refused))
    assert faults("delivery", "DeliveryOrderConfirmation", outgoing.encode(refused)) == []
    assert "newStatus" not in written
    assert written["processedTimestamp"] == "2026-08-22T17:32:28Z"
    assert written["success"] is False


def test_a_faulty_message_is_seen_by_the_mended_schema() -> None:
    """Else the tests above would prove nothing."""
    assert faults("entitlement", "EntitlementRequest", b'{"entitlement": {"productId": 1}}') != []


def test_a_reference_goes_out_with_the_identifiers_it_has() -> None:
    by_id = UserReference(user_ids=(UserId(user_id="x", user_id_type="NEPRI"),))
    assert json.loads(outgoing.encode(by_id)) == {
        "userIds": [{"userId": "x", "userIdType": "NEPRI"}]
    }
    assert outgoing.encode(UserReference()) == b"{}"


@pytest.mark.parametrize("count", [0, 1, 200, 201, 1000])
def test_an_array_in_pieces_is_one_array(count: int) -> None:
    whole = b"".join(outgoing.array(PUPIL for _ in range(count)))
    assert len(json.loads(whole)) == count


@pytest.mark.parametrize("sizes", [(), (0,), (2,), (2, 0, 3)])
async def test_an_array_of_pages_is_one_array(sizes: tuple[int, ...]) -> None:
    async def pages() -> AsyncIterator[list[UserReference]]:
        for size in sizes:
            yield [PUPIL] * size

    whole = b"".join([piece async for piece in outgoing.array_of_pages(pages())])
    assert len(json.loads(whole)) == sum(sizes)


def test_fifteen_thousand_entitlements_are_written_in_a_moment() -> None:
    one = entitlement()
    before = process_time()
    assert sum(map(len, outgoing.array(one for _ in range(15_000)))) > 5_000_000
    assert process_time() - before < 0.5
