"""The first page: a field for all that support is told on the phone, and what needs somebody."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Response

from adapters.console.place import BASE
from adapters.console.visits import Viewing, Visit
from adapters.http.attention_answers import attention
from adapters.http.search_answers import answer_search
from adapters.http.trace_viewers import moment_of
from adapters.wire.parsing import parse
from adapters.wire.problems import SchemaIncorrect
from adapters.wire.search_v1 import SearchAnswer, SearchQuestion

router = APIRouter()

LIMIT: Final = 20
NOTHING: Final = SearchAnswer(hits=(), more=())
PATHS: Final = {
    "order": f"{BASE}/orders/{{}}",
    "entitlement": f"{BASE}/entitlements/{{}}",
    "school": f"{BASE}/schools/{{}}",
    "contract": f"{BASE}/contracts/{{}}",
    "product": f"{BASE}/access?product={{}}",
    "partner": f"{BASE}/partners/{{}}",
    "incident": f"{BASE}/incidents/{{}}",
}
"""The page of each kind of thing; of a person there is none but what they have."""


@router.get("/")
async def home(visit: Viewing) -> Response:
    """The field, and what needs somebody now."""
    services = visit.services
    needs = await attention(
        services.pool,
        moment_of(services),
        over_kafka=services.settings.channel == "kafka",
        language=visit.language,
    )
    return visit.page("home.html", sought=None, found=NOTHING, path_of=path_of, needs=needs)


@router.post("/")
async def search(visit: Viewing) -> Response:
    """What was found; what was sought may be somebody's, so it is in no address."""
    sought = visit.form.get("sought", "").strip()
    found = await _found(visit, sought) if sought else NOTHING
    return visit.page("home.html", sought=sought, found=found, path_of=path_of)


def path_of(kind: str, given: str) -> str:
    """The page of something that was found; nothing where there is none."""
    return PATHS[kind].format(quote(given, safe="")) if kind in PATHS else ""


async def _found(visit: Visit, sought: str) -> SearchAnswer:
    asked = {"text": sought, "limit": LIMIT, "language": visit.language}
    services = visit.services
    try:
        question = parse(SearchQuestion, msgspec.json.encode(asked))
    except SchemaIncorrect:
        return NOTHING  # too long for anything that there is
    vault = services.vault if visit.may("support") else None
    return await answer_search(services.pool, vault, question)
