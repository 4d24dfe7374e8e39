"""Log lines are JSON, carry the correlation id and never a person; metrics follow the rule."""

from __future__ import annotations

import io
import json
import logging
import re
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from adapters import telemetry
from adapters.telemetry import REDACTED, configure_logging, correlated, metrics, redact

if TYPE_CHECKING:
    from collections.abc import Iterator

HEX = "0123456789abcdef" * 8
ECK_ID = f"https://ketenid.nl/201703/{HEX}"
PEOPLE = [ECK_ID, HEX, "https%3A%2F%2Fketenid.nl%2F201703%2Fab", "noor@school.example.org"]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers, root.level
    stream = io.StringIO()
    configure_logging("info", stream)
    yield stream
    structlog.reset_defaults()
    root.handlers, root.level = before


def test_what_a_library_tells_of_every_connection_is_not_repeated(lines: io.StringIO) -> None:
    logging.getLogger("kafka.net").info("connected")
    logging.getLogger("kafka.net").error("connection refused")
    logging.getLogger("asyncio").error("something else")
    assert [line["event"] for line in _written(lines)] == ["something else"]


def test_a_log_line_is_one_json_object_with_the_story_it_belongs_to(lines: io.StringIO) -> None:
    with correlated("c-1"):
        structlog.get_logger("gateway").info("exchange.refused", partner="pearl", number=2)
    (line,) = _written(lines)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "exchange.refused",
        "logger": "gateway",
        "level": "info",
        "correlation_id": "c-1",
        "partner": "pearl",
        "number": 2,
    }


def test_the_correlation_id_ends_with_its_block(lines: io.StringIO) -> None:
    with correlated("c-1"):
        pass
    structlog.get_logger("gateway").info("exchange.refused")
    assert "correlation_id" not in _written(lines)[0]


def test_lines_below_the_level_are_not_written(lines: io.StringIO) -> None:
    structlog.get_logger("gateway").debug("exchange.refused")
    assert not lines.getvalue()


@pytest.mark.parametrize("person", PEOPLE)
def test_no_person_gets_into_a_log_line(lines: io.StringIO, person: str) -> None:
    log = structlog.get_logger("gateway")
    log.warning("attempt.failed", answer=f"unknown {person}, sorry", deep={person: [(person,)]})
    logging.getLogger("uvicorn.error").warning("a library saw %s", person)
    try:
        int(person)
    except ValueError:
        log.exception("process.failed")
    assert lines.getvalue().count(REDACTED) >= 4
    assert person not in lines.getvalue()


@given(before=st.text(), person=st.sampled_from(PEOPLE), after=st.text())
def test_no_surrounding_text_hides_a_person(before: str, person: str, after: str) -> None:
    redacted = redact(None, "info", {"text": f"{before} {person} {after}"})["text"]
    assert person not in redacted
    assert REDACTED in redacted


def test_what_is_no_person_stays_as_it_is() -> None:
    fields = {"stream": "5d1f6f5e-8a53-5c0e-9b0a-3d6c1a0f7e21", "n": 3, "sha256": "ab" * 32}
    assert redact(None, "info", dict(fields)) == fields


def test_every_log_event_is_a_dotted_name_with_its_subject_first() -> None:
    assert not [n for n in telemetry.LOG_EVENTS if not re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", n)]


def test_every_metric_is_ours_by_name_and_ends_in_its_unit() -> None:
    exposed = {line.split()[2] for line in metrics().decode().splitlines() if "# TYPE" in line}
    assert {name for name in exposed if not name.endswith("_created")} == {
        "aanspraak_follower_lag_events",
        "aanspraak_follower_lag_seconds",
        "aanspraak_oldest_open_exchange_seconds",
        "aanspraak_code_stock_codes",
        "aanspraak_inbound_lag_records",
        "aanspraak_inbound_missed_records_total",
        "aanspraak_missing_messages",
        "aanspraak_oldest_waiting_seconds",
        "aanspraak_refusals_total",
        "aanspraak_conflicts_retried_total",
        "aanspraak_facts_total",
        "aanspraak_http_request_duration_seconds",
        "aanspraak_partner_paused",
        "aanspraak_partner_requests_total",
    }


def _written(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]
