"""A stock of activation codes, and what is asked of it in the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from aanspraak.domain import ids
from aanspraak.domain.code_stock.commands import (
    RequestCodes,
    RevokeCodes,
    SetLowWaterMark,
    TakeCodesConfirmation,
    TakeOutCodes,
    TakeRevocationConfirmation,
)

PRODUCT = "9789006100013"
PUBLISHER = "publisher"
ORDER_ID = UUID("6d1b0c52-0a7e-4a0e-9c0d-2f5a6f1c0001")
ORDER = ids.order_stream(ORDER_ID)
AT = datetime(2026, 8, 24, 9, tzinfo=UTC)

REQUEST = RequestCodes(
    product_id=PRODUCT,
    registry=PUBLISHER,
    offered=True,
    request_id="august",
    quantity=3,
    contract_id=None,
)
MARK = SetLowWaterMark(product_id=PRODUCT, registry=PUBLISHER, mark=2)
TAKE = TakeOutCodes(request_id="first", delivery_order_id=ORDER_ID, quantity=2)


def code(number: int) -> UUID:
    """The nth code, as a pseudonym."""
    return UUID(int=number)


def sent(*codes: int, number: int = 1, **changes: Any) -> TakeCodesConfirmation:  # noqa: ANN401 - fields
    """The registry sends these codes."""
    confirmation = TakeCodesConfirmation(
        partner=PUBLISHER,
        number=number,
        receive_id=f"receipt-{number}",
        processed_timestamp=AT,
        success=True,
        status=0,
        status_message_id=None,
        subject_ids=tuple(code(each) for each in codes),
        user_reference_ids=tuple(code(100 + each) for each in codes),
    )
    return replace(confirmation, **changes)


def revoke(*codes: int, order: UUID | None = None, offered: bool = True) -> RevokeCodes:
    """Have these codes revoked."""
    return RevokeCodes(
        product_id=PRODUCT,
        registry=PUBLISHER,
        offered=offered,
        order=order,
        subject_ids=tuple(code(each) for each in codes),
        user_reference_ids=tuple(code(100 + each) for each in codes),
    )


def revoked(one: int, number: int, **changes: Any) -> TakeRevocationConfirmation:  # noqa: ANN401 - fields
    """The registry says that it revoked a code."""
    confirmation = TakeRevocationConfirmation(
        partner=PUBLISHER,
        number=number,
        receive_id=f"receipt-{number}",
        processed_timestamp=AT,
        success=True,
        status=0,
        status_message_id=None,
        subject_id=code(one),
    )
    return replace(confirmation, **changes)
