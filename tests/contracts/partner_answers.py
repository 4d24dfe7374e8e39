"""What a registry and a portal confirm when they are asked something."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from aanspraak.domain.entitlement.commands import TakeConfirmation
from tests.domain.orders import NOON

if TYPE_CHECKING:
    from aanspraak.domain.entitlement.events import LinkRequested, RegistryRequested


def link_done(request: LinkRequested) -> TakeConfirmation:
    """The portal did what it was asked."""
    placed = request.url_status == "initialized"
    return TakeConfirmation(
        partner=request.portal,
        reference_id=request.reference_id,
        receive_id=str(uuid4()),
        processed_timestamp=NOON,
        success=True,
        status=0,
        status_message_id=None,
        new_entitlement_status=None,
        portal=request.portal,
        url_status="processed" if placed else request.url_status,
    )


def registry_answer(request: RegistryRequested, *, success: bool) -> TakeConfirmation:
    """The registry did what it was asked, or refused."""
    status = "entitled" if request.entitlement_status == "created" else request.entitlement_status
    return TakeConfirmation(
        partner=request.registry,
        reference_id=request.reference_id,
        receive_id=str(uuid4()),
        processed_timestamp=NOON,
        success=success,
        status=0 if success else 4042,
        status_message_id=None,
        new_entitlement_status=status if success else None,
        portal=None,
        url_status=None,
    )
