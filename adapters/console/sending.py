"""The page of sending again: first how many messages and which, then a job with a reason."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Response

from aanspraak.domain.errors import NothingToDo
from adapters.console.acting import ReasonMissing, call_of, sign
from adapters.console.jobs import job_path
from adapters.console.place import BASE
from adapters.console.typed import NotUnderstood, given, moment, some_id, word
from adapters.console.visits import Operating, Visit, go_to
from adapters.postgres.send_again import Meant, ask_send_again, plan_send_again
from adapters.wire.ops_send_again_v1 import FASTEST, MessagesMeant

router = APIRouter(prefix="/send-again")

FIELDS: Final = ("partner", "order", "entitlement", "since", "until", "everything")
USUAL_RATE: Final = 10.0


@router.get("")
async def which(visit: Operating) -> Response:
    """Which messages, and how many those are; nothing is sent."""
    try:
        meant = await _meant(visit)
    except NotUnderstood as error:
        return _shown(visit, 422, wrong=str(error))
    if meant is None:
        return _shown(visit)
    return _shown(visit, plan=await _plan(visit, meant))


@router.post("")
async def send(visit: Operating) -> Response:
    """Have them sent again: a job, to whose page this goes."""
    try:
        meant, per_second = await _meant(visit), _rate(visit)
    except NotUnderstood as error:
        return _shown(visit, 422, wrong=str(error))
    if meant is None:
        return _shown(visit, 422, wrong="which")
    try:
        by = call_of(visit).operator(await sign(visit))
        above = visit.services.settings.send_again_confirm_above
        async with visit.services.pool.connection() as conn:
            found = await ask_send_again(
                conn, by, meant, per_second=per_second, confirm_above=above
            )
    except ReasonMissing:
        return _shown(visit, 422, plan=await _plan(visit, meant), wrong="reason")
    except NothingToDo:
        return _shown(visit, 409, plan=await _plan(visit, meant))
    return go_to(job_path(found.job_id) if found.job_id else f"{BASE}/jobs")


async def _plan(visit: Visit, meant: Meant) -> MessagesMeant:
    above = visit.services.settings.send_again_confirm_above
    async with visit.services.pool.connection() as conn:
        return await plan_send_again(conn, meant, above)


def _shown(
    visit: Visit, status: int = 200, *, plan: MessagesMeant | None = None, wrong: str | None = None
) -> Response:
    typed: dict[str, Any] = {field: given(visit, field) for field in (*FIELDS, "per_second")}
    above = visit.services.settings.send_again_confirm_above
    return visit.page(
        "sending.html", status, plan=plan, typed=typed, wrong=wrong, above=above, usual=USUAL_RATE
    )


async def _meant(visit: Visit) -> Meant | None:
    """What the fields say; None when they are empty.

    Raises:
        NotUnderstood: a field does not say what it asks for.
    """
    meant = Meant(
        partner=word(visit, "partner"),
        delivery_order_id=some_id(visit, "order"),
        entitlement_id=some_id(visit, "entitlement"),
        since=moment(visit, "since"),
        until=moment(visit, "until"),
        everything=bool(given(visit, "everything")),
    )
    one = meant.delivery_order_id is not None or meant.entitlement_id is not None
    if meant.delivery_order_id is not None and meant.entitlement_id is not None:
        raise NotUnderstood("entitlement")
    if meant.partner and await visit.services.directory.partner(meant.partner) is None:
        raise NotUnderstood("partner")
    if not one and meant.partner is None:
        if any(given(visit, field) for field in FIELDS):
            raise NotUnderstood("which")
        return None
    if meant.everything and not one:
        raise NotUnderstood("everything")
    return meant


def _rate(visit: Visit) -> float:
    try:
        rate = float((given(visit, "per_second") or str(USUAL_RATE)).replace(",", "."))
    except ValueError:
        raise NotUnderstood("per_second") from None
    if not 0 < rate <= FASTEST:
        raise NotUnderstood("per_second")
    return rate
