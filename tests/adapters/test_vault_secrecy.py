"""Nothing in the database, a log or a repr tells who somebody is; look-ups use an index."""

from __future__ import annotations

import logging
from uuid import uuid4

import psycopg
import pytest

from adapters.postgres.queries import load
from adapters.postgres.vault import FreeText, HeldActivation
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


LOOK_UPS: dict[str, dict[str, object]] = {
    "find": {"hashes": [b"1", b"2"]},
    "find_references": {"hashes": [b"1", b"2"]},
    "compare": {"subject": uuid4(), "hashes": [b"1", b"2"]},
    "read_references": {"ids": [uuid4(), uuid4()]},
    "read_texts": {"ids": [uuid4(), uuid4()]},
    "find_schools": {"types": ["OIE_CODE"], "values": ["09QQ"]},
}


async def test_a_look_up_uses_an_index_even_without_statistics(database_url: str) -> None:
    async with open_vault(database_url) as vault:
        await vault.remember_many([pupil(NEPPI=str(number)) for number in range(500)])
        await vault.keep_texts([FreeText("one")] * 500)
        await vault.school_id("104A158", [("OIE_CODE", str(number)) for number in range(500)])
    with psycopg.connect(database_url) as connection:
        for name, given in LOOK_UPS.items():
            query = b"EXPLAIN " + load("vault")[name].encode()
            plan = "\n".join(line for (line,) in connection.execute(query, given).fetchall())
            assert "Index" in plan, name
            assert "Seq Scan" not in plan, name


async def test_a_look_up_planned_on_empty_tables_is_planned_again_when_they_have_grown(
    database_url: str,
) -> None:
    async with open_vault(database_url, connections=1) as vault:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("ANALYZE")
        people = [pupil(NEPPI=str(number), BPI=str(number)) for number in range(2_000)]
        for _ in range(10):
            await vault.find(people[0])
        await vault.remember_many(people)
        await vault.find_many(people)
    with psycopg.connect(database_url) as connection:
        (scanned,) = connection.execute(SCANNED).fetchone() or (None,)
    assert scanned == 0


SCANNED = """
    SELECT sum(seq_tup_read)::int FROM pg_stat_user_tables
    WHERE schemaname = 'vault' AND relname IN ('identifiers', 'person_references')
"""
