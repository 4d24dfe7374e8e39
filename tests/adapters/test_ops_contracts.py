"""/ops/v1/contracts and /ops/v1/forecasts: what is agreed, set with a name and a reason."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import BOOK
from tests.adapters.numbers_case import TRACING, operated, traced

pytestmark = pytest.mark.anyio

SCHOOL = {"organisationMasterIdentifier": "104A158"}
YEAR = {"periodFrom": "2026-08-01", "periodUntil": "2027-07-31"}


async def test_a_contract_has_the_defaults_until_somebody_sets_its_rules(hub: Hub) -> None:
    before = (await operated(hub, "GET", "/contracts/C-1")).json
    assert before == {
        "contractId": "C-1",
        "release": "automatic",
        "onFull": "keep",
        "quantityFloor": "above",
        "own": False,
    }
    answer = await operated(hub, "PUT", "/contracts/C-1", {"release": "manual"})
    assert (answer.status, answer.json["release"], answer.json["own"]) == (200, "manual", True)
    await hub.catch_up()
    assert (await operated(hub, "GET", "/contracts/C-1")).json == answer.json


async def test_who_set_them_and_why_are_in_the_vault_and_not_in_the_fact(hub: Hub) -> None:
    await operated(hub, "PUT", "/contracts/C-1", {"onFull": "withdraw"})
    (fact,) = await hub.facts("ContractRulesSet")
    event: Any = fact.event
    assert fact.actor.startswith("operator:")
    assert "Jo" not in fact.actor
    assert await hub.services.vault.read_text(event.reason_id) == "as agreed by telephone"


async def test_the_same_rules_again_are_no_fact(hub: Hub) -> None:
    for _ in range(2):
        assert (await operated(hub, "PUT", "/contracts/C-1", {"release": "manual"})).status == 200
    assert len(await hub.facts("ContractRulesSet")) == 1


@pytest.mark.parametrize(
    ("contract", "body", "named"),
    [
        ("C-1", {"release": "later"}, "release"),
        ("C-1", {"reason": None}, "reason"),
        ("jan@school.nl", {}, "contractId"),
    ],
)
async def test_what_is_wrong_is_named(
    hub: Hub, contract: str, body: dict[str, Any], named: str
) -> None:
    answer = await operated(hub, "PUT", f"/contracts/{contract}", body)
    assert (answer.status, answer.code) == (400, 11)
    assert named in answer.json["statusMessage"]
    assert await hub.facts("ContractRulesSet") == []


@pytest.mark.parametrize("path", ["/contracts/C-1", "/forecasts"])
async def test_only_who_may_operate_does(hub: Hub, path: str) -> None:
    answer = await operated(hub, "PUT", path, {"forecasts": []}, TRACING)
    assert (answer.status, answer.code) == (403, 21)


async def test_forecasts_are_given_one_by_one_and_the_newest_number_counts(hub: Hub) -> None:
    def forecast(**changed: object) -> dict[str, object]:
        return {**SCHOOL, **YEAR, "productId": BOOK, "expected": 120, **changed}

    body = {"forecasts": [forecast(), forecast(expected=-1), forecast(expected=100), forecast()]}
    answer = await operated(hub, "PUT", "/forecasts", body)
    assert [each["outcome"] for each in answer.json] == ["given", "refused", "given", "given"]
    assert "expected must be from 0" in answer.json[1]["message"]
    again = await operated(hub, "PUT", "/forecasts", {"forecasts": [forecast()]})
    assert [each["outcome"] for each in again.json] == ["unchanged"]
    await hub.catch_up()
    (shown,) = (await traced(hub, "/forecasts")).json
    assert (shown["expected"], shown["ordered"], shown["source"]) == (120, 0, "school")
    assert shown["school"] == SCHOOL


@pytest.mark.parametrize(
    "wrong", [{"expected": "many"}, {"source": "jan@school.nl"}, {"source": " "}], ids=str
)
async def test_a_forecast_that_cannot_be_taken_is_named_by_its_place(
    hub: Hub, wrong: dict[str, object]
) -> None:
    bad = {**SCHOOL, **YEAR, "productId": BOOK, "expected": 120, **wrong}
    answer = await operated(hub, "PUT", "/forecasts", {"forecasts": [bad]})
    assert answer.status == 400
    assert f"forecasts[0].{next(iter(wrong))}" in answer.json["statusMessage"]
    assert await hub.facts("ForecastGiven") == []
