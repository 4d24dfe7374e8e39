"""GET /trace/v1/pace and `aanspraak pace`: minute by minute, and to each partner its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from adapters.cli.pace import sparkline
from adapters.postgres import flows
from adapters.postgres.rebuild import projection_named, rebuild
from projections.durations import BOUNDS_MS
from tests.adapters.http_partners import OTHER_PORTAL, PORTAL, REGISTRY, SHOP
from tests.adapters.http_stories import eck, entitled
from tests.adapters.numbers_case import placed, traced, used
from tests.adapters.verb_case import run_verb

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.http_case import Hub

pytestmark = pytest.mark.anyio


def _around_now() -> str:
    """Facts are dated by the database, whatever the clock of the hub says here."""
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    return "?" + urlencode({"from": (now - hour).isoformat(), "to": (now + hour).isoformat()})


async def _story(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    await placed(hub, asked)
    await used(hub, asked, eck(1), "2026-08-24")


async def test_the_pace_of_the_hub_and_of_its_partners_adds_up(hub: Hub) -> None:
    await _story(hub)
    answer = (await traced(hub, "/pace" + _around_now())).json
    total = answer["total"]
    counted = ("orders", "created", "ready", "placed", "activated")
    assert [total[name] for name in counted] == [1, 1, 1, 1, 1]
    assert 0 < total["p50Seconds"] <= total["p99Seconds"] <= BOUNDS_MS[-1]
    assert len(answer["minutes"]) in {120, 121}
    for name in (*counted, "taken", "failed"):
        assert sum(each[name] for each in answer["minutes"]) == total[name]
    partners = {each["partner"]: each["total"] for each in answer["partners"]}
    assert partners.keys() == {SHOP, REGISTRY, PORTAL}
    assert (partners[PORTAL]["placed"], partners[REGISTRY]["activated"]) == (1, 1)


async def test_a_partner_hears_its_own_pace_and_of_no_other(hub: Hub) -> None:
    await _story(hub)
    answer = await traced(hub, "/pace" + _around_now(), PORTAL)
    assert [each["partner"] for each in answer.json["partners"]] == [PORTAL]
    assert (answer.json["total"]["placed"], answer.json["total"]["orders"]) == (1, 0)
    for other in (REGISTRY, SHOP):
        assert other.encode() not in answer.body
    nothing = (await traced(hub, "/pace" + _around_now(), OTHER_PORTAL)).json
    assert nothing["partners"] == []
    assert nothing["total"]["placed"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "?from=2026-08-24T09:00:00Z&to=2026-08-24T09:00:00Z",
        "?from=2026-08-24T09:00:00Z&to=2026-08-25T09:00:01Z",
        "?from=2026-08-24T09:00:00",
        "?to=0001-01-01T00:30:00%2B14:00",
        "?to=yesterday",
    ],
)
async def test_a_stretch_of_time_has_a_zone_an_end_and_at_most_a_day(hub: Hub, query: str) -> None:
    answer = await traced(hub, f"/pace{query}")
    assert (answer.status, answer.code) == (400, 11)


async def test_a_partner_that_is_paused_says_until_when_and_to_operators_why(hub: Hub) -> None:
    reason_id = await hub.services.vault.keep_text("maintenance until ten")
    until = hub.clock.at + timedelta(hours=1)
    async with hub.services.pool.connection() as conn:
        await flows.pause(conn, PORTAL, hub.clock.at, until=until, reason_id=reason_id)
    partners: dict[str, Any] = {
        each["partner"]: each for each in (await traced(hub, "/partners")).json
    }
    assert partners[PORTAL]["pausedReason"] == "maintenance until ten"
    assert datetime.fromisoformat(partners[PORTAL]["pausedUntil"]) == until
    assert "pausedReason" not in partners[REGISTRY]
    (itself,) = (await traced(hub, "/partners", PORTAL)).json
    assert "pausedUntil" in itself
    assert "pausedReason" not in itself


async def test_rebuilt_it_is_the_same(hub: Hub) -> None:
    await _story(hub)
    result = await rebuild(hub.url, projection_named("pace"))
    assert not result.difference


async def test_the_verb_shows_minutes_and_lanes(hub: Hub, tmp_path: Path) -> None:
    quiet = await run_verb(hub, tmp_path, "pace")
    assert quiet.exit_code == 0, quiet.output
    assert "nothing happened in these minutes" in quiet.output
    await _story(hub)
    result = await run_verb(hub, tmp_path, "pace", "--minutes", "60")
    assert result.exit_code == 0, result.output
    assert "1 orders, 1 links, 1 in use; p99 from order to link" in result.output
    assert PORTAL in result.output


def test_bars_are_as_high_as_their_numbers() -> None:
    assert sparkline([0, 1, None, 7, 14]) == " ▁ ▄█"
    assert sparkline([]) == ""
