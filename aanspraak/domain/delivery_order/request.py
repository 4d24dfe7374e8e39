"""A request compared: with what its reference id said before, and with what is frozen."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder
    from aanspraak.domain.delivery_order.events import DeliveryOrderReceived


def request_digest(command: ReceiveDeliveryOrder) -> str:
    """What a request asked, in 64 hex digits; persons go into it as pseudonyms only."""
    asked = (
        command.delivery_order_id,
        command.contract_id,
        command.buyer_school_id,
        command.buyer_subject_id,
        command.product_id,
        command.delivery_type,
        command.school_id,
        command.users_digest,
        list(zip(command.selection, command.quantities, strict=True)),
        command.total_quantity,
        sorted(command.portals),
        command.start_date,
        command.activation_until_date,
        command.end_date,
        command.wished_status,
        command.date_last_modified,
    )
    return sha256(repr([str(part) for part in asked]).encode()).hexdigest()


def frozen_field_changed(
    received: DeliveryOrderReceived, command: ReceiveDeliveryOrder
) -> str | None:
    """The first field that differs from what was accepted and may not; dates of the message may."""
    buyer = (received.buyer_school_id, received.buyer_subject_id)
    same = {
        "contractId": received.contract_id == command.contract_id,
        "buyer": buyer == (command.buyer_school_id, command.buyer_subject_id),
        "productId": received.product_id == command.product_id,
        "deliveryType": received.delivery_type == command.delivery_type,
        "deliverySpecification.school": received.school_id == command.school_id,
        "deliverySpecification": received.users_digest == command.users_digest
        and sorted(received.selection) == sorted(command.selection),
        "portals": set(received.portals) == set(command.portals),
        "startDate": received.start_date == command.start_date,
        "activationUntilDate": received.activation_until_date == command.activation_until_date,
    }
    return next((field for field, unchanged in same.items() if not unchanged), None)
