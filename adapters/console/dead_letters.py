"""The pages of facts that a follower could not handle: which, why, again, or never."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from fastapi import APIRouter, Response

from aanspraak.domain.errors import NothingToDo
from adapters.console.acting import ReasonMissing, call_of, sign
from adapters.console.jobs import job_path
from adapters.console.place import BASE
from adapters.console.typed import NotUnderstood, given, moment, number, word
from adapters.console.visits import NotThere, Operating, Viewing, Visit, go_to
from adapters.http.arrays import part_of
from adapters.http.ops_dead_letters import Follower, Position, person_of
from adapters.postgres import dead_letter_orders as orders
from adapters.postgres.dead_letters import BEHIND, AskedLetters, NotDecidable
from adapters.wire.message import LAST_POSITION
from adapters.wire.ops_dead_letters_v1 import DeadLetter

router = APIRouter(prefix="/dead-letters")

PAGE: Final = 100
SHOWN_BEHIND: Final = 20
LOOKED_AT: Final = 1_000
FIELDS: Final = ("follower", "what", "since", "until", "all")


@router.get("")
async def letters(visit: Viewing) -> Response:
    """Which facts lie aside, of which follower, why and since when."""
    return await _list(visit)


@router.post("/retry")
async def retry_all(visit: Operating) -> Response:
    """Have all that the filter says handled again: a job, to whose page this goes."""
    try:
        meant = _asked(visit, settled=False)
        by = call_of(visit).operator(await sign(visit))
        async with visit.services.pool.connection() as conn:
            answer = await orders.ask_retries(conn, by, meant)
    except (ReasonMissing, NotUnderstood):
        return await _list(visit, 422, wrong="reason")
    except NothingToDo:
        return await _list(visit, 409, wrong="nothing")
    return go_to(job_path(answer.job_id) if answer.job_id else f"{BASE}/jobs")


@router.get("/{follower}/{position}")
async def letter(visit: Viewing, follower: Follower, position: Position) -> Response:
    """The fact, why it lies aside, and what waits behind it."""
    return await _one(visit, follower, position)


@router.post("/{follower}/{position}/retry")
async def retry(visit: Operating, follower: Follower, position: Position) -> Response:
    """Have it handled again by its follower."""
    return await _decide(visit, follower, position, again=True)


@router.post("/{follower}/{position}/skip")
async def skip(visit: Operating, follower: Follower, position: Position) -> Response:
    """Leave it unhandled for good, on record."""
    return await _decide(visit, follower, position, again=False)


async def _list(visit: Visit, status: int = 200, wrong: str | None = None) -> Response:
    try:
        asked = _asked(visit, settled=bool(given(visit, "all")), limit=PAGE + 1)
    except NotUnderstood as error:
        asked, wrong, status = AskedLetters(limit=PAGE + 1), str(error), 422
    async with visit.services.pool.connection() as conn:
        found = await orders.letter_answers(conn, visit.services.vault, asked)
    shown, last = part_of(found, PAGE)
    return visit.page(
        "dead_letters.html",
        status,
        letters=shown,
        more=last.position if last is not None else None,
        typed={field: given(visit, field) for field in FIELDS},
        wrong=wrong,
    )


async def _one(
    visit: Visit, follower: str, position: int, status: int = 200, **more: object
) -> Response:
    vault = visit.services.vault
    async with visit.services.pool.connection() as conn:
        found = await orders.letter_answer(conn, vault, follower, position)
        if found is None:
            raise NotThere
        behind: list[DeadLetter] = []
        if found.behind:
            asked = AskedLetters(follower=follower, what=BEHIND, after=position, limit=LOOKED_AT)
            later = await orders.letter_answers(conn, vault, asked)
            behind = [one for one in later if one.stream_id == found.stream_id]
    fact = msgspec.json.format(msgspec.json.encode(found.fact)).decode()
    shown: dict[str, Any] = {"wrong": None, "refusal": None, **more}
    return visit.page(
        "dead_letter.html",
        status,
        letter=found,
        fact=fact,
        behind=behind[:SHOWN_BEHIND],
        **shown,
    )


async def _decide(visit: Visit, follower: str, position: int, *, again: bool) -> Response:
    try:
        about = await person_of(visit.services, follower, position)
        by = call_of(visit).operator(await sign(visit, about))
    except ReasonMissing:
        wrong = "retry" if again else "skip"
        return await _one(visit, follower, position, 422, wrong=wrong)
    try:
        async with visit.services.pool.connection() as conn:
            if again:
                await orders.retry_letter(conn, by, follower, position)
            else:
                behind = bool(visit.form.get("behind"))
                await orders.skip_letter(conn, by, follower, position, behind=behind)
    except NotDecidable as error:
        return await _one(visit, follower, position, 409, refusal=error)
    return go_to(f"{BASE}/dead-letters/{follower}/{position}")


def _asked(visit: Visit, *, settled: bool, limit: int | None = None) -> AskedLetters:
    """What the fields say; raises NotUnderstood."""
    return AskedLetters(
        settled=settled,
        follower=word(visit, "follower"),
        what=word(visit, "what"),
        since=moment(visit, "since"),
        until=moment(visit, "until"),
        after=number(visit, "after", LAST_POSITION) if limit else None,
        limit=limit,
    )
