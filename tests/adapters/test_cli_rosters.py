"""`aanspraak roster import`: the good lines count, and a bad one is named by number and field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
import pytest
from typer.testing import Result

from tests.adapters.verb_case import typed

if TYPE_CHECKING:
    from pathlib import Path

ECK_ID = "https://ketenid.nl/201703/" + "0123456789abcdef" * 8
CSV = f"""kind;userMasterIdentifier;ASI;studies;groups;roles;beginDate;endDate
student;{ECK_ID};12345;havo-1|nt;1a;;2026-08-01;2027-08-01
student;;12346;havo-1;1b;;;
student;;;havo-1;1b;;;
student;;12347;havo-1;1b;;1 augustus;
employee;;900;;1a;applicatiebeheerder;;
"""


def _import(url: str, folder: Path, text: str, *given: str) -> Result:
    file = folder / "roster"
    file.write_text(text)
    return typed(url, folder, "roster", "import", str(file), *given)


def test_a_bad_line_is_named_and_the_good_ones_count(database_url: str, tmp_path: Path) -> None:
    result = _import(database_url, tmp_path, CSV, "--school", "25PW")
    assert result.exit_code == 1
    assert "line 4: the message needs userMasterIdentifier or userIds" in result.output
    assert "line 5: beginDate must be a date, written YYYY-MM-DD" in result.output
    assert "3 lines taken, 2 not" in result.output
    shown = typed(database_url, tmp_path, "roster", "show", "25PW").stdout
    assert "from files, version 1" in shown
    with psycopg.connect(database_url) as conn:
        (facts,) = conn.execute(
            "SELECT count(*) FROM log.stored_events WHERE topic = 'roster.taken'"
        ).fetchone() or (0,)
    assert facts == 1


def test_no_identifier_gets_into_the_roster_or_the_log(database_url: str, tmp_path: Path) -> None:
    _import(database_url, tmp_path, CSV, "--school", "25PW")
    with psycopg.connect(database_url) as conn:
        rows = [
            *conn.execute("SELECT m::text FROM roster.members m").fetchall(),
            *conn.execute("SELECT m::text FROM roster.memberships m").fetchall(),
            *conn.execute("SELECT convert_from(state, 'UTF8') FROM log.stored_events").fetchall(),
        ]
    assert len(rows) > 10
    assert not [text for (text,) in rows if "12345" in text or "ketenid" in text]


def test_each_school_of_a_file_is_a_take_of_its_own(database_url: str, tmp_path: Path) -> None:
    entries = [
        {"school": "DD_ID:77", "userMasterIdentifier": ECK_ID, "studies": ["mbo-3"]},
        {"school": "30XY", "userIds": [{"userId": "1", "userIdType": "ASI"}]},
    ]
    result = _import(database_url, tmp_path, json.dumps(entries))
    assert result.exit_code == 0
    assert "DD_ID:77" in result.stdout
    assert "30XY" in result.stdout
    shown = typed(database_url, tmp_path, "roster", "show", "DD_ID:77").stdout
    assert "study" in shown


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({}, "line 1: the message needs userMasterIdentifier or userIds"),
        ({"userMasterIdentifier": ECK_ID, "school": "XX:1"}, "line 1: school is not one"),
        ({"userMasterIdentifier": ECK_ID, "kind": "parent"}, "line 1: kind must be one of"),
        (
            {"userMasterIdentifier": ECK_ID, "beginDate": "2026-08-01", "endDate": "2026-08-01"},
            "line 1: endDate must lie after beginDate",
        ),
        ({"userMasterIdentifier": ECK_ID, "roles": ["leraar"]}, "line 1: roles belong to emp"),
        ({"userMasterIdentifier": ECK_ID, "studies": "havo-1"}, "line 1: studies must be a list"),
        (3, "line 1: the message must be an object"),
    ],
)
def test_what_is_wrong_with_a_line(
    database_url: str, tmp_path: Path, line: object, problem: str
) -> None:
    result = _import(database_url, tmp_path, json.dumps([line]), "--school", "25PW")
    assert result.exit_code == 1
    assert problem in result.output
    assert ECK_ID not in result.output


def test_a_line_of_no_school_does_not_count(database_url: str, tmp_path: Path) -> None:
    result = _import(database_url, tmp_path, json.dumps([{"userMasterIdentifier": ECK_ID}]))
    assert "line 1: school is missing" in result.output


def test_a_column_that_nobody_knows_is_wrong_use(database_url: str, tmp_path: Path) -> None:
    result = _import(database_url, tmp_path, "school,ASI,study\n25PW,1,havo-1\n")
    assert result.exit_code == 2
    assert "line 1: no such column: study" in result.output


def test_a_roster_of_a_school_nobody_knows_is_refused(database_url: str, tmp_path: Path) -> None:
    result = typed(database_url, tmp_path, "roster", "show", "99ZZ")
    assert result.exit_code == 1
    assert "no school 99ZZ is known" in result.output
