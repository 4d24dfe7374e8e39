"""Who of a school or a class can open a product: over HTTP and at the terminal."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from adapters.postgres.connection import connect
from tests.adapters.class_case import CODE, have_class, subjects_of
from tests.adapters.http_case import Answer, Hub
from tests.adapters.http_partners import BOOK, PORTAL, REGISTRY, SHOP, token
from tests.adapters.http_stories import CONFIRMATIONS, confirmation, eck, entitled, ordered
from tests.adapters.verb_case import typed
from tests.adapters.wire_case import SCHOOL

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

pytestmark = pytest.mark.anyio

PATH = "/ops/v1/access/of-school"
EVERY_DAY = {"startDate": "2020-01-01", "activationUntilDate": "2199-12-31"}
AWAY = """
INSERT INTO channel.flows (partner, unreachable_since, next_try_at)
VALUES (%s, '2026-08-24T08:00:00Z', '2026-08-24T09:05:00Z')
"""


async def test_how_many_can_and_where_it_hangs_for_the_others(hub: Hub) -> None:
    silent = await _three(hub)
    told = (await _ask(hub, language="nl")).json
    assert (told["users"], told["canOpen"]) == (3, 1)
    assert told["text"] == "1 van de 3 gebruikers kan het openen"
    assert (told["productTitle"], told["ordersCount"]) == ("Getal en Ruimte", 3)
    by_cause = {one["cause"]: one for one in told["groups"]}
    assert {*by_cause} == {"not-taken", "partner-away"}
    away = by_cause["partner-away"]
    assert (away["partner"], away["waitsFor"], away["users"]) == (PORTAL, "portal", 1)
    assert away["text"] == f"{PORTAL} is onbereikbaar"
    assert (away["since"], away["nextTryAt"]) == ("2026-08-24T08:00:00Z", "2026-08-24T09:05:00Z")
    other = by_cause["not-taken"]
    assert (other["partner"], other["entitlements"]) == (REGISTRY, [str(silent.entitlement_id)])
    assert other["orders"] == [{"deliveryOrderId": str(silent.order_id), "users": 1}]
    only = (await _ask(hub, deliveryOrderId=str(silent.order_id))).json
    assert [one["cause"] for one in only["groups"]] == ["not-taken"]


async def test_no_person_is_in_the_answer(hub: Hub) -> None:
    await _three(hub)
    body = (await _ask(hub)).body.decode()
    for fact in await hub.facts("EntitlementCreated"):
        event: Any = fact.event
        assert str(event.subject_id) not in body
        assert str(event.user_reference_id) not in body
    assert not [number for number in range(1, 4) if eck(number)["userMasterIdentifier"] in body]


async def test_of_a_class_also_who_was_not_ordered_for(hub: Hub) -> None:
    """Two of the three are in 3B, and somebody who has nothing; the class goes by two names."""
    await _three(hub)
    await have_class(hub, [*await subjects_of(hub, 2), UUID(int=7)], ["g77", "3B"], g77="klas 3B")
    for called in ("3b", "klas 3B"):
        told = (await _ask(hub, group=called)).json
        assert (told["users"], told["group"]) == (3, called)
        assert "not-named" in {one["cause"] for one in told["groups"]}
    unknown = await _ask(hub, group="4C")
    assert (unknown.status, unknown.code) == (400, 11)
    assert "is none of the school's roster" in unknown.body.decode()


async def test_only_an_operator_asks_and_of_what_the_hub_knows(hub: Hub) -> None:
    assert (await hub.call(SHOP, "POST", PATH, _question())).status == 403
    elsewhere = {"organisationMasterIdentifier": "999Z999"}
    told = (await _ask(hub, school=elsewhere)).json
    assert [one["cause"] for one in told["groups"]] == ["school-unknown"]
    await ordered(hub, eck(1))
    unlisted = (await _ask(hub, productId="9780000000000")).json
    assert [one["cause"] for one in unlisted["groups"]] == ["product-unknown"]
    assert (await _ask(hub, school=None)).status == 400


async def test_at_the_terminal(hub: Hub, tmp_path: Path) -> None:
    silent = await _three(hub)
    told = await _verb(hub, tmp_path, "--product", BOOK, "--school", CODE)
    assert told.exit_code == 0, told.output
    assert "1 of 3 users can open it" in told.output
    assert f"1 user: {PORTAL} cannot be reached, since 2026-08-24 10:00:00" in told.output
    again = f"aanspraak send-again --partner {REGISTRY} --order {silent.order_id}"
    assert again in told.output
    assert f"aanspraak channel resume {PORTAL}" in told.output
    only = await _verb(
        hub, tmp_path, "--product", BOOK, "--school", CODE, "--order", str(silent.order_id)
    )
    assert "0 of 1 users can open it" in only.output
    no_such = await _verb(hub, tmp_path, "--product", BOOK, "--school", CODE, "--group", "4C")
    assert (no_such.exit_code, "roster" in no_such.output) == (1, True)
    for lacking in (("--product", BOOK, "--group", "3B"), ("--school", CODE)):
        assert (await _verb(hub, tmp_path, *lacking)).exit_code == 2


async def _three(hub: Hub) -> Any:  # noqa: ANN401 - the one whose registry says nothing
    """One is delivered, one waits for a portal that is away, one for a silent registry."""
    fine = await entitled(hub, eck(1), **EVERY_DAY)
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(fine))
    await entitled(hub, eck(2), **EVERY_DAY)
    silent = await ordered(hub, eck(3), **EVERY_DAY)
    await hub.catch_up()
    async with await connect(hub.url, "test") as conn:
        await conn.execute(AWAY, (PORTAL,))
    return silent


async def _verb(hub: Hub, folder: Path, *given: str) -> Result:
    # The number of the key that vault_case encrypts with.
    key = {"AANSPRAAK_VAULT_ENCRYPTION_KEYS": f'{{"1": "{"65" * 32}"}}'}
    return await asyncio.to_thread(typed, hub.url, folder, "explain", "access", *given, **key)


async def _ask(hub: Hub, **changed: Any) -> Answer:  # noqa: ANN401 - of the body
    bearer = token("anybody", "aanspraak.trace", "aanspraak.operate")
    question = _question(**changed)
    return await hub.call(None, "POST", PATH, question, Authorization=f"Bearer {bearer}")


def _question(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - of the body
    asked = {"productId": BOOK, "school": SCHOOL, **changed}
    return {name: value for name, value in asked.items() if value is not None}
