"""The page of an entitlement: where it is, what is wrong, what happened, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from aanspraak.domain import ids
from aanspraak.domain.errors import PersonUnknown
from aanspraak.domain.person.commands import RevealPerson
from adapters.console.acting import ReasonMissing, call_of, sign
from adapters.console.facts import facts_of
from adapters.console.stands import entitlement_found, entitlement_stands, then_asked, title_of
from adapters.console.visits import Supporting, Viewing, Visit
from adapters.http.access_answers import answer_access
from adapters.http.explain_answers import explained_entitlement
from adapters.wire.access_v1 import AccessQuestion
from adapters.wire.parsing import parse
from projections.entitlement_details import EntitlementDetails

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
    title = await title_of(visit, row.product_id)
    return visit.page("entitlement_facts.html", row=row, title=title, facts=found)


@router.get("/possible")
async def possible(visit: Viewing, entitlement_id: UUID) -> Response:
    """What can be done with it now, and what is refused for which rule."""
    row = await entitlement_found(visit, entitlement_id)
    services = visit.services
    explanation = await explained_entitlement(
        services.pool, entitlement_id, services.now(), visit.language
    )
    title = await title_of(visit, row.product_id)
    return visit.page("entitlement_possible.html", row=row, title=title, explanation=explanation)


@router.get("/person")
async def person(visit: Supporting, entitlement_id: UUID) -> Response:
    """Ask why somebody wants to know whose it is."""
    row = await entitlement_found(visit, entitlement_id)
    return visit.page("person.html", row=row, identifiers=None, reason_missing=False)


@router.post("/person")
async def reveal(visit: Supporting, entitlement_id: UUID) -> Response:
    """Show whose it is, once that somebody looked is on record."""
    row = await entitlement_found(visit, entitlement_id)
    try:
        identifiers = await _revealed(visit, row)
    except ReasonMissing:
        return visit.page("person.html", 422, row=row, identifiers=None, reason_missing=True)
    return visit.page("person.html", row=row, identifiers=identifiers, reason_missing=False)


async def _revealed(visit: Visit, row: EntitlementDetails) -> list[tuple[str, str]]:
    """How the order named the person; nothing of it is read before the fact is committed.

    Raises:
        ReasonMissing: no reason was given.
        PersonUnknown: the person was forgotten.
    """
    signed = await sign(visit, row.subject_id)
    command = RevealPerson(subject_id=row.subject_id, reason_id=signed.reason_id)
    result = await call_of(visit).submit(signed, ids.person_stream(row.subject_id), command)
    if result.refusal is not None:
        raise result.refusal
    found = await visit.services.vault.references([row.user_reference_id])
    if row.user_reference_id not in found:
        raise PersonUnknown
    return named(found[row.user_reference_id])


def named(reference: Mapping[str, object]) -> list[tuple[str, str]]:
    """Each identifier of a reference with what it is."""
    listed: list[tuple[str, str]] = []
    for key, value in reference.items():
        if isinstance(value, list):
            listed += [(str(one["userIdType"]), str(one["userId"])) for one in value]
        else:
            listed.append((key, str(value)))
    return listed
