"""Somebody asks to be forgotten: refused, forced, and then nobody can tell who it was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from adapters.sandbox.orders import eck_id, student_order
from tests.acceptance.conftest import BOOK, facts, until

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

USER, NEVER_USED = 21, 22
VAULT = ("identifiers", "person_references", "texts", "held_activations")


async def test_who_is_forgotten_cannot_be_found_and_everything_still_adds_up(
    start_chain: StartChain, database_url: str
) -> None:
    async with start_chain() as chain:
        order = student_order("104A158", BOOK, range(USER, USER + 3), portals=("portaal",))
        await chain.sandbox("winkel", "POST", "order", order.request())
        await _shows(chain, order, "linkPlaced", 3)
        used = await _entitlement_of(chain, order, USER)
        await chain.sandbox("uitgever", "POST", "activate", {"entitlementIds": [used]})
        await _shows(chain, order, "inUse", 1)

        refused = await _verb(chain, USER)
        assert "1 live entitlements, of which 0 never used" in refused
        asked = await chain.operate("POST", "/persons/forget", _wish(NEVER_USED, dryRun=True))
        assert (asked["outcome"], asked["identifiers"]) == ("would-be-refused", 1)

        gone = await _forgotten(chain, NEVER_USED)
        await _shows(chain, order, "linkPlaced", 1)
        before = (await chain.trace(order.delivery_order_id))["counts"]
        assert "forgotten" in await _verb(chain, USER, "--force")
        assert (await chain.trace(order.delivery_order_id))["counts"] == before

        late = {"entitlementIds": [used], "again": True, "usageDate": "2026-09-30"}
        await chain.sandbox("uitgever", "POST", "activate", late)
        reported = await until(lambda: _reported(database_url, used), lambda all_: len(all_) == 2)
        (subject,) = {each["user_subject_id"] for each in reported}
        assert await _readable(chain, order) == {eck_id(USER + 2)}
        for number, pseudonym in ((USER, subject), (NEVER_USED, gone)):
            _nothing_tells(database_url, chain, number, pseudonym)
        assert "Nobody is known" in await _verb(chain, USER, "--force")


async def _forgotten(chain: Chain, number: int) -> str:
    """Ask until the registry and the portal have heard of it; it gives the pseudonym."""

    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.operate("POST", "/persons/forget", _wish(number, force=True))

    done = await until(ask, lambda answer: bool(answer["outcome"] == "forgotten"), seconds=60)
    return str(done["subjectId"])


async def _verb(chain: Chain, number: int, *options: str) -> str:
    file = chain.deployment.folder / "whom.json"
    file.write_text(json.dumps({"userMasterIdentifier": eck_id(number)}), encoding="utf-8")
    said = await chain.verb("forget", "--user", str(file), "--reason", "asked for it", *options)
    file.unlink()
    return said


def _wish(number: int, **asked: bool) -> dict[str, object]:
    return {"user": {"userMasterIdentifier": eck_id(number)}, **asked}


async def _shows(chain: Chain, order: Order, what: str, count: int) -> None:
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.trace(order.delivery_order_id)

    await until(ask, lambda trace: bool(trace and trace["counts"].get(what) == count), seconds=60)


async def _entitlements(chain: Chain, order: Order) -> list[Any]:
    path = f"/entitlement/v1/entitlements/deliveryorder/{order.delivery_order_id}"
    found: list[Any] = await chain.get(path, "winkel", "shop")
    return found


async def _entitlement_of(chain: Chain, order: Order, number: int) -> str:
    (found,) = [
        each["entitlementId"]
        for each in await _entitlements(chain, order)
        if eck_id(number) in json.dumps(each)
    ]
    return str(found)


async def _readable(chain: Chain, order: Order) -> set[str]:
    """Who can still be read in the entitlements of an order."""
    students = [
        one["entitlementSpecification"]["student"] for one in await _entitlements(chain, order)
    ]
    return {one["userMasterIdentifier"] for one in students if one}


async def _reported(url: str, entitlement_id: str) -> list[Any]:
    return [
        data
        for stream, _version, topic, data in facts(url)
        if topic == "entitlement.initial-activation-reported" and str(stream) == entitlement_id
    ]


def _nothing_tells(url: str, chain: Chain, number: int, subject: str) -> None:
    """No row of the vault is about the subject; no table and no log has the identifier."""
    secret = eck_id(number).rsplit("/", 1)[1].encode()
    for log in (chain.deployment.folder / "logs").iterdir():
        if not log.name.startswith(("shop", "registry", "portal")):
            assert secret not in log.read_bytes(), log.name
    with psycopg.connect(url) as conn:
        for table in VAULT:
            query = SQL("SELECT count(*) FROM vault.{} WHERE subject_id = %s")
            found = conn.execute(query.format(Identifier(table)), (subject,)).fetchone()
            assert found == (0,), table
        for schema, table in conn.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall():
            copy = SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT binary)").format(
                Identifier(schema, table)
            )
            with conn.cursor().copy(copy) as dump:
                assert secret not in b"".join(dump), f"{schema}.{table}"
