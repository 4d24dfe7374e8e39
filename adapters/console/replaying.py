"""The page of replays: a part of the log once more to a topic of Kafka that no partner reads."""

from __future__ import annotations

import re
from typing import Final

from fastapi import APIRouter, Response

from aanspraak.domain.errors import NothingToDo
from aanspraak.domain.job.events import REPLAY
from adapters.console.acting import ReasonMissing, call_of, sign
from adapters.console.jobs import job_path
from adapters.console.place import BASE
from adapters.console.typed import NotUnderstood, given, moment, number
from adapters.console.visits import Operating, Visit, go_to
from adapters.postgres.job_story import is_anybody_able
from adapters.postgres.replay_jobs import NoKafka, Range, ask_replay, plan_replay
from adapters.wire.message import LAST_POSITION
from adapters.wire.replays_v1 import TOPIC, FactsMeant

router = APIRouter(prefix="/replay")

FIELDS: Final = ("first", "last", "topic")


@router.get("")
async def which(visit: Operating) -> Response:
    """Which part of the log, and how many facts those are; nothing is published."""
    if not (given(visit, "first") or given(visit, "last")):
        return await _shown(visit)
    try:
        wanted = _range(visit)
    except NotUnderstood as error:
        return await _shown(visit, 422, wrong=str(error))
    return await _shown(visit, plan=await _plan(visit, wanted))


@router.post("")
async def replay(visit: Operating) -> Response:
    """Have it published: a job, to whose page this goes."""
    try:
        wanted, topic = _range(visit), _topic(visit)
    except NotUnderstood as error:
        return await _shown(visit, 422, wrong=str(error))
    silence = visit.services.settings.worker_silence_seconds
    wrong, status = "", 409
    try:
        by = call_of(visit).operator(await sign(visit))
        async with visit.services.pool.connection() as conn:
            answer = await ask_replay(conn, by, wanted, topic, silence)
        return go_to(job_path(answer.job_id) if answer.job_id else f"{BASE}/jobs")
    except ReasonMissing:
        wrong, status = "reason", 422
    except NothingToDo:
        wrong = "nothing"
    except NoKafka:
        wrong = "kafka"
    return await _shown(visit, status, plan=await _plan(visit, wanted), wrong=wrong)


async def _plan(visit: Visit, wanted: Range) -> FactsMeant:
    async with visit.services.pool.connection() as conn:
        return await plan_replay(conn, wanted)


async def _shown(
    visit: Visit, status: int = 200, *, plan: FactsMeant | None = None, wrong: str = ""
) -> Response:
    silence = visit.services.settings.worker_silence_seconds
    async with visit.services.pool.connection() as conn:
        able = await is_anybody_able(conn, REPLAY, silence)
    typed = {field: given(visit, field) for field in FIELDS}
    prefix = f"{visit.services.settings.kafka_topic_prefix}.replay."
    return visit.page(
        "replay.html", status, able=able, plan=plan, wrong=wrong, typed=typed, prefix=prefix
    )


def _range(visit: Visit) -> Range:
    """A position or a moment at each end; raises NotUnderstood."""
    first, last = given(visit, "first"), given(visit, "last")
    if not first:
        raise NotUnderstood("first")
    if not last:
        raise NotUnderstood("last")
    return Range(
        first=number(visit, "first", LAST_POSITION) if first.isdecimal() else None,
        since=None if first.isdecimal() else moment(visit, "first"),
        last=number(visit, "last", LAST_POSITION) if last.isdecimal() else None,
        until=None if last.isdecimal() else moment(visit, "last"),
    )


def _topic(visit: Visit) -> str:
    topic = given(visit, "topic")
    if not re.fullmatch(TOPIC, topic):
        raise NotUnderstood("topic")
    return topic
