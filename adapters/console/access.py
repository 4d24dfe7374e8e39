"""One question in words: can this pupil open this product? Or, with no pupil: who of the school?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

import msgspec
from fastapi import APIRouter, Response

from adapters.console.access_of_school import path_to
from adapters.console.roles import Role
from adapters.console.visits import RoleRequired, Viewing, Visit, go_to
from adapters.http.access_answers import answer_access
from adapters.http.access_of_school_answers import answer_access_of_school
from adapters.wire.access_of_school_v1 import SchoolAccessQuestion, UsersAlike
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
    """The answer: the chain, and the first thing that is wrong; of one person for support."""
    services, form = visit.services, visit.form
    if not form.get("person", "").strip():
        return await _of_school(visit)
    if not visit.may("support"):
        raise RoleRequired(Role.SUPPORT)
    try:
        asked = parse(AccessQuestion, _question(form, visit.language))
    except SchemaIncorrect as refused:
        return _page(visit, form, wrong=refused.problems, status=422)
    access = await answer_access(services.pool, services.vault, asked, services.now())
    return _page(visit, form, access)


async def _of_school(visit: Visit) -> Response:
    """To the page about all its users, when there is such a school."""
    services, form = visit.services, visit.form
    try:
        asked = parse(SchoolAccessQuestion, _question(form, visit.language))
    except SchemaIncorrect as refused:
        return _page(visit, form, wrong=refused.problems, status=422)
    answer = await answer_access_of_school(services.pool, services.vault, asked, services.now())
    if answer.school_id is not None:
        return go_to(path_to(answer.school_id, asked.product_id))
    return _page(visit, form, nobody=answer.groups[0])


def _page(
    visit: Visit,
    given: Mapping[str, str],
    access: AccessAnswer | None = None,
    nobody: UsersAlike | None = None,
    wrong: tuple[FieldProblem, ...] = (),
    status: int = 200,
) -> Response:
    asked = {name: given.get(name) or usual for name, usual in FIELDS.items()}
    return visit.page(
        "access.html",
        status,
        asked=asked,
        access=access,
        nobody=nobody,
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
