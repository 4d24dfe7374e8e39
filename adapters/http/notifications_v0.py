"""Notifications API 0.9.1 as a consumer provides it: who is followed tells of changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from typing_extensions import override

from aanspraak.domain.partner.decide import CATALOGUE
from aanspraak.domain.status_codes import OK, SCHEMA_INCORRECT
from adapters.http.arrays import JSON, in_one
from adapters.http.auth import Admission, Call
from adapters.http.openapi import many, one, opened_by, problems, taking
from adapters.http.problems import Refused
from adapters.http.product_notices import take_product_notices
from adapters.postgres import roster_wanted
from adapters.wire import catalogue_v2
from adapters.wire.notifications_v0 import (
    BASE_PATH,
    SCOPES,
    Notification,
    NotificationResponse,
)
from adapters.wire.outgoing import array, encode
from adapters.wire.parsing import parse
from adapters.wire.problems import SchemaIncorrect

ORGANISATION_UNKNOWN: Final = 23
OPENING: Final = (*SCOPES, catalogue_v2.SCOPE)
TELLING: Final = Admission(*OPENING)

ONE: Final = "/notification"
SCHEMA: Final = {"description": "Schema incorrect (code 11)"}
SCOPE: Final = {"description": "Scope required (code 21)"}


class AsNotified(APIRoute):
    """Whoever may not tell hears so in the words of this API, which has no StatusResponse here."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except Refused as refused:
                if refused.http_status != HTTPStatus.FORBIDDEN:
                    raise
                said = NotificationResponse(
                    id="", status=refused.code, status_message=refused.message
                )
                body = encode(said) if self.path.endswith(ONE) else b"".join(array((said,)))
                return Response(body, refused.http_status, refused.headers, JSON)

        return answer


router = APIRouter(prefix=BASE_PATH, tags=["Notifications API"], route_class=AsNotified)

Aliases = tuple[str | None, tuple[tuple[str, str], ...]]
Telling = Annotated[Call, Depends(TELLING)]


@router.post(
    ONE,
    operation_id="post-notification",
    summary="Receive one notification",
    responses={
        200: one(NotificationResponse),
        **problems(413, 415, 503),
        400: SCHEMA | one(NotificationResponse),
        403: SCOPE | one(NotificationResponse),
    },
    openapi_extra=taking(Notification) | opened_by(OPENING),
)
async def post_notification(call: Telling) -> Response:
    """The roster of the school that it names is pulled soon; without one, all of the sender's."""
    (answer,) = await _take(call, (_read(await call.body()),))
    return Response(encode(answer), _http_status((answer,)), media_type=JSON)


@router.post(
    "/notifications",
    operation_id="post-notifications",
    summary="Receive notifications",
    responses={
        200: many(NotificationResponse),
        **problems(413, 415, 503),
        400: SCHEMA | many(NotificationResponse),
        403: SCOPE | many(NotificationResponse),
    },
    openapi_extra=taking(Notification, listed=True) | opened_by(OPENING),
)
async def post_notifications(call: Telling) -> Response:
    """The same for many, with an answer for each; the good ones count."""
    answers = await _take(call, _read_all(await call.body()))
    return in_one(answers, _http_status(answers))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """One notification, or what is wrong with it; `id` as far as it could be read."""

    id: str
    notification: Notification | None
    problem: str | None = None


async def _take(call: Call, given: Sequence[_Read]) -> list[NotificationResponse]:
    """Only schools that are followed at the sender are pulled: nobody tells about another's."""
    services, now = call.services, call.services.now()
    told = [each.notification for each in given if each.notification is not None]
    aliases = {one.school.aliases() for one in told if one.school is not None}
    if call.partner.role == CATALOGUE:
        await take_product_notices(call, told)
        return [_answer(each, aliases) for each in given]
    found = {names: await services.vault.find_school(*names) for names in aliases}
    named = {names: school.school_id for names, school in found.items() if school is not None}
    async with services.pool.connection() as conn:
        wanted = await roster_wanted.want(conn, set(named.values()), now, call.asker)
        if any(one.school is None for one in told):
            await roster_wanted.want_all(conn, call.asker, now)
    known = {names for names, school_id in named.items() if school_id in wanted}
    return [_answer(each, known) for each in given]


def _answer(given: _Read, known: Container[Aliases]) -> NotificationResponse:
    if given.notification is None:
        return NotificationResponse(
            id=given.id, status=SCHEMA_INCORRECT, status_message=given.problem
        )
    school = given.notification.school
    if school is not None and school.aliases() not in known:
        return NotificationResponse(
            id=given.id, status=ORGANISATION_UNKNOWN, status_message="edu_org_id unknown"
        )
    return NotificationResponse(id=given.id, status=OK)


def _read(body: bytes) -> _Read:
    try:
        notification = parse(Notification, body)
    except SchemaIncorrect as error:
        return _Read(id=_id_in(body), notification=None, problem=error.status_message)
    return _Read(id=str(notification.id), notification=notification)


def _read_all(body: bytes) -> list[_Read]:
    """Each is judged alone; what is no list is one that cannot be read."""
    with suppress(ValueError, RecursionError):
        given = json.loads(body)
        if isinstance(given, list):
            return [_read(json.dumps(each).encode()) for each in given]
    return [_Read(id="", notification=None, problem="Schema incorrect: it must be a list")]


def _id_in(body: bytes) -> str:
    """The id of what could not be read otherwise; nothing else of it is repeated."""
    with suppress(ValueError, RecursionError, TypeError, KeyError):
        return str(UUID(json.loads(body)["id"]))
    return ""


def _http_status(answers: Iterable[NotificationResponse]) -> int:
    """400 when not one could be read."""
    codes = {answer.status for answer in answers}
    return 400 if codes == {SCHEMA_INCORRECT} else 200
