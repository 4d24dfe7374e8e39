"""One question in words: can this pupil open this product?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

import msgspec
from fastapi import APIRouter, Response

from adapters.console.visits import Viewing, Visit
from adapters.http.access_answers import answer_access
from adapters.wire.access_v1 import AccessAnswer, AccessQuestion
from adapters.wire.parsing import parse
from adapters.wire.problems import FieldProblem, SchemaIncorrect
from adapters.wire.references import OrganisationIdType, UserIdType

router = APIRouter(prefix="/access")

MASTER: Final = "master"
CODE: Final = "code"
SCHOOL_TYPES: Final = (MASTER, *get_args(OrganisationIdType))
PERSON_TYPES: Final = (MASTER, *get_args(UserIdType), CODE)
FIELDS: Final = {
    "product": "",
    "school": "",
    "school_type": MASTER,
    "person": "",
    "person_type": MASTER,
}
"""What is asked; an address may have product and school in it, never a person."""


@router.get("")
async def question(visit: Viewing) -> Response:
    """The question."""
    given = dict(visit.request.query_params)
    return _page(visit, {**given, "person": ""})


@router.post("")
async def answer(visit: Viewing) -> Response:
    """The answer: the chain, and the first thing that is wrong."""
    services, form = visit.services, visit.form
    try:
        asked = parse(AccessQuestion, _question(form, visit.language))
    except SchemaIncorrect as refused:
        return _page(visit, form, wrong=refused.problems, status=422)
    access = await answer_access(services.pool, services.vault, asked, services.now())
    return _page(visit, form, access)


def _page(
    visit: Visit,
    given: Mapping[str, str],
    access: AccessAnswer | None = None,
    wrong: tuple[FieldProblem, ...] = (),
    status: int = 200,
) -> Response:
    asked = {name: given.get(name) or usual for name, usual in FIELDS.items()}
    return visit.page(
        "access.html",
        status,
        asked=asked,
        access=access,
        wrong=wrong,
        school_types=SCHOOL_TYPES,
        person_types=PERSON_TYPES,
    )


def _question(form: Mapping[str, str], language: str) -> bytes:
    """The form as the API would be asked; what is left empty is left out."""
    asked: dict[str, Any] = {"language": language}
    given = {name: form.get(name, "").strip() for name in FIELDS}
    if given["product"]:
        asked["productId"] = given["product"]
    if given["school"]:
        asked["school"] = _named(
            given["school_type"], given["school"], "organisationMasterIdentifier", "organisationId"
        )
    if given["person"] and given["person_type"] == CODE:
        asked["activationCode"] = given["person"]
    elif given["person"]:
        kind = given["person_type"]
        asked["user"] = _named(kind, given["person"], "userMasterIdentifier", "userId")
    return msgspec.json.encode(asked)


def _named(kind: str, value: str, master: str, other: str) -> dict[str, Any]:
    """A reference by one identifier: the main one, or another with its type."""
    if kind == MASTER:
        return {master: value}
    return {f"{other}s": [{other: value, f"{other}Type": kind}]}
