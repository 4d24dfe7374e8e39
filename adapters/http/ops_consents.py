"""The operator's calls about consents: given on a school's word, or taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from fastapi import APIRouter, Response

from adapters.http.arrays import JSON
from adapters.http.openapi import one, problems, taking
from adapters.http.operators import OPENED, Operating, OperatorCall
from adapters.postgres.consent_desk import ConsentDesk, Meant, stream_of
from adapters.postgres.group_commit import Result
from adapters.wire import ops_consents_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse

router = APIRouter(prefix=ops_v1.BASE_PATH, tags=["Operations"])

Commands = Callable[[Meant, UUID], Sequence[tuple[UUID, object]]]


@router.post(
    "/consents/give",
    operation_id="give-consents",
    summary="Give a school's consent",
    responses={200: one(wire.ConsentsTouched), **problems(400, 403, 413, 415, 503)},
    openapi_extra=taking(wire.GiveConsents) | OPENED,
)
async def give_consents(call: Operating) -> Response:
    """Our side accepts, and the partner is told; what waits for the consent goes when it holds."""
    body = parse(wire.GiveConsents, await call.body())
    return await _act(
        call, body, "given", lambda meant, why: meant.given(why, confirmed=body.confirmed)
    )


@router.post(
    "/consents/revoke",
    operation_id="revoke-consents",
    summary="Take a school's consent back",
    responses={200: one(wire.ConsentsTouched), **problems(400, 403, 413, 415, 503)},
    openapi_extra=taking(wire.RevokeConsents) | OPENED,
)
async def revoke_consents(call: Operating) -> Response:
    """From now on nothing goes to the partner, not even a cancel, and it reads nothing."""
    body = parse(wire.RevokeConsents, await call.body())
    return await _act(call, body, "revoked", lambda meant, why: meant.revoked(why))


async def _act(
    call: OperatorCall, body: wire.RevokeConsents, done: str, commands: Commands
) -> Response:
    services = call.services
    meant = await ConsentDesk(services.vault, services.directory.partner).meant(
        body.partner, body.school, api=body.api, scopes=body.scopes, writes=not body.dry_run
    )
    partner = meant.partner
    touched = await services.consents.touched(partner.partner, partner.role, meant.school_id)
    before = await services.consents.of_partner(partner.partner, school_id=meant.school_id)
    sides = {row.consent_id: (row.ours, row.theirs) for row in before}
    results: list[Result | None] = [None] * len(meant.about)
    if not body.dry_run:
        signed = await call.sign(body)
        results = [*await call.submit_all(signed, commands(meant, signed.reason_id))]
    answer = wire.ConsentsTouched(
        dry_run=body.dry_run,
        entitlements=touched,
        consents=tuple(_outcomes(meant, sides, results, done)),
    )
    return Response(encode(answer), media_type=JSON)


def _outcomes(
    meant: Meant,
    sides: dict[UUID, tuple[str, str]],
    results: Sequence[Result | None],
    done: str,
) -> list[wire.ConsentOutcome]:
    outcomes = []
    for about, result in zip(meant.about, results, strict=True):
        stream = stream_of(about)
        ours, theirs = sides.get(stream, ("", ""))
        refusal = result.refusal if result else None
        outcomes.append(
            wire.ConsentOutcome(
                consent_id=stream,
                api=about.api,
                scope=about.scope,
                outcome=_outcome(result, done),
                ours=ours or None,
                theirs=theirs or None,
                message=str(refusal) if refusal else None,
            )
        )
    return outcomes


def _outcome(result: Result | None, done: str) -> str:
    if result is None:
        return "planned"
    if result.refusal is not None:
        return "refused"
    return done if result.events else "unchanged"
