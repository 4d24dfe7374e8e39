"""The machine of a stock of activation codes."""

from __future__ import annotations

from dataclasses import replace

from aanspraak.domain.code_stock import state as code_stock_state
from aanspraak.domain.code_stock.commands import (
    RecordCodeMessageDropped,
    RecordCodeMessageGivenUp,
    RecordCodeMessageRejected,
    RecordCodeMessageTaken,
    TakeOutOrderedCodes,
)
from tests.domain.codes import MARK, ORDER_ID, REQUEST, TAKE, code, revoke, revoked, sent
from tests.state_machines.explore import History, Machine


def code_stock_name(history: History) -> str:
    stock = code_stock_state.replay(history)  # type: ignore[arg-type]
    if not stock.asked:
        return "nothing asked"
    return "codes in stock" if stock.unused else "no code in stock"


CODE_STOCK = Machine(
    title="Stock of activation codes",
    prose="The codes of one product. What is taken out or revoked never comes back; every message "
    "to the registry is answered once.",
    asks={
        "RequestCodes": REQUEST,
        "RequestCodes, without the publisher's word": replace(REQUEST, offered=False),
        "TakeCodesConfirmation": sent(1, 2, 3),
        "TakeCodesConfirmation, refused": sent(success=False, status=4020),
        "TakeOutCodes": TAKE,
        "SetLowWaterMark": MARK,
        "RevokeCodes": revoke(3),
        "TakeRevocationConfirmation": revoked(3, 2),
        "TakeRevocationConfirmation, refused": revoked(3, 2, success=False, status=4042),
        "TakeOutOrderedCodes": TakeOutOrderedCodes(
            delivery_order_id=ORDER_ID, subject_ids=(code(2),)
        ),
        "RecordCodeMessageTaken": RecordCodeMessageTaken(number=1),
        "RecordCodeMessageRejected": RecordCodeMessageRejected(
            number=1, http_status=400, status=11
        ),
        "RecordCodeMessageDropped": RecordCodeMessageDropped(number=1, reason="forgotten"),
        "RecordCodeMessageGivenUp": RecordCodeMessageGivenUp(number=1, attempts=5),
    },
    name=code_stock_name,
    follows=frozenset(
        {"RequestCodes", "TakeCodesConfirmation", "TakeOutCodes", "RevokeCodes", "SetLowWaterMark"}
    ),
)
