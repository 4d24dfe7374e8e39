"""What an operator does about what waits, from the command line."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from psycopg import AsyncConnection
from typer.testing import Result

from aanspraak.domain import ids
from adapters.postgres import flows, parked
from adapters.postgres.attempts import Attempt, add_attempts, attempts_of, open_answer
from adapters.postgres.connection import connect
from adapters.postgres.dead_letters import AskedLetters, DeadLetterTable, dead_letters
from adapters.postgres.event_log import read_after, read_many
from adapters.postgres.group_commit import commit_group
from adapters.postgres.parked import GAVE_UP, UNREACHABLE, Parked
from tests.adapters.vault_case import NOON, keys, open_vault, pupil
from tests.adapters.verb_case import typed
from tests.contracts.asking import append_raw, submission
from tests.contracts.messaging import message
from tests.domain.catalogue import PORTAL

PARTNER = "portal-a"
KNOWN = """
INSERT INTO view.partners
    (partner, role, title, client_id, url, token_url, scope, usage_url, activation_codes_url,
     consent_url, public_key)
VALUES ('portal-a', 'portal', 'Portaal', 'a', 'https://a.example', 'https://a.example/token', '',
    '', '', '', '')
"""
LATER = "2099-08-24T12:00"
WHY = ("--reason", "as agreed by telephone")


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await connect(database_url, "test") as connection:
        await connection.execute(KNOWN)
        yield connection


async def test_what_is_parked_is_shown_and_sent_again(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    order = uuid4()
    given_up = Parked(
        message=replace(message(1), key=ids.order_stream(order)),
        reason=GAVE_UP,
        attempts=5,
        error="http-500",
    )
    waiting = Parked(message=message(2), reason=UNREACHABLE, attempts=1)
    await parked.park(conn, [waiting, given_up], NOON)
    shown = await _verb(database_url, "channel", "parked", PARTNER)
    assert shown.exit_code == 0, shown.output
    lines = [line.split() for line in shown.output.splitlines()]
    assert lines[1] == [PARTNER, str(given_up.message.key), "1", "gave_up", "5", "http-500"]
    assert lines[2] == [PARTNER, str(waiting.message.key), "1", "unreachable", "1"]
    assert "portal-a: 1 gave_up" in shown.output
    counted = await _verb(database_url, "send-again", "--order", str(order))
    assert "1 message would go again" in counted.output


async def test_a_partner_is_paused_until_a_moment_and_resumed(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await commit_group(conn, [submission(ids.partner_stream(PARTNER), PORTAL)])
    paused = await _verb(database_url, "channel", "pause", PARTNER, "--until", LATER, *WHY)
    assert paused.output == "portal-a is paused until 2099-08-24 12:00:00\n"
    flow = await flows.read_flow(conn, PARTNER)
    assert flow.paused_until is not None
    assert flow.paused_until.isoformat() == "2099-08-24T10:00:00+00:00"
    assert flow.paused_reason_id is not None
    await _verb(database_url, "channel", "pause", PARTNER, *WHY)
    assert (await flows.read_flow(conn, PARTNER)).paused_until is None
    other = "somebody-else"
    resume = ("channel", "resume", PARTNER, *WHY)
    resumed = await _verb(database_url, *resume, LOGNAME=other, USER=other)
    assert "it was paused since" in resumed.output
    assert (await flows.read_flow(conn, PARTNER)).paused_at is None
    stream = ids.partner_stream(PARTNER)
    facts = (await read_many(conn, [stream]))[stream]
    assert [type(one.event).__name__ for one in facts[1:]] == [
        "PartnerPaused",
        "PartnerPaused",
        "PartnerResumed",
    ]
    (actor,) = {one.actor for one in facts[1:]}  # whatever the environment calls them
    assert actor.startswith("operator:")


@pytest.mark.parametrize(
    ("exit_code", "given"),
    [
        (1, ("channel", "parked", "nobody")),
        (1, ("send-again", "--partner", "nobody")),
        (1, ("channel", "pause", "nobody", *WHY)),
        (1, ("channel", "resume", "nobody", *WHY)),
        (2, ("channel", "pause", PARTNER, "--until", "2020-01-01T12:00", *WHY)),
        (2, ("channel", "pause", PARTNER, "--until", "soon", *WHY)),
        (2, ("channel", "pause", PARTNER, "--reason", " ")),
        (1, ("dead-letters", "retry", "policies", "1", *WHY)),
        (1, ("dead-letters", "skip", "policies", "1", *WHY)),
        (1, ("dead-letters", "show", "policies", "1")),
        (1, ("dead-letters", "retry-all", "--yes", *WHY)),
        (2, ("dead-letters", "retry-all", "--yes")),
    ],
)
async def test_what_cannot_be_done_says_so(
    conn: AsyncConnection[Any], database_url: str, exit_code: int, given: tuple[str, ...]
) -> None:
    result = await _verb(database_url, *given)
    assert result.exit_code == exit_code, result.output
    assert result.output


async def test_what_was_decided_about_a_fact_is_on_record(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    assert (await _verb(database_url, "dead-letters")).output == "no fact lies aside\n"
    await append_raw(conn, [uuid4(), uuid4()], [0, 0])
    table = DeadLetterTable("policies")
    for recorded in await read_after(conn, 0):
        await table.lay_aside(conn, recorded, LookupError())
    shown = await _verb(database_url, "dead-letters")
    assert "LookupError" in shown.output
    assert "incident.opened" in shown.output
    first = await _verb(database_url, "dead-letters", "show", "policies", "1")
    assert '"kind"' in first.output
    counted = await _verb(database_url, "dead-letters", "retry-all", "--kind", "LookupError")
    assert "2 would be handled again" in counted.output
    again = await _verb(database_url, "dead-letters", "retry", "policies", "1", *WHY)
    assert again.exit_code == 0
    skipped = await _verb(database_url, "dead-letters", "skip", "policies", "2", *WHY)
    assert skipped.output == "1 skipped\n"
    one, two = await dead_letters(conn, AskedLetters(settled=True))
    assert (one.status, two.status) == ("again", "skipped")
    assert one.decided_by == two.decided_by
    assert str(one.decided_by).startswith("operator:")
    assert await table.again(conn) == 1
    assert "skipped" not in (await _verb(database_url, "dead-letters")).output
    assert "skipped" in (await _verb(database_url, "dead-letters", "--all")).output
    stream = ids.dead_letter_stream("policies", 2)
    (fact,) = (await read_many(conn, [stream]))[stream]
    assert type(fact.event).__name__ == "DeadLetterSkipped"
    assert fact.actor == two.decided_by


async def test_everything_moves_to_the_newest_keys(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    old, new = keys(), keys(hashing=(2,), encryption=(2,))
    async with open_vault(database_url, old) as vault:
        (known,) = await vault.remember_many([pupil(NEPPI="1")])
    said = Attempt(at=NOON, message=message(1), outcome="rejected", answer=b"no such school")
    await add_attempts(conn, old.cipher, [said])
    refused = await _verb(database_url, "vault", "reencrypt", numbers=(2,))
    assert refused.exit_code == 3, refused.output
    done = await _verb(database_url, "vault", "reencrypt", "--batch", "1", numbers=(1, 2))
    assert "2 rows and 1 answers of partners rewritten" in done.output
    async with open_vault(database_url, new) as vault:
        assert await vault.find(pupil(NEPPI="1")) == known.subject_id
    (row,) = await attempts_of(conn, [said.message.key])
    assert open_answer(new.cipher, row) == said.answer


async def _verb(
    url: str, *given: str, numbers: tuple[int, ...] = (1,), **environment: str
) -> Result:
    """Run a verb in a thread, for it has an event loop of its own; with the keys of vault_case."""
    hashing = ", ".join(f'"{number}": "{f"{number:02x}" * 32}"' for number in numbers)
    encryption = ", ".join(f'"{number}": "{f"{number + 100:02x}" * 32}"' for number in numbers)
    vault = {
        "AANSPRAAK_VAULT_HASH_KEYS": f"{{{hashing}}}",
        "AANSPRAAK_VAULT_ENCRYPTION_KEYS": f"{{{encryption}}}",
    }
    return await to_thread(typed, url, Path(), *given, **vault, **environment)
