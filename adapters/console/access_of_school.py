"""Half of 3B cannot open it: who of a school or a class can open a product, and where it hangs."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Response

from aanspraak.domain.calendar_days import day_of
from adapters.console.place import BASE
from adapters.console.schools import aliases_of
from adapters.console.typed import NotUnderstood, given, some_id, word
from adapters.console.visits import NotThere, Viewing, Visit, go_to
from adapters.http.access_of_school_answers import OfSchool, access_of_school
from adapters.postgres.roster_groups import groups_of_school
from adapters.wire.access_of_school_v1 import SchoolAccessAnswer
from adapters.wire.message import names_a_person
from adapters.wire.problems import SchemaIncorrect
from projections.access_mending import sends_everything

router = APIRouter(prefix="/schools/{school_id}/access")

ORDERS: Final = 5
"""So many orders of those alike are shown."""


def path_to(school_id: UUID, product_id: str) -> str:
    """The page about all users of a school."""
    return f"{BASE}/schools/{school_id}/access?{urlencode({'product': product_id})}"


@router.get("")
async def of_school(visit: Viewing, school_id: UUID) -> Response:
    """How many can open it, and the others by the first thing that is wrong."""
    name = (await aliases_of(visit, school_id))[0][1]
    product = given(visit, "product")
    if not product:
        return go_to(f"{BASE}/access?{urlencode({'school': name})}")
    asked = _asked(visit, school_id, product)
    async with visit.services.pool.connection() as conn:
        groups = await groups_of_school(conn, school_id, day_of(visit.services.now()))
    answer = await _answer(visit, asked)
    return visit.page(
        "access_of_school.html",
        200 if answer else 404,
        asked=asked,
        answer=answer,
        groups=groups,
        school=name,
        shown=ORDERS,
        sends_everything=sends_everything,
    )


def _asked(visit: Visit, school_id: UUID, product: str) -> OfSchool:
    """What the address asks; one that names a person is of no page of ours."""
    group = word(visit, "group")
    if names_a_person(product) or (group and names_a_person(group)):
        raise NotThere
    try:
        order = some_id(visit, "order")
    except NotUnderstood:
        raise NotThere from None
    return OfSchool(school_id, product, order, group, visit.language)


async def _answer(visit: Visit, asked: OfSchool) -> SchoolAccessAnswer | None:
    """The answer; None when the school has no such group."""
    services = visit.services
    try:
        return await access_of_school(services.pool, services.vault, asked, services.now())
    except SchemaIncorrect:
        return None
