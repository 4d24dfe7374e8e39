"""The operator's calls about a person: to see who it is, and to forget one."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response

from aanspraak.domain.errors import PersonUnknown
from adapters.http.arrays import JSON
from adapters.http.openapi import one, problems, taking
from adapters.http.operators import OPENED, Operating, OperatorCall
from adapters.http.person_answers import Submit, revealed
from adapters.postgres.forgetting import Forgetting, Found
from adapters.wire import ops_persons_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse

router = APIRouter(prefix=ops_v1.BASE_PATH, tags=["Operations"])


@router.post(
    "/persons/forget",
    operation_id="forget-person",
    summary="Forget a person",
    responses={200: one(wire.PersonForgetting), **problems(400, 403, 404, 409, 413, 415, 503)},
    openapi_extra=taking(wire.ForgetUser) | OPENED,
)
async def forget_person(call: Operating) -> Response:
    """Delete who a person is; what the pseudonym did stays. Asked again it goes on."""
    body = parse(wire.ForgetUser, await call.body())
    services = call.services
    desk = Forgetting(connections=services.pool, vault=services.vault, now=services.now)
    found = await _found(call, desk, body)
    if body.dry_run:
        refused = found.hinders is not None and not body.force
        return _answer("would-be-refused" if refused else "would-be-forgotten", found)
    return await _forget(call, desk, found, body)


@router.post(
    "/persons/reveal",
    operation_id="reveal-person",
    summary="See whose an entitlement is",
    responses={200: one(wire.RevealedPerson), **problems(400, 403, 404, 413, 415, 503)},
    openapi_extra=taking(wire.RevealUser) | OPENED,
)
async def reveal_person(call: Operating) -> Response:
    """As the order named them; nothing is shown before it is on record who asked, and why."""
    body = parse(wire.RevealUser, await call.body())
    services = call.services

    async def keep_why(subject_id: UUID) -> tuple[UUID, Submit]:
        signed = await call.sign(body, about=subject_id)
        return signed.reason_id, partial(call.submit, signed)

    shown = await revealed(services.reads, services.vault, body.entitlement_id, keep_why)
    return Response(encode(shown), media_type=JSON, headers={"Cache-Control": "no-store"})


async def _found(call: OperatorCall, desk: Forgetting, body: wire.ForgetUser) -> Found:
    if body.customer is not None:
        return await desk.find_customer(body.customer, body.customer.shop)
    if body.user is None:
        raise PersonUnknown
    vault = call.services.vault
    school = await vault.find_school(*body.school.aliases()) if body.school else None
    return await desk.find(body.user, school.school_id if school else None)


async def _forget(
    call: OperatorCall, desk: Forgetting, found: Found, body: wire.ForgetUser
) -> Response:
    found.refuse_unless(force=body.force)
    signed = await call.sign(body)
    waiting = await desk.forget(
        found,
        signed.reason_id,
        lambda commands: call.submit_all(signed, commands),
        at_once=body.at_once,
    )
    return _answer("under-way" if waiting else "forgotten", waiting or found)


def _answer(outcome: str, found: Found) -> Response:
    answer = wire.PersonForgetting(
        outcome=outcome,
        subject_id=found.subject_id,
        **found.touched._asdict(),
        live_entitlements=found.live,
        unused_entitlements=len(found.unused),
        under_way=found.under_way,
    )
    return Response(encode(answer), media_type=JSON)
