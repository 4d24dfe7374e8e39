"""`aanspraak rebuild`, and `trace --as-of`: what they say, and how they end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from typer.testing import Result

from adapters.postgres.connection import connect
from tests.adapters.verb_case import typed
from tests.contracts.view_rows import append, follow
from tests.projections.facts import Log, Story


class Told:
    """A database with an order of two that was delivered, and the command line on it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder = folder
        log = Log()
        self.story = Story(log, users=2).delivered()
        asyncio.run(_write(url, log))

    def rebuild(self, *given: str) -> Result:
        return typed(self.url, self._folder, "rebuild", *given)

    def trace(self, *given: str) -> Result:
        return typed(self.url, self._folder, "trace", *given)

    def copies(self, *given: str) -> Result:
        return typed(self.url, self._folder, "copies", *given)

    def sql(self, query: str, *given: object) -> list[Any]:
        with psycopg.connect(self.url, autocommit=True) as conn:
            cursor = conn.execute(query.encode(), given)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def told(database_url: str, tmp_path: Path) -> Told:
    return Told(database_url, tmp_path)


async def _write(url: str, log: Log) -> None:
    async with await connect(url, "test") as conn:
        await append(conn, log.facts)
        await follow(conn)


def test_a_dry_run_of_a_view_that_is_right_ends_well(told: Told) -> None:
    result = told.rebuild("entitlement_details", "--dry-run")
    assert result.exit_code == 0
    assert "entitlement_details: no row differs" in result.stdout


def test_a_dry_run_of_a_view_that_is_wrong_says_what_and_ends_with_1(told: Told) -> None:
    told.sql("UPDATE view.entitlement_details SET status = 'blocked'")
    told.sql("UPDATE view.entitlement_details SET sides = sides - 'portal-1'")
    result = told.rebuild("entitlement_details", "--dry-run")
    assert result.exit_code == 1
    assert "0 would appear, 0 would vanish, 2 would change" in result.stdout
    assert f"changes: entitlement_id {told.story.entitlements[0]}" in result.stdout
    assert "status: blocked -> entitled" in result.stdout
    assert "sides.portal-1: null -> [" in result.stdout
    assert "sides.registry-1" not in result.stdout
    assert told.sql("SELECT DISTINCT status FROM view.entitlement_details") == [("blocked",)]


def test_the_rebuild_after_a_dry_run_goes_on_with_what_that_built(told: Told) -> None:
    told.sql("UPDATE view.entitlement_details SET status = 'blocked'")
    told.rebuild("entitlement_details", "--dry-run")
    result = told.rebuild("entitlement_details")
    assert result.exit_code == 0
    assert "2 had to change" in result.stdout
    assert "went on with what was built before; entitlement_details rebuilt" in result.stdout
    assert told.sql("SELECT DISTINCT status FROM view.entitlement_details") == [("entitled",)]
    assert "no row differs" in told.rebuild("entitlement_details", "--dry-run").stdout


def test_what_a_dry_run_left_can_be_thrown_away(told: Told) -> None:
    told.rebuild("due", "--dry-run")
    assert told.rebuild("due", "--discard").exit_code == 0
    assert told.sql("SELECT to_regclass('view.due_next')") == [(None,)]


def test_only_an_order_is_repaired(told: Told) -> None:
    told.sql("UPDATE view.delivery_order_status SET status = 'cancelled'")
    only = ("--only", "order", str(told.story.delivery_order_id))
    assert told.rebuild("delivery_order_status", *only, "--dry-run").exit_code == 1
    result = told.rebuild("delivery_order_status", *only)
    assert result.exit_code == 0
    assert "1 had to change" in result.stdout
    assert "status: cancelled -> processed" in result.stdout
    assert told.rebuild("delivery_order_status", *only, "--dry-run").exit_code == 0


def test_the_trace_shows_what_was_known_then(told: Told) -> None:
    ((position,),) = told.sql(
        "SELECT min(notification_id) FROM log.stored_events WHERE topic = 'entitlement.created'"
    )
    order = ("order", str(told.story.delivery_order_id))
    entitlement = ("entitlement", str(told.story.entitlements[0]))
    for thing in (order, entitlement):
        assert "link-placed" in told.trace(*thing).stdout
        then = told.trace(*thing, "--as-of", str(position))
        assert then.exit_code == 0
        assert f"position {position}" in then.stdout
        assert ": received" in then.stdout
        assert told.trace(*thing, "--as-of", "2001-01-01T00:00Z").exit_code == 1
        assert told.trace(*thing, "--as-of", "yesterday").exit_code == 2


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (("publisher",), 1, "who would get them again"),
        (("gateway", "--dry-run"), 1, "who would be called again"),
        (("partners", "--only", "order", str(uuid4())), 1, "can only be rebuilt whole"),
        (("due", "--only", "order", str(uuid4())), 3, "knows of it"),
        (("due", "--only", "pupil", str(uuid4())), 2, "order, entitlement, school"),
        (("due", "--only", "order", "O-1"), 2, "a UUID"),
        (("due", "--only", "school", "999Z999"), 1, "no school"),
        (("due", "--only", "order", str(uuid4()), "--processes", "2"), 2, "exclude each other"),
        (("due", "--as-of", "1"), 2, "--as-of and --into go together"),
        (("due", "--as-of", "soon", "--into", "autumn"), 2, "a past moment"),
        (("due", "--as-of", "1", "--into", "log"), 1, "is there already"),
        (("due", "--as-of", "1", "--into", "x", "--dry-run"), 2, "it has no --dry-run"),
        (("due", "--as-of", "1", "--into", "x", "--join"), 2, "exclude each other"),
        ((), 2, "name the view"),
        (("policies", "--dry-run"), 2, "by one process, in one transaction"),
    ],
)
def test_what_it_does_not_do_it_says(
    told: Told, given: tuple[str, ...], code: int, said: str
) -> None:
    result = told.rebuild(*given)
    assert result.exit_code == code
    assert said in result.stderr


def test_several_processes_build_what_one_would(told: Told) -> None:
    told.sql("UPDATE view.entitlement_details SET status = 'blocked'")
    assert told.rebuild("entitlement_details", "--processes", "2").exit_code == 0
    assert told.sql("SELECT DISTINCT status FROM view.entitlement_details") == [("entitled",)]


def test_what_the_last_comparison_came_to_is_read_without_comparing_again(told: Told) -> None:
    assert "nothing was compared yet" in told.rebuild("--report").stdout
    told.sql("UPDATE view.entitlement_details SET status = 'blocked'")
    told.rebuild("entitlement_details", "--dry-run")
    for given in (("--report",), ("entitlement_details", "--report")):
        result = told.rebuild(*given)
        assert result.exit_code == 0
        assert "0 would appear, 0 would vanish, 2 would change" in result.stdout
        assert "status: blocked -> entitled" in result.stdout
    told.rebuild("entitlement_details")
    assert "2 had to change" in told.rebuild("entitlement_details", "--report").stdout
    assert "nothing was compared yet" in told.rebuild("due", "--report").stdout


def test_a_copy_is_built_listed_read_and_dropped(told: Told) -> None:
    ((position,),) = told.sql(
        "SELECT min(notification_id) FROM log.stored_events WHERE topic = 'entitlement.created'"
    )
    view = "delivery_order_status"
    into = ("--as-of", str(position), "--into", "autumn")
    built = told.rebuild(view, *into)
    assert built.exit_code == 0
    assert f"autumn has {view} as of position {position}: 1 rows" in built.stdout
    assert view in told.copies("list").stdout
    of_contract = ("orders", "--contract", "C-1")
    assert ": link-placed" in told.trace(*of_contract).stdout
    then = told.trace(*of_contract, "--in", "autumn")
    assert f"position {position}, from autumn" in then.stdout
    assert ": received" in then.stdout
    assert told.copies("drop", "autumn").exit_code == 0
    assert told.trace(*of_contract, "--in", "autumn").exit_code == 1
    assert told.copies("drop", "autumn").exit_code == 1
    assert "there are no copies" in told.copies("list").stdout
