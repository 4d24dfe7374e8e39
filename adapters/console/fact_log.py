"""The pages of the log: its facts, the newest first, and the story that one belongs to."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Response

from adapters.console.place import BASE
from adapters.console.typed import NotUnderstood, given, moment, number, word
from adapters.console.visits import NotThere, Viewing, Visit
from adapters.http.fact_answers import answer_facts, answer_story
from adapters.http.ops_facts import Position
from adapters.postgres.event_topics import TOPICS
from adapters.postgres.reads_facts import SPAN, STORY, Asked, streams_named
from adapters.wire.facts_v1 import Fact
from adapters.wire.message import LAST_POSITION

router = APIRouter(prefix="/facts")

PAGE: Final = 50
FIELDS: Final = ("topic", "of", "actor", "correlation", "first", "last", "before")


@router.get("")
async def log(visit: Viewing) -> Response:
    """What is in the log, the newest first, and how far back was looked."""
    wrong, status = "", 200
    try:
        asked = _asked(visit)
    except NotUnderstood as error:
        wrong, status, asked = str(error), 422, Asked(limit=PAGE)
    services = visit.services
    async with services.pool.connection() as conn:
        found = await answer_facts(conn, services.vault, asked)
    typed = {field: given(visit, field) for field in FIELDS}
    return visit.page(
        "fact_log.html",
        status,
        found=found,
        typed=typed,
        wrong=wrong,
        topics=sorted(TOPICS),
        span=SPAN,
        go_on=urlencode({**{k: v for k, v in typed.items() if v}, "before": found.before or ""}),
        **SHOWING,
    )


@router.get("/{position}/story")
async def story(visit: Viewing, position: Position) -> Response:
    """All that belongs to the story of a fact, each beneath what it came of."""
    services = visit.services
    async with services.pool.connection() as conn:
        found = await answer_story(conn, services.vault, position)
    if found is None:
        raise NotThere
    known = {fact.position for fact in found.facts}
    return visit.page(
        "fact_story.html", story=found, position=position, known=known, most=STORY, **SHOWING
    )


def about(fact: Fact) -> str:
    """The page of what a fact is about: its order or entitlement, or else its stream's facts."""
    if fact.delivery_order_id is not None:
        return f"{BASE}/orders/{fact.delivery_order_id}"
    if fact.topic.startswith("entitlement."):
        return f"{BASE}/entitlements/{fact.stream_id}"
    return f"{BASE}/facts?of={fact.stream_id}"


def all_it_says(fact: Fact) -> str:
    """The data of a fact, to read."""
    return msgspec.json.format(msgspec.json.encode(fact.data)).decode()


SHOWING: Final[dict[str, Any]] = {"about": about, "all_it_says": all_it_says}


def _asked(visit: Visit) -> Asked:
    """What the address asks for; raises NotUnderstood."""
    of = given(visit, "of")
    return Asked(
        topic=word(visit, "topic"),
        streams=streams_named(of) if of else None,
        actor=word(visit, "actor"),
        correlation=word(visit, "correlation"),
        first=moment(visit, "first"),
        last=moment(visit, "last"),
        before=number(visit, "before", LAST_POSITION),
        limit=PAGE,
    )
