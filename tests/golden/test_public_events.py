"""What is published of a fact is as its schema says, and a schema only grows."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from adapters.kafka.event_schemas import (
    Schema,
    dashboard_schemas,
    dashboard_type,
    event_schemas,
    event_type,
    taken_away,
)
from adapters.postgres.event_codec import decode, newest_version
from adapters.postgres.event_topics import TOPICS
from projections.public_events import FOR_DASHBOARDS, dashboard_data, public_data
from tests.adapters.event_documents import DOCUMENTS, write, written

HERE = Path(__file__).parent
FORMATS = Draft202012Validator.FORMAT_CHECKER
CREATED = "aanspraak.entitlement.created.v1"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_documents_in_docs_are_those_of_the_facts(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == written(DOCUMENTS[path]()), (
        "if it is meant to change: python -m tests.adapters.event_documents"
    )


@pytest.mark.parametrize("topic", TOPICS)
def test_what_is_published_of_a_fact_is_as_its_schema_says(topic: str) -> None:
    _fits(public_data(_sample(topic)), event_schemas()["$defs"][event_type(topic)])


@pytest.mark.parametrize("topic", [one for one in TOPICS if TOPICS[one] in FOR_DASHBOARDS])
def test_what_a_dashboard_gets_of_a_fact_is_as_its_schema_says(topic: str) -> None:
    _fits(dashboard_data(_sample(topic)), dashboard_schemas()["$defs"][dashboard_type(topic)])


def test_a_dashboard_gets_no_pseudonym() -> None:
    told = {name for names in FOR_DASHBOARDS.values() for name in names}
    assert not [name for name in told if "subject" in name or "user" in name]


def _add_a_property(schema: Schema) -> None:
    schema[CREATED]["properties"]["colour"] = {"type": "string"}
    schema[CREATED]["required"].append("colour")


def _add_an_event(schema: Schema) -> None:
    schema["aanspraak.entitlement.praised.v1"] = {"properties": {}, "required": []}


def _say_it_better(schema: Schema) -> None:
    schema[CREATED]["description"] = "In other words."


@pytest.mark.parametrize("change", [_add_a_property, _add_an_event, _say_it_better])
def test_more_may_be_said_within_a_version(change: Callable[[Schema], None]) -> None:
    assert taken_away(*_before_and_after(change)) == []


def _drop_an_event(schema: Schema) -> None:
    del schema[CREATED]


def _drop_a_property(schema: Schema) -> None:
    del schema[CREATED]["properties"]["turn"]


def _leave_it_out_sometimes(schema: Schema) -> None:
    schema[CREATED]["required"].remove("turn")


def _make_it_text(schema: Schema) -> None:
    schema[CREATED]["properties"]["turn"] = {"type": "string"}


@pytest.mark.parametrize(
    "change", [_drop_an_event, _drop_a_property, _leave_it_out_sometimes, _make_it_text]
)
def test_less_or_something_else_is_not_said_within_a_version(
    change: Callable[[Schema], None], tmp_path: Path
) -> None:
    before, after = _before_and_after(change)
    assert [CREATED in missed for missed in taken_away(before, after)] == [True]
    document = tmp_path / "events.v1.json"
    assert write(document, before) == []
    assert write(document, after) == taken_away(before, after)
    assert json.loads(document.read_text()) == before


def _before_and_after(change: Callable[[Schema], None]) -> tuple[Schema, Schema]:
    before = event_schemas()
    after = copy.deepcopy(before)
    change(after["$defs"])
    return before, after


def _fits(data: dict[str, object], schema: Schema) -> None:
    sent = msgspec.json.decode(msgspec.json.encode(data))
    Draft202012Validator(schema, format_checker=FORMATS).validate(sent)
    assert sent.keys() == schema["properties"].keys()


def _sample(topic: str) -> object:
    state = (HERE / f"{topic}.v{newest_version(topic)}.json").read_bytes()
    return decode(topic, state)[1]
