"""`aanspraak roster follow` and `pull`, with a sandbox administration on the other side."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession
from typer.testing import Result

from adapters.postgres import views
from adapters.postgres.connection import connect
from adapters.postgres.event_log import read_after
from adapters.postgres.follower_batch import Bookkeeper
from adapters.sandbox.options import SandboxOptions
from adapters.sandbox.running import serving
from adapters.security.issuing import new_key, write_key_set, write_private_key
from tests.adapters.verb_case import typed


@dataclass(kw_only=True)
class Terminal:
    """A command line, and the control API of an administration."""

    database: str
    folder: Path
    sandbox: str
    session: ClientSession

    async def verb(self, *given: str) -> Result:
        """Run a verb to its end, beside the administration that it calls."""
        return await asyncio.to_thread(typed, self.database, self.folder, *given)

    async def control(self, method: str, path: str, body: object) -> None:
        """Use the control API."""
        url = f"{self.sandbox}/sandbox/{path}"
        async with self.session.request(method, url, json=body, raise_for_status=True):
            pass


async def _register(terminal: Terminal) -> None:
    entry = {
        "partner": "magister",
        "role": "administration",
        "clientId": "magister",
        "url": terminal.sandbox + "/{api}",
        "tokenUrl": terminal.sandbox + "/oauth2/token",
    }
    file = terminal.folder / "partners.json"
    file.write_text(json.dumps([entry]))
    assert (await terminal.verb("partner", "import", str(file))).exit_code == 0
    await _fold_views(terminal)
    given = await terminal.verb("consent", "give", "25PW", "magister", "--confirmed")
    assert given.exit_code == 0, given.output
    await _fold_views(terminal)


async def _fold_views(terminal: Terminal) -> None:
    """As the follower of the projections does."""
    async with await connect(terminal.database, "test") as conn:
        books = Bookkeeper(
            name=views.NAME,
            schema=views.SCHEMA,
            handle=views.follower(terminal.database).handle,
            dead_letters=None,
        )
        position = await books.read_bookmark(conn)
        while facts := await read_after(conn, position):
            position = await books.advance(conn, position, facts)


@pytest.fixture
async def terminal(database_url: str, tmp_path: Path) -> AsyncIterator[Terminal]:
    """Give a terminal of a hub that knows an administration with one school."""

    async def token_source() -> str:
        return "none"

    key = new_key()
    write_private_key(tmp_path / "client.json", key)
    write_key_set(tmp_path / "keys.json", key)
    options = SandboxOptions(
        name="magister", hub_url="http://127.0.0.1:9", token_source=token_source
    )
    async with serving("administration", options) as url, ClientSession() as session:
        made = Terminal(database=database_url, folder=tmp_path, sandbox=url, session=session)
        await _register(made)
        await made.control("POST", "schools", {"school": "25PW", "pupils": 5, "employees": 2})
        yield made


async def test_a_school_is_followed_and_pulled_at_the_terminal(terminal: Terminal) -> None:
    follow = ("roster", "follow", "25PW", "--from", "magister", "--sector", "secondary")
    assert "followed from now on" in (await terminal.verb(*follow)).stdout
    assert "unchanged" in (await terminal.verb(*follow)).stdout
    pulled = await terminal.verb("roster", "pull", "25PW")
    assert "version 1: 7 members, 7 joined, 0 left" in pulled.stdout
    shown = (await terminal.verb("roster", "show", "25PW")).stdout
    assert "from magister (secondary), version 1" in shown


async def test_a_pull_that_fails_says_why_and_changes_nothing(terminal: Terminal) -> None:
    await terminal.verb("roster", "follow", "25PW", "--from", "magister", "--sector", "primary")
    await terminal.verb("roster", "pull", "25PW")
    await terminal.control("POST", "roster", {"school": "25PW", "answers": "refused"})
    failed = await terminal.verb("roster", "pull", "25PW")
    assert failed.exit_code == 3
    assert "magister: refused; nothing changed" in failed.output
    shown = (await terminal.verb("roster", "show", "25PW")).stdout
    assert "failing: refused, 1 times in a row" in shown
    assert "version 1" in shown


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        (("follow", "25PW", "--from", "nobody", "--sector", "primary"), 1, "no administration"),
        (("follow", "25PW", "--from", "magister", "--sector", "vocational"), 1, "there is none"),
        (("follow", "X:1", "--from", "magister", "--sector", "primary"), 2, "OIE_CODE"),
        (("pull", "25PW"), 1, "25PW is not followed"),
        (("pull", "30XY"), 1, "no school 30XY is known"),
    ],
)
async def test_what_cannot_be(
    terminal: Terminal, given: tuple[str, ...], code: int, message: str
) -> None:
    result = await terminal.verb("roster", *given)
    assert result.exit_code == code
    assert message in result.output
