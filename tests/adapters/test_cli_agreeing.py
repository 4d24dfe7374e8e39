"""The verbs about what is agreed: rules of contracts, forecasts from files, and the report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
import pytest
from typer.testing import Result

from tests.adapters.verb_case import typed

if TYPE_CHECKING:
    from pathlib import Path

FORECASTS = """school;productId;periodFrom;periodUntil;expected;source
104A158;9789006100013;2026-08-01;2027-07-31;120;school
104A158;9789006100013;2026-08-01;2027-07-31;many;school
OIE_CODE:00AA;9789006100020;2026-08-01;2027-07-31;30;
;9789006100020;1 augustus;2027-07-31;30;
104A158;9789006100020;2026-08-01;2025-07-31;30;
"""


def _facts(url: str, topic: str) -> int:
    with psycopg.connect(url) as conn:
        query = "SELECT count(*) FROM log.stored_events WHERE topic = %s"
        return int((conn.execute(query, (topic,)).fetchone() or (0,))[0])


def test_one_rule_is_set_and_the_others_stay(database_url: str, tmp_path: Path) -> None:
    def verb(*given: str) -> Result:
        return typed(database_url, tmp_path, "contract", *given)

    assert "these are the defaults" in verb("show", "C-1").stdout
    assert verb("set", "C-1", "--release", "manual", "--reason", "pays first").exit_code == 0
    assert "taken" in verb("set", "C-1", "--on-full", "withdraw").stdout
    assert "unchanged" in verb("set", "C-1").stdout
    shown = verb("show", "C-1").stdout
    assert shown.splitlines() == ["release manual", "on full withdraw", "quantity floor above"]
    assert verb("set", "C-1", "--release", "later").exit_code == 2
    assert verb("set", "jan@school.nl", "--release", "manual").exit_code == 2
    assert _facts(database_url, "contract.rules-set") == 2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("contractId,release\nC-1,manual\nC-2,later\n", "line 3"),
        (
            json.dumps(
                [{"contractId": "C-1", "release": "manual"}, {"contractId": "C", "release": "now"}]
            ),
            "entry 2",
        ),
    ],
)
def test_contracts_from_a_file_are_judged_one_by_one(
    database_url: str, tmp_path: Path, text: str, place: str
) -> None:
    file = tmp_path / "contracts"
    file.write_text(text)
    result = typed(database_url, tmp_path, "contract", "import", str(file))
    assert result.exit_code == 1
    assert f"{place}: release must be one of" in result.output
    assert "release manual" in typed(database_url, tmp_path, "contract", "show", "C-1").stdout


def test_a_bad_line_of_a_forecast_is_named_by_number_and_field(
    database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "forecasts.csv"
    file.write_text(FORECASTS)
    result = typed(database_url, tmp_path, "forecast", "import", str(file))
    assert result.exit_code == 1
    assert "line 3: expected must be a whole number" in result.output
    assert "line 5: periodFrom must be a date, written YYYY-MM-DD" in result.output
    assert "9789006100020 from 2026-08-01: A forecast needs" in result.output
    assert "until lies before from" in result.output
    assert _facts(database_url, "forecast.given") == 2
    again = typed(database_url, tmp_path, "forecast", "import", str(file))
    assert "unchanged" in again.stdout
    assert _facts(database_url, "forecast.given") == 2


def test_a_report_of_nothing_adds_up_to_nothing(database_url: str, tmp_path: Path) -> None:
    period = ("--from", "2026-08-01", "--to", "2027-07-31")
    result = typed(database_url, tmp_path, "report", "contract", "C-1", *period)
    header, total = result.stdout.splitlines()
    assert header.startswith("line,contractId,deliveryOrderId,productId,")
    row = dict(zip(header.split(","), total.split(","), strict=True))
    assert (row["line"], row["contractId"], row["orders"]) == ("total", "C-1", "0")
    assert (row["ordered"], row["overQuantity"], row["used"]) == ("0", "0", "")
    in_json = typed(
        database_url, tmp_path, "report", "contract", "C-1", *period, "--format", "json"
    )
    assert json.loads(in_json.stdout)["totals"]["orders"] == 0
    turned = ("--from", "2027-08-01", "--to", "2027-07-31")
    assert typed(database_url, tmp_path, "report", "contract", "C-1", *turned).exit_code == 2
