"""The AsyncAPI document is one, and whatever it points to is there."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from adapters.kafka import topics
from adapters.kafka.asyncapi import USUAL, document
from adapters.kafka.event_schemas import event_type
from adapters.kafka.records import Event
from adapters.postgres.event_topics import TOPICS
from tests.adapters.event_documents import ASYNCAPI, DOCS

OFFICIAL = Path(__file__).parents[1] / "adapters" / "asyncapi" / "3.0.0.json"
WHOLE = document()
EPOCH = datetime(2026, 8, 1, tzinfo=UTC)


def test_the_document_is_as_asyncapi_3_has_it() -> None:
    Draft7Validator(json.loads(OFFICIAL.read_text())).validate(json.loads(ASYNCAPI.read_text()))


def test_what_is_no_asyncapi_3_is_told_from_it() -> None:
    wrong = {**WHOLE, "channels": {"events": {"topic": "aanspraak.events.v1"}}}
    assert not Draft7Validator(json.loads(OFFICIAL.read_text())).is_valid(wrong)


@pytest.mark.parametrize("where", sorted({*re.findall(r'"\$ref": "([^"]+)"', json.dumps(WHOLE))}))
def test_nothing_in_the_document_points_nowhere(where: str) -> None:
    path, _, pointer = where.partition("#/")
    found: Any = json.loads((DOCS / path if path else ASYNCAPI).read_text())
    for step in pointer.split("/"):
        found = found[step]
    assert found


def test_every_fact_is_a_message_of_the_event_stream() -> None:
    assert WHOLE["channels"]["events"]["address"] == topics.events(USUAL).name
    assert [*WHOLE["channels"]["events"]["messages"]] == [event_type(topic) for topic in TOPICS]


def test_the_headers_are_those_of_a_record() -> None:
    event = Event(
        id="1",
        source="/hub",
        type="t",
        subject="s",
        time=EPOCH,
        correlation_id="c",
        causation_id="c",
    )
    described = WHOLE["components"]["schemas"]["cloudEvent"]
    assert described["required"] == [name for name, _ in event.headers({})]
