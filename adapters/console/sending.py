"""The page of sending again: first how many messages and which, then a job with a reason."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Response

from aanspraak.domain.errors import NothingToDo, UnknownIncident
from adapters.console.acting import ReasonMissing, call_of, sign
from adapters.console.jobs import job_path
from adapters.console.place import BASE
from adapters.console.roles import Role
from adapters.console.typed import NotUnderstood, given, moment, some_id, word
from adapters.console.visits import NotThere, RoleRequired, Supporting, Visit, go_to
from adapters.http.ops_send_again import person_meant
from adapters.postgres.failed_messages import Meant
from adapters.postgres.send_again import alone, ask_send_again, plan_send_again
from adapters.wire.ops_send_again_v1 import FASTEST, MessagesMeant

router = APIRouter(prefix="/send-again")

FIELDS: Final = ("partner", "order", "entitlement", "incident", "since", "until", "everything")
USUAL_RATE: Final = 10.0


@router.get("")
async def which(visit: Supporting) -> Response:
    """Which messages, and how many those are; nothing is sent. Many are an operator's to send."""
    try:
        meant = await _meant(visit)
    except NotUnderstood as error:
        return _shown(visit, 422, wrong=str(error))
    if meant is None:
        return _shown(visit)
    return _shown(visit, plan=await _plan(visit, meant))


@router.post("")
async def send(visit: Supporting) -> Response:
    """Have them sent again: a job, to whose page this goes."""
    try:
        meant, per_second = await _meant(visit), _rate(visit)
    except NotUnderstood as error:
        return _shown(visit, 422, wrong=str(error))
    if meant is None:
        return _shown(visit, 422, wrong="which")
    try:
        about = await person_meant(visit.services, meant)
        by = call_of(visit).operator(await sign(visit, about))
        allowed = alone(visit.services.settings)
        async with visit.services.pool.connection() as conn:
            found = await ask_send_again(conn, by, meant, per_second=per_second, allowed=allowed)
    except ReasonMissing:
        return _shown(visit, 422, plan=await _plan(visit, meant), wrong="reason")
    except NothingToDo:
        return _shown(visit, 409, plan=await _plan(visit, meant))
    except UnknownIncident:
        raise NotThere from None
    return go_to(job_path(found.job_id) if found.job_id else f"{BASE}/jobs")


async def _plan(visit: Visit, meant: Meant) -> MessagesMeant:
    try:
        async with visit.services.pool.connection() as conn:
            return await plan_send_again(conn, meant, alone(visit.services.settings))
    except UnknownIncident:
        raise NotThere from None


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
        RoleRequired: it may be many messages, and support sends those of one entitlement.
    """
    meant = Meant(
        partner=word(visit, "partner"),
        delivery_order_id=some_id(visit, "order"),
        entitlement_id=some_id(visit, "entitlement"),
        incident_id=some_id(visit, "incident"),
        since=moment(visit, "since"),
        until=moment(visit, "until"),
        everything=bool(given(visit, "everything")),
    )
    if meant.entitlement_id is None and visit.role < Role.OPERATOR:
        raise RoleRequired(Role.OPERATOR)
    if meant.partner and await visit.services.directory.partner(meant.partner) is None:
        raise NotUnderstood("partner")
    return _clear(visit, meant)


def _clear(visit: Visit, meant: Meant) -> Meant | None:
    one = [meant.delivery_order_id, meant.entitlement_id, meant.incident_id]
    named = [each for each in one if each is not None]
    if len(named) > 1:
        raise NotUnderstood("incident" if meant.incident_id else "entitlement")
    if not named and meant.partner is None:
        if any(given(visit, field) for field in FIELDS):
            raise NotUnderstood("which")
        return None
    if meant.everything and (not named or meant.incident_id):
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
