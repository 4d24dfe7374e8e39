"""Notices reach a webhook and a mailbox: signed, grouped, once, and again when they did not."""

from __future__ import annotations

import asyncio
from email import message_from_string, policy
from typing import TYPE_CHECKING, Any

import pytest

from aanspraak.domain import ids
from aanspraak.domain.incident.commands import OpenIncident
from adapters.notices.target import NotDelivered
from adapters.postgres import notices
from adapters.postgres.connection import connect
from adapters.postgres.event_log import read_after
from projections.notice_rules import message_of
from projections.notices import TEST, trial
from tests.adapters.notice_case import LADDER, MINUTE, SECRET, hook, mailbox, telling
from tests.adapters.verb_case import typed
from tests.contracts.view_rows import append
from tests.domain.catalogue import PORTAL
from tests.projections.facts import Log

if TYPE_CHECKING:
    from pathlib import Path

    from psycopg import AsyncConnection

pytestmark = pytest.mark.anyio


@pytest.fixture
async def conn(database_url: str) -> Any:  # noqa: ANN401 - anyio's generator
    """Give a connection to an empty hub."""
    async with await connect(database_url, "test") as opened:
        yield opened


async def _incidents(conn: AsyncConnection[Any], *parties: str) -> None:
    log = Log()
    for party in parties:
        command = OpenIncident(party=party, code=4099, kind="link-refused", concerning=party)
        log.ask(ids.incident_stream(party, 4099, party), command)
    await append(conn, log.facts)


async def test_incidents_go_to_a_webhook_together_signed_and_once(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    async with hook() as receiver:
        case = telling(conn, database_url, receiver.target())
        await _incidents(conn, "portaal", "uitgever")
        await case.tell()
        assert receiver.taken == []
        await case.after(2 * MINUTE)
        await case.after(2 * MINUTE)
        ((_, said),) = receiver.taken
    assert (said["type"], said["data"]["count"]) == ("aanspraak.notice.incident", 2)
    assert said["data"]["title"] == "2 new incidents"
    first = said["data"]["notices"][0]
    assert (first["about"], first["what"], first["code"]) == ("portaal", "link-refused", 4099)
    assert first["incidentId"] == str(ids.incident_stream("portaal", 4099, "portaal"))


async def test_what_did_not_get_there_comes_again_with_the_same_id_until_it_is_given_up(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    async with hook() as receiver:
        receiver.status = 503
        case = telling(conn, database_url, receiver.target())
        await _incidents(conn, "portaal")
        await case.tell()
        await case.after(2 * MINUTE)
        receiver.status = 204
        await case.tell()
        assert receiver.taken == []
        await case.after(LADDER[0])
        ((message_id, _),) = receiver.taken
        await _incidents(conn, "uitgever")
        receiver.status = 301
        for _ in range(6):
            await case.after(LADDER[-1])
        receiver.status = 204
        await case.after(10 * MINUTE)
        assert [each for each, _ in receiver.taken] == [message_id]
        assert await _came_of_it(conn) == [(2, None), (len(LADDER) + 1, "http-301")]
        assert await notices.try_again(conn, case.clock.at) == 1
        await case.tell()
        assert [said["data"]["count"] for _, said in receiver.taken] == [1, 1]
    assert await _came_of_it(conn) == [(2, None), (1, None)]


async def _came_of_it(conn: AsyncConnection[Any]) -> list[tuple[Any, ...]]:
    query = "SELECT attempts, error FROM channel.notice_deliveries ORDER BY made_at"
    return await (await conn.execute(query)).fetchall()


async def test_a_mailbox_gets_them_in_dutch_with_an_id_that_stays(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    async with mailbox() as box:
        box.answer = "452 full"
        case = telling(conn, database_url, box.target())
        await _incidents(conn, "portaal", "uitgever")
        await case.tell()
        await case.after(2 * MINUTE)
        box.answer = "250 OK"
        await case.after(LADDER[0])
    (kept,) = box.kept
    mail = message_from_string(kept, policy=policy.default)
    assert mail["Subject"] == "[aanspraak] 2 nieuwe incidenten"
    assert mail["To"] == "wacht@distributor.example"
    assert str(mail["Message-ID"]).endswith("@distributor.example>")
    assert "portaal weigerde de link" in mail.get_content()


async def test_one_receiver_that_is_away_is_no_reason_not_to_tell_the_other(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    async with mailbox() as box, hook() as receiver:
        nobody = receiver.target()
        case = telling(conn, database_url, nobody, box.target())
        receiver.status = 500
        await _incidents(conn, "portaal")
        await case.tell()
        await case.after(2 * MINUTE)
    assert (len(receiver.taken), len(box.kept)) == (0, 1)
    with pytest.raises(NotDelivered, match="no-connection"):
        await nobody.deliver(message_of(TEST, [trial(case.clock.at)]), case.clock.at)


async def test_that_a_partner_is_away_and_back_is_a_fact_and_told(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    log = Log()
    log.ask(ids.partner_stream(PORTAL.partner), PORTAL)
    await append(conn, log.facts)
    async with hook() as receiver:
        case = telling(conn, database_url, receiver.target())
        await conn.execute(
            "INSERT INTO channel.flows (partner, unreachable_since) VALUES (%s, %s), ('x', now())",
            (PORTAL.partner, case.clock.at),
        )
        await case.tell()
        await case.after(2 * MINUTE)
        await conn.execute("UPDATE channel.flows SET unreachable_since = NULL")
        await case.tell()
        await case.after(2 * MINUTE)
        told = [said["data"]["title"] for _, said in receiver.taken]
    assert told == ["portal-a cannot be reached", "portal-a can be reached again"]
    kinds = [type(fact.event).__name__ for fact in await read_after(conn, 0)]
    assert kinds == ["PartnerRegistered", "PartnerUnreachable", "PartnerReachable"]


async def test_a_follower_that_stands_or_laid_facts_aside_is_told_once(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await conn.execute("INSERT INTO policy.bookmarks (name, position) VALUES ('policies', 0)")
    async with hook() as receiver:
        case = telling(conn, database_url, receiver.target())
        await _incidents(conn, "portaal")
        await case.tell()
        for _ in range(4):
            await case.after(5 * MINUTE)
        await conn.execute(
            "INSERT INTO channel.dead_letter (follower, position, stream_id, topic, reason)"
            " SELECT 'publisher', n, gen_random_uuid(), 'x', why"
            " FROM (VALUES (4, 'KeyError'), (5, 'behind')) AS l (n, why)"
        )
        for _ in range(3):
            await case.after(2 * MINUTE)
        told = {said["data"]["title"] for _, said in receiver.taken[1:]}
    assert len(receiver.taken) == 3
    assert told == {
        "the follower policies does not move; 1 facts wait",
        "the follower publisher could not handle 1 facts (aanspraak dead-letters)",
    }


async def test_what_happened_before_there_were_notices_is_told_to_nobody(
    conn: AsyncConnection[Any],
) -> None:
    cursor = await conn.execute("SELECT position FROM channel.bookmarks WHERE name = 'notices'")
    assert await cursor.fetchone() == (0,)


async def test_the_verb_sends_one_and_says_what_came_of_it(
    database_url: str, tmp_path: Path
) -> None:
    async def notify(**settings: str) -> Any:  # noqa: ANN401 - typer's result
        given = ("notify", "--test")
        return await asyncio.to_thread(typed, database_url, tmp_path, *given, **settings)

    nobody = await notify()
    assert (nobody.exit_code, "no address is configured" in nobody.output) == (1, True)
    async with hook() as receiver:
        receiver.judges_age = True
        address = {
            "AANSPRAAK_NOTICE_WEBHOOK_URL": receiver.url,
            "AANSPRAAK_NOTICE_WEBHOOK_SECRET": SECRET,
        }
        good = await notify(**address)
        assert (good.exit_code, good.output) == (0, "webhook: delivered\n")
        receiver.status = 410
        gone = await notify(**address)
        assert (gone.exit_code, "webhook: http-410" in gone.output) == (3, True)
        ((_, said),) = receiver.taken
    assert said["type"] == "aanspraak.notice.test"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"AANSPRAAK_NOTICE_WEBHOOK_URL": "https://x.example"}, "NOTICE_WEBHOOK_SECRET"),
        ({"AANSPRAAK_NOTICE_WEBHOOK_SECRET": "whsec_c2hvcnQ="}, "24 to 64 bytes"),
        ({"AANSPRAAK_NOTICE_MAIL_TO": '["a@b.example"]'}, "NOTICE_SMTP_HOST"),
        ({"AANSPRAAK_NOTICE_QUIET_HOURS": "22-7"}, "NOTICE_QUIET_HOURS"),
    ],
)
def test_half_an_address_is_refused_at_the_start(
    database_url: str, tmp_path: Path, given: dict[str, str], word: str
) -> None:
    result = typed(database_url, tmp_path, "notify", "--test", **given)
    assert (result.exit_code, word in result.output) == (3, True)
