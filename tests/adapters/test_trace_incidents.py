"""Incidents over HTTP and on the command line: what is wrong, whose it is, and closing them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from aanspraak.domain import ids
from aanspraak.domain.incident.commands import OpenIncident
from tests.adapters.http_case import NOW, Answer, Hub
from tests.adapters.http_partners import OTHER_REGISTRY, PORTAL, REGISTRY, SHOP, token
from tests.adapters.http_stories import CONFIRMATIONS, Ordered, confirmation, eck, ordered
from tests.adapters.numbers_case import OPERATOR
from tests.adapters.verb_case import run_verb

pytestmark = pytest.mark.anyio

INCIDENTS = "/trace/v1/incidents"


async def test_an_incident_says_what_is_wrong_whose_it_is_and_what_to_do(hub: Hub) -> None:
    asked = await _refused(hub)
    (incident,) = await _list(hub)
    assert (incident["party"], incident["code"], incident["state"]) == (REGISTRY, 4011, "open")
    assert (incident["deliveryOrderId"], incident["concerned"]) == (str(asked.order_id), 1)
    assert incident["codeMeans"] == "the product is unknown"
    assert incident["explanation"].startswith(f"{REGISTRY} refused to set it ready")
    assert incident["severity"] == "high"
    (dutch,) = await _list(hub, "language=nl")
    assert dutch["nextStep"].endswith("verstuur opnieuw")


async def test_it_has_ended_with_what_it_is_about(hub: Hub) -> None:
    await _refused(hub)
    assert (await _list(hub))[0]["ended"] is False
    hub.clock.at = NOW + timedelta(days=3650)
    assert (await _list(hub))[0]["ended"] is True


async def test_they_can_be_asked_for_by_state_party_kind_order_and_moment(hub: Hub) -> None:
    asked = await _refused(hub)
    await _open(hub, PORTAL, "link-refused")
    for wanted, expected in (
        ("", [PORTAL, REGISTRY]),
        ("state=open", [PORTAL, REGISTRY]),
        ("state=closed", []),
        (f"party={REGISTRY}", [REGISTRY]),
        ("kind=link-refused", [PORTAL]),
        (f"deliveryOrderId={asked.order_id}", [REGISTRY]),
        (f"deliveryOrderId={uuid4()}", []),
        ("since=2100-01-01T00:00:00Z", []),
        ("since=2020-01-01T00:00:00Z", [PORTAL, REGISTRY]),
    ):
        assert [each["party"] for each in await _list(hub, wanted)] == expected, wanted
    answer = await hub.call(None, "GET", f"{INCIDENTS}?state=maybe", **OPERATOR)
    assert (answer.status, answer.code) == (400, 11)


async def test_they_come_in_parts_the_newest_first(hub: Hub) -> None:
    for number in range(5):
        await _open(hub, PORTAL, "link-refused", code=4000 + number)
    path, codes = f"{INCIDENTS}?limit=2", []
    while path:
        answer = await hub.call(None, "GET", path, **OPERATOR)
        codes += [each["code"] for each in answer.json]
        link = answer.headers.get("Link", "")
        path = link[1 : link.index(">")] if link else ""
    assert codes == [4004, 4003, 4002, 4001, 4000]


async def test_a_partner_sees_those_about_itself_and_nobodys_words(hub: Hub) -> None:
    await _refused(hub, statusMessage="the pupil Zwartepietersen is unknown here")
    (incident,) = (await _as(hub, REGISTRY, INCIDENTS)).json
    path = f"{INCIDENTS}/{incident['incidentId']}"
    told = (await _as(hub, REGISTRY, path)).json
    assert [each["what"] for each in told["history"]] == ["opened"]
    assert b"Zwartepietersen" not in (await _as(hub, REGISTRY, path)).body
    assert b"Zwartepietersen" in (await hub.call(None, "GET", path, **OPERATOR)).body
    for other in (OTHER_REGISTRY, PORTAL, SHOP):
        assert (await _as(hub, other, INCIDENTS)).json == []
        assert (await _as(hub, other, f"{INCIDENTS}?party={REGISTRY}")).json == []
        assert (await _as(hub, other, path)).status == 404


async def test_one_incident_tells_what_it_is_about(hub: Hub) -> None:
    asked = await _refused(hub)
    told = await _detail(hub)
    assert told["causes"] == [
        {
            "kind": "registry-refused",
            "severity": "high",
            "explanation": told["incident"]["explanation"],
            "nextStep": told["incident"]["nextStep"],
            "open": 1,
            "mended": 0,
        }
    ]
    (affected,) = told["affected"]
    assert affected["entitlementId"] == str(asked.entitlement_id)
    assert (affected["kinds"], "mendedAt" in affected) == (["registry-refused"], False)


async def test_what_it_is_about_comes_in_parts(hub: Hub) -> None:
    stream = ids.incident_stream(PORTAL, 4040, "test")
    asks = [_about(PORTAL, "unknown-entitlement", number) for number in range(5)]
    await hub.submit(*[(stream, ask) for ask in asks])
    await hub.catch_up()
    first = await hub.call(None, "GET", f"{INCIDENTS}/{stream}?limit=3", **OPERATOR)
    link = first.headers["Link"]
    rest = await hub.call(None, "GET", link[1 : link.index(">")], **OPERATOR)
    found = [each["entitlementId"] for part in (first, rest) for each in part.json["affected"]]
    assert found == sorted(str(ask.entitlement_id) for ask in asks)
    assert "Link" not in rest.headers


async def test_an_operator_closes_it_with_a_reason_and_the_history_says_who(hub: Hub) -> None:
    await _refused(hub)
    told = await _detail(hub)
    path = f"/ops/v1/incidents/{told['incident']['incidentId']}/close"
    act = {"actor": "Jan de Vries", "reason": "the publisher knows"}
    assert (await hub.call(None, "POST", path, act, **OPERATOR)).status == 204
    await hub.catch_up()
    told = await _detail(hub)
    assert (told["incident"]["state"], told["incident"]["closedBy"]) == ("closed", "operator")
    closed = told["history"][-1]
    assert (closed["what"], closed["by"], closed["cause"]) == ("closed", "operator", "operator")
    assert (closed["name"], closed["reason"]) == ("Jan de Vries", "the publisher knows")
    mine = await _as(hub, REGISTRY, f"{INCIDENTS}/{told['incident']['incidentId']}")
    assert b"Jan" not in mine.body
    assert b"the publisher knows" not in mine.body
    facts = await hub.facts("IncidentClosed")
    assert len(facts) == 1
    assert (await hub.call(None, "POST", path, act, **OPERATOR)).status == 204
    assert len(await hub.facts("IncidentClosed")) == 1


async def test_closing_takes_an_operator_a_reason_and_an_incident(hub: Hub) -> None:
    await _refused(hub)
    incident = (await _list(hub))[0]["incidentId"]
    act = {"actor": "Jan", "reason": "r"}
    path = f"/ops/v1/incidents/{incident}/close"
    trace_only = {"Authorization": f"Bearer {token(REGISTRY, 'aanspraak.trace')}"}
    assert (await hub.call(None, "POST", path, act, **trace_only)).code == 21
    assert (await hub.call(None, "POST", path, {"actor": "Jan"}, **OPERATOR)).code == 11
    unknown = await hub.call(None, "POST", f"/ops/v1/incidents/{uuid4()}/close", act, **OPERATOR)
    assert unknown.status == 404


async def test_the_verb_answers_at_a_glance_and_closes(hub: Hub, tmp_path: Path) -> None:
    await _refused(hub)
    shown = await run_verb(hub, tmp_path, "incidents", "--open")
    incident = (await _list(hub))[0]["incidentId"]
    for words in (
        f"{REGISTRY}: registry-refused (code 4011), open since",
        "code 4011: the product is unknown",
        "1 concerned",
        "what to do: see what the code says",
        incident,
    ):
        assert words in shown.output
    unknown = await run_verb(hub, tmp_path, "incidents", "--kind", "registry-refuse")
    assert (unknown.exit_code, "registry-refused" in unknown.stderr) == (2, True)
    dutch = await run_verb(hub, tmp_path, "incidents", "show", incident, "--language", "nl")
    assert "weigerde het klaar te zetten" in dutch.output
    closing = ("incidents", "close", incident, "--reason", "settled by phone")
    assert (await run_verb(hub, tmp_path, *closing)).output == "closed\n"
    assert (await run_verb(hub, tmp_path, *closing)).output == "it was closed already\n"
    await hub.catch_up()
    assert (
        "nothing has to be looked at"
        in (await run_verb(hub, tmp_path, "incidents", "--open")).output
    )
    told = (await run_verb(hub, tmp_path, "incidents", "show", incident)).output
    assert "settled by phone" in told
    for given in (("show", str(uuid4())), ("close", str(uuid4()), "--reason", "r")):
        assert (await run_verb(hub, tmp_path, "incidents", *given)).exit_code == 1


async def _refused(hub: Hub, **said: object) -> Ordered:
    asked = await ordered(hub, eck(1))
    refusal = confirmation(asked, success=False, status=4011, **said)
    await hub.call(REGISTRY, "PUT", CONFIRMATIONS, refusal)
    await hub.catch_up()
    return asked


def _about(party: str, kind: str, number: int) -> OpenIncident:
    return OpenIncident(
        party=party,
        code=4040,
        kind=kind,
        concerning="test",
        entitlement_id=ids.partner_stream(str(number)),
        grows=True,
    )


async def _open(hub: Hub, party: str, kind: str, code: int = 4099) -> None:
    command = OpenIncident(party=party, code=code, kind=kind, concerning="test")
    await hub.submit((ids.incident_stream(party, code, "test"), command))
    await hub.catch_up()


async def _list(hub: Hub, wanted: str = "") -> Any:  # noqa: ANN401 - JSON
    answer = await hub.call(None, "GET", f"{INCIDENTS}?{wanted}", **OPERATOR)
    assert answer.status == 200, answer.body
    return answer.json


async def _detail(hub: Hub) -> Any:  # noqa: ANN401 - JSON
    (incident,) = await _list(hub)
    path = f"{INCIDENTS}/{incident['incidentId']}"
    return (await hub.call(None, "GET", path, **OPERATOR)).json


async def _as(hub: Hub, partner: str, path: str) -> Answer:
    header = {"Authorization": f"Bearer {token(partner, 'aanspraak.trace')}"}
    return await hub.call(None, "GET", path, **header)
