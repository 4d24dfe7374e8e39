"""The operator's calls about facts that a follower could not handle."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from aanspraak.domain.status_codes import OTHER
from adapters.http.arrays import JSON, in_one
from adapters.http.openapi import many, one, problems, taking
from adapters.http.operators import OPENED, Operating
from adapters.http.parameters import LARGEST_PART, Plain
from adapters.http.person_answers import subject_of
from adapters.http.problems import Refused
from adapters.http.services import Services
from adapters.postgres import dead_letter_orders as orders
from adapters.postgres.dead_letters import AskedLetters, NotDecidable
from adapters.wire import ops_dead_letters_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.message import LAST_POSITION
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse

router = APIRouter(prefix=ops_v1.BASE_PATH + "/dead-letters", tags=["Operations"])

Follower = Annotated[Plain, Path(alias="follower")]
Position = Annotated[int, Path(alias="position", ge=0, le=LAST_POSITION)]


class LetterFilter(BaseModel):
    """Which facts that lie aside."""

    model_config = ConfigDict(frozen=True)

    all: bool = Field(default=False, description="Also what was handled or skipped.")
    follower: Plain | None = Field(None, description="Of this follower.")
    what: Plain | None = Field(None, description="Of this topic, or class of error.")
    since: AwareDatetime | None = Field(None, description="Laid aside then or later.")
    until: AwareDatetime | None = Field(None, description="Laid aside before.")
    limit: int = Field(LARGEST_PART, ge=1, le=LARGEST_PART, description="At most so many.")
    after: int | None = Field(None, ge=0, le=LAST_POSITION, description="After this position.")


@router.get(
    "",
    operation_id="list-dead-letters",
    summary="Which facts could a follower not handle?",
    responses={200: many(wire.DeadLetter), **problems(400, 403, 503)},
    openapi_extra=OPENED,
)
async def list_letters(call: Operating, wanted: Annotated[LetterFilter, Query()]) -> Response:
    """What lies aside, in the order of the log."""
    asked = AskedLetters(
        settled=wanted.all,
        follower=wanted.follower,
        what=wanted.what,
        since=wanted.since,
        until=wanted.until,
        after=wanted.after,
        limit=wanted.limit,
    )
    async with call.services.pool.connection() as conn:
        return in_one(await orders.letter_answers(conn, call.services.vault, asked))


@router.get(
    "/{follower}/{position}",
    operation_id="show-dead-letter",
    summary="What is in a fact that a follower could not handle?",
    responses={200: one(wire.DeadLetter), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def show_letter(call: Operating, follower: Follower, position: Position) -> Response:
    """With the fact itself, in which there is no person."""
    async with call.services.pool.connection() as conn:
        found = await orders.letter_answer(conn, call.services.vault, follower, position)
    if found is None:
        raise Refused(404, OTHER, "No such fact lies aside.")
    return Response(encode(found), media_type=JSON)


@router.post(
    "/retry",
    operation_id="retry-dead-letters",
    summary="Have many handled again",
    responses={200: one(wire.LettersMeant), **problems(400, 403, 409, 413, 415, 503)},
    openapi_extra=taking(wire.RetryLetters) | OPENED,
)
async def retry_letters(call: Operating) -> Response:
    """Count them, or have a job do it; 409 when none of these waits."""
    body = parse(wire.RetryLetters, await call.body())
    meant = AskedLetters(follower=body.follower, what=body.what, since=body.since, until=body.until)
    if body.dry_run:
        async with call.services.pool.connection() as conn:
            answer = await orders.plan_retries(conn, call.services.vault, meant)
        return Response(encode(answer), media_type=JSON)
    by = call.operator(await call.sign(body))
    async with call.services.pool.connection() as conn:
        answer = await orders.ask_retries(conn, by, meant)
    return Response(encode(answer), media_type=JSON)


@router.post(
    "/{follower}/{position}/retry",
    status_code=204,
    operation_id="retry-dead-letter",
    summary="Have one handled again",
    responses=problems(400, 403, 409, 413, 415, 503),
    openapi_extra=taking(wire.RetryLetter) | OPENED,
)
async def retry_letter(call: Operating, follower: Follower, position: Position) -> Response:
    """Its follower, which has to run, does so at once, and what waits behind it after that."""
    body = parse(wire.RetryLetter, await call.body())
    by = call.operator(await call.sign(body, await person_of(call.services, follower, position)))
    async with call.services.pool.connection() as conn:
        try:
            await orders.retry_letter(conn, by, follower, position)
        except NotDecidable as error:
            raise Refused(409, OTHER, f"{error}.") from None
    return Response(status_code=204)


@router.post(
    "/{follower}/{position}/skip",
    operation_id="skip-dead-letter",
    summary="Leave one unhandled for good",
    responses={200: one(wire.LettersSkipped), **problems(400, 403, 409, 413, 415, 503)},
    openapi_extra=taking(wire.SkipLetter) | OPENED,
)
async def skip_letter(call: Operating, follower: Follower, position: Position) -> Response:
    """What waits behind it is handled then, unless it is skipped too."""
    body = parse(wire.SkipLetter, await call.body())
    by = call.operator(await call.sign(body, await person_of(call.services, follower, position)))
    async with call.services.pool.connection() as conn:
        try:
            skipped = await orders.skip_letter(conn, by, follower, position, behind=body.behind)
        except NotDecidable as error:
            raise Refused(409, OTHER, f"{error}.") from None
    return Response(encode(wire.LettersSkipped(skipped=skipped)), media_type=JSON)


async def person_of(services: Services, follower: str, position: int) -> UUID | None:
    """The person whose entitlement a fact is of, if it is of one."""
    async with services.pool.connection() as conn:
        found = await orders.letter_answer(conn, services.vault, follower, position)
    return await subject_of(services.reads, found.stream_id) if found else None
