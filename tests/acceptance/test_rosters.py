"""A school's roster comes from its administration, by processes, over HTTP and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.acceptance.conftest import until

if TYPE_CHECKING:
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

ADMINISTRATION = "administratie"
SCHOOL = "104A158"


async def test_a_roster_is_pulled_followed_and_told_of(
    start_chain: StartChain, database_url: str
) -> None:
    async with start_chain(others=[(ADMINISTRATION, "administration")]) as chain:
        wish = {"school": SCHOOL, "pupils": 12}
        made = await chain.sandbox(ADMINISTRATION, "POST", "schools", wish)
        follow = ("roster", "follow", SCHOOL, "--from", ADMINISTRATION, "--sector", "secondary")
        assert "followed from now on" in await chain.verb(*follow)

        async def shown() -> Any:  # noqa: ANN401 - text
            return await chain.verb("roster", "show", SCHOOL)

        await until(shown, lambda text: "version 1" in text, about="the roster is")

        async def subscribed() -> Any:  # noqa: ANN401 - JSON
            return await chain.sandbox(ADMINISTRATION, "GET", "effects")

        await until(subscribed, lambda effects: len(effects["subscribed"]) == 4)
        await chain.sandbox(ADMINISTRATION, "POST", "roster", {"school": SCHOOL, "enrol": 1})
        await until(shown, lambda text: "version 2" in text, about="the roster is")
        await chain.sandbox(ADMINISTRATION, "PUT", "behaviour", {"down": "unavailable"})
        assert "unreachable; nothing changed" in await chain.verb("roster", "pull", SCHOOL)
    _nobody_is_named(database_url, [each["user"] for each in made["pupils"]])


def _nobody_is_named(url: str, users: list[dict[str, Any]]) -> None:
    """Not in the rows of the rosters, and not in the log."""
    with psycopg.connect(url) as conn:
        rows = [
            *conn.execute("SELECT m::text FROM roster.members m").fetchall(),
            *conn.execute("SELECT m::text FROM roster.memberships m").fetchall(),
            *conn.execute("SELECT data::text FROM log.readable_events").fetchall(),
        ]
    text = "\n".join(row for (row,) in rows)
    assert len(rows) > 40
    assert not [user for user in users if user["userMasterIdentifier"] in text]
    assert "ketenid" not in text
