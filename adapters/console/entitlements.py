"""The page of an entitlement: where it is, what is wrong, what happened, and whose it is."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from adapters.console.acting import ReasonMissing, call_of, sign
from adapters.console.facts import facts_of
from adapters.console.stands import (
    entitlement_found,
    entitlement_heading,
    entitlement_stands,
    then_asked,
)
from adapters.console.visits import Supporting, Viewing
from adapters.http.access_answers import answer_access
from adapters.http.explain_answers import explained_entitlement
from adapters.http.person_answers import Submit, revealed
from adapters.wire.access_v1 import AccessQuestion
from adapters.wire.parsing import parse

router = APIRouter(prefix="/entitlements/{entitlement_id}")


@router.get("")
async def entitlement(visit: Viewing, entitlement_id: UUID) -> Response:
    """Where it stands, and the first thing that is wrong with it; or where it stood."""
    row, then = await entitlement_found(visit, entitlement_id), await then_asked(visit)
    services = visit.services
    asked = msgspec.json.encode({"entitlementId": entitlement_id, "language": visit.language})
    access = None
    if then is None:
        question = parse(AccessQuestion, asked)
        access = await answer_access(services.pool, services.vault, question, services.now())
    shown = await entitlement_stands(visit, row, then)
    return visit.page("entitlement.html", access=access, then=then, **shown)


@router.get("/facts")
async def facts(visit: Viewing, entitlement_id: UUID) -> Response:
    """What happened to it, fact by fact, with who did it."""
    row = await entitlement_found(visit, entitlement_id)
    found = await facts_of(visit, entitlement_id)
    heading = await entitlement_heading(visit, row)
    return visit.page("entitlement_facts.html", facts=found, **heading)


@router.get("/possible")
async def possible(visit: Viewing, entitlement_id: UUID) -> Response:
    """What can be done with it now, and what is refused for which rule."""
    row = await entitlement_found(visit, entitlement_id)
    services = visit.services
    explanation = await explained_entitlement(
        services.pool, entitlement_id, services.now(), visit.language
    )
    heading = await entitlement_heading(visit, row)
    return visit.page("entitlement_possible.html", explanation=explanation, **heading)


@router.get("/person")
async def person(visit: Supporting, entitlement_id: UUID) -> Response:
    """Ask why somebody wants to know whose it is."""
    heading = await entitlement_heading(visit, await entitlement_found(visit, entitlement_id))
    return visit.page("person.html", identifiers=None, reason_missing=False, **heading)


@router.post("/person")
async def reveal(visit: Supporting, entitlement_id: UUID) -> Response:
    """Show whose it is, once that somebody looked is on record."""
    heading = await entitlement_heading(visit, await entitlement_found(visit, entitlement_id))
    services = visit.services

    async def keep_why(subject_id: UUID) -> tuple[UUID, Submit]:
        signed = await sign(visit, subject_id)
        return signed.reason_id, partial(call_of(visit).submit, signed)

    try:
        shown = await revealed(services.reads, services.vault, entitlement_id, keep_why)
    except ReasonMissing:
        return visit.page("person.html", 422, identifiers=None, reason_missing=True, **heading)
    identifiers = shown.identifiers
    return visit.page("person.html", identifiers=identifiers, reason_missing=False, **heading)
