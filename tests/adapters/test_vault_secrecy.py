"""Nothing in the database, a log or a repr tells who somebody is; look-ups use an index."""

from __future__ import annotations

import logging
from uuid import uuid4

import pytest

from adapters.postgres.queries import load
from adapters.postgres.vault import HeldActivation, vault_pool
from adapters.security.persons import activation_code, customer, operator
from tests.adapters.vault_case import ECK_ID, NOON, dump, open_vault, pupil

SECRETS = [ECK_ID, "neppi-8731", "asi-1001", "AB12C-D34EF", "AB12CD34EF", "Jan de Wit", "jan@x.nl"]
SECRETS += ["operator-ada", "mama belt terug"]


async def test_a_dump_of_the_vault_and_the_log_show_nobody(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    people = [
        pupil(ECK_ID, NEPPI="neppi-8731", ASI="asi-1001"),
        activation_code("AB12C-D34EF", registry="lr-1"),
        customer("Jan de Wit", "jan@x.nl", shop="bl-1"),
        operator("operator-ada"),
    ]
    async with open_vault(database_url) as vault:
        known = await vault.remember_many(people)
        await vault.same_person(known[0].subject_id, pupil(BPI="neppi-8731"))
        await vault.keep_text("mama belt terug")
        await vault.hold_activation(
            HeldActivation(
                entitlement_id=uuid4(), party="lr", message={"u": ECK_ID}, received_at=NOON
            )
        )
        await vault.reencrypt()
    lying_there = dump(database_url) + caplog.text + repr(people) + str(people)
    assert str(known[0].subject_id) in lying_there
    for secret in SECRETS:
        assert secret not in lying_there
        assert secret.lower() not in lying_there.lower()
        assert secret.encode().hex() not in lying_there


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("find", {"hashes": [b"1", b"2"]}),
        ("find_references", {"hashes": [b"1", b"2"]}),
        ("compare", {"subject": uuid4(), "hashes": [b"1", b"2"]}),
        ("read_references", {"ids": [uuid4(), uuid4()]}),
        ("read_texts", {"ids": [uuid4(), uuid4()]}),
        ("find_schools", {"types": ["OIE_CODE"], "values": ["09QQ"]}),
    ],
)
async def test_a_look_up_uses_an_index_even_when_planned_on_an_empty_table(
    database_url: str, name: str, given: dict[str, object]
) -> None:
    async with vault_pool(database_url, 1) as pool, pool.connection() as conn:
        await conn.execute("ANALYZE")
        cursor = await conn.execute(b"EXPLAIN " + load("vault")[name].encode(), given)
        plan = "\n".join(line for (line,) in await cursor.fetchall())
    assert "Index" in plan
    assert "Seq Scan" not in plan
