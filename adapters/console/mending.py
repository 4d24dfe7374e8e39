"""What can be done about an order or an entitlement: first what it does, then with a reason.

Each act is a page that says what it does (GET) and does it (POST).
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response

from aanspraak.domain import ids
from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.delivery_order.commands import ReleaseDeliveryOrder
from aanspraak.domain.entitlement.commands import BlockEntitlement, UnblockEntitlement
from adapters.console.acting import ReasonMissing, call_of, sign
from adapters.console.stands import entitlement_found, order_found
from adapters.console.visits import Operating, Visit

router = APIRouter()


@router.get("/orders/{delivery_order_id}/release")
async def about_release(visit: Operating, delivery_order_id: UUID) -> Response:
    """Ask why an order that waits may go."""
    await order_found(visit, delivery_order_id)
    return _act(visit, "release")


@router.post("/orders/{delivery_order_id}/release")
async def release(visit: Operating, delivery_order_id: UUID) -> Response:
    """Let it go."""
    stream = ids.order_stream(delivery_order_id)
    return await _carry_out(
        visit, "release", stream, lambda why: ReleaseDeliveryOrder(reason_id=why)
    )


@router.get("/entitlements/{entitlement_id}/block")
async def about_block(visit: Operating, entitlement_id: UUID) -> Response:
    """Ask why it is to be blocked."""
    await entitlement_found(visit, entitlement_id)
    return _act(visit, "block")


@router.post("/entitlements/{entitlement_id}/block")
async def block(visit: Operating, entitlement_id: UUID) -> Response:
    """Ask registry and portals to block it, from today on."""
    row, now = await entitlement_found(visit, entitlement_id), visit.services.now()

    def command(why: UUID) -> object:
        return BlockEntitlement(reason_id=why, end_date=day_of(now), now=now)

    return await _carry_out(visit, "block", entitlement_id, command, row.subject_id)


@router.get("/entitlements/{entitlement_id}/unblock")
async def about_unblock(visit: Operating, entitlement_id: UUID) -> Response:
    """Ask why its block is to be lifted."""
    await entitlement_found(visit, entitlement_id)
    return _act(visit, "unblock")


@router.post("/entitlements/{entitlement_id}/unblock")
async def unblock(visit: Operating, entitlement_id: UUID) -> Response:
    """It is what it was, and its links come back."""
    row, now = await entitlement_found(visit, entitlement_id), visit.services.now()

    def command(why: UUID) -> object:
        return UnblockEntitlement(reason_id=why, now=now)

    return await _carry_out(visit, "unblock", entitlement_id, command, row.subject_id)


def _act(visit: Visit, act: str, status: int = 200, **more: object) -> Response:
    shown = {"reason_missing": False, "refusal": None, "done": None, **more}
    return visit.page("act.html", status, act=act, back=_back(visit), **shown)


async def _carry_out(
    visit: Visit,
    act: str,
    stream_id: UUID,
    command: Callable[[UUID], object],
    about: UUID | None = None,
) -> Response:
    """One command, with the reason that the form gives; what came of it is said.

    The reason is forgotten with the person `about` whom it is.
    """
    try:
        signed = await sign(visit, about)
    except ReasonMissing:
        return _act(visit, act, 422, reason_missing=True)
    result = await call_of(visit).submit(signed, stream_id, command(signed.reason_id))
    if result.refusal is not None:
        return _act(visit, act, 409, refusal=result.refusal)
    return _act(visit, act, done="changed" if result.events else "unchanged")


def _back(visit: Visit) -> str:
    """The page of what it is about: this one without its last part."""
    return visit.here.partition("?")[0].rpartition("/")[0]
