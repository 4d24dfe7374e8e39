"""The log is looked through over the API and at the terminal: which facts, and their story."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres.reads_facts import SPAN
from tests.adapters.http_case import Answer, Hub
from tests.adapters.http_partners import SHOP
from tests.adapters.http_stories import eck, entitled
from tests.adapters.numbers_case import TRACING, operated
from tests.adapters.verb_case import typed

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio

BY = f"partner:{SHOP}"
PUPIL = eck(1)["userMasterIdentifier"]


async def test_an_operator_finds_facts_and_what_came_of_them(hub: Hub, tmp_path: Path) -> None:
    asked = await entitled(hub, eck(1))
    whole = await _get(hub, "?limit=1000")
    positions = [each["position"] for each in whole["facts"]]
    assert positions == sorted(positions, reverse=True)
    assert "before" not in whole
    first = await _get(hub, "?limit=2")
    second = await _get(hub, f"?limit=2&before={first['before']}")
    assert first["facts"] + second["facts"] == whole["facts"][:4]

    (received,) = (await _get(hub, "?topic=delivery-order.received"))["facts"]
    assert (received["actor"], received["deliveryOrderId"]) == (BY, str(asked.order_id))
    assert (await _get(hub, f"?of={asked.order_id}&actor={BY}"))["facts"] == [received]
    about = (await _get(hub, f"?of={asked.entitlement_id}"))["facts"]
    assert {each["streamId"] for each in about} == {str(asked.entitlement_id)}

    story = await _get(hub, f"/{received['position']}/story")
    told = {each["position"]: each for each in story["facts"]}
    assert received["correlationId"] == story["correlationId"]
    assert {each["correlationId"] for each in story["facts"]} == {story["correlationId"]}
    created = next(each for each in story["facts"] if each["topic"] == "entitlement.created")
    assert (created["because"] in told, created["depth"]) == (True, 1)
    assert "depth" not in told[created["because"]]
    assert PUPIL not in str(whole)

    key = {"AANSPRAAK_VAULT_ENCRYPTION_KEYS": f'{{"1": "{"65" * 32}"}}'}
    for given, wanted in (
        (("--topic", "entitlement.created"), [created]),
        (("--story", str(received["position"])), story["facts"]),
        (("--correlation", story["correlationId"], "--data"), story["facts"]),
    ):
        line = await asyncio.to_thread(typed, hub.url, tmp_path, "facts", *given, **key)
        assert line.exit_code == 0, line.output
        shown = [each for each in line.output.splitlines() if "because of" in each]
        assert len(shown) == len(wanted)
        assert all(each["topic"] in line.output for each in wanted)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("?before=0", 400),
        ("?from=yesterday", 400),
        ("?to=2026-08-24T12:00", 400),
        ("?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z", 200),
        ("?limit=1001", 400),
        ("/99/story", 404),
        ("/x/story", 400),
    ],
)
async def test_only_what_is_no_place_in_the_log_is_refused(
    hub: Hub, given: str, status: int
) -> None:
    assert (await _ask(hub, given)).status == status


async def test_only_who_may_operate_looks_through_the_log(hub: Hub) -> None:
    for path in ("", "/1/story"):
        assert (await operated(hub, "GET", f"/facts{path}", None, TRACING)).status == 403


async def test_where_nothing_more_is_there_it_says_how_far_it_looked(hub: Hub) -> None:
    found = await _get(hub, "?topic=person.forgotten")
    assert found == {"facts": [], "lookedTo": 1}
    assert len(await hub.facts()) < SPAN


async def _get(hub: Hub, path: str) -> Any:  # noqa: ANN401 - JSON
    answer = await _ask(hub, path)
    assert answer.status == 200, answer.body
    return answer.json


async def _ask(hub: Hub, path: str) -> Answer:
    return await operated(hub, "GET", f"/facts{path}")
