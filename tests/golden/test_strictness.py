"""A fact that is not exactly what its topic says is neither written nor read."""

from __future__ import annotations

from dataclasses import is_dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from aanspraak.domain.entitlement.events import LinkPlaced
from adapters.postgres.event_codec import UnreadableFact, decode, encode, lift
from adapters.postgres.event_topics import TOPICS

TOPIC = "entitlement.link-placed"
SAMPLE = (Path(__file__).parent / f"{TOPIC}.v1.json").read_bytes()
ENVELOPE: dict[str, Any] = msgspec.json.decode(SAMPLE)


def _with(**data: object) -> bytes:
    return msgspec.json.encode({**ENVELOPE, "data": {**ENVELOPE["data"], **data}})


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(UnreadableFact, match="unknown field `surprise`"):
        decode(TOPIC, _with(surprise=1))


def test_an_unknown_key_of_the_envelope_is_an_error() -> None:
    with pytest.raises(UnreadableFact, match="unknown field `surprise`"):
        decode(TOPIC, msgspec.json.encode({**ENVELOPE, "surprise": 1}))


def test_a_missing_key_is_an_error() -> None:
    data = {key: value for key, value in ENVELOPE["data"].items() if key != "portal"}
    with pytest.raises(UnreadableFact, match="missing required field `portal`"):
        decode(TOPIC, msgspec.json.encode({**ENVELOPE, "data": data}))


def test_a_time_without_a_zone_is_an_error() -> None:
    with pytest.raises(UnreadableFact, match="timezone component"):
        decode(TOPIC, _with(processed_timestamp="2026-08-01T09:00:00"))


@pytest.mark.parametrize("portal", [None, 1, ["leerportaal"]])
def test_a_value_of_another_type_is_an_error(portal: object) -> None:
    with pytest.raises(UnreadableFact, match="Expected `str`"):
        decode(TOPIC, _with(portal=portal))


@pytest.mark.parametrize("version", [0, 2, -1])
def test_an_unknown_version_is_an_error(version: int) -> None:
    with pytest.raises(UnreadableFact, match=f"version {version} is unknown to this release"):
        decode(TOPIC, msgspec.json.encode({**ENVELOPE, "v": version}))


def test_an_unknown_topic_is_an_error() -> None:
    with pytest.raises(UnreadableFact, match=r"topic entitlement\.vanished is unknown"):
        decode("entitlement.vanished", SAMPLE)


def test_what_is_no_json_is_an_error() -> None:
    with pytest.raises(UnreadableFact):
        decode(TOPIC, b"\xff")


def test_a_time_without_a_zone_is_not_written() -> None:
    naive = datetime(2026, 8, 1, 9)  # noqa: DTZ001 the point of this test
    with pytest.raises(UnreadableFact, match="timezone component"):
        _encode(replace(_fact(), processed_timestamp=naive))


def test_a_value_of_another_type_is_not_written() -> None:
    with pytest.raises(UnreadableFact, match="Expected `str`"):
        _encode(replace(_fact(), portal=None))  # type: ignore[arg-type]


def test_what_has_no_topic_is_not_written() -> None:
    with pytest.raises(UnreadableFact, match="str has no topic"):
        _encode("hello")


def test_what_is_written_is_read_back_as_it_was() -> None:
    envelope, fact = decode(TOPIC, _encode(_fact()))
    assert fact == _fact()
    assert (envelope.actor, envelope.correlation, envelope.causation) == ("who", "story", "cause")


def test_an_old_version_is_lifted_step_by_step() -> None:
    upcasts = (lambda data: {**data, "b": data["a"]}, lambda data: {**data, "c": data["b"]})
    assert lift(b'{"a":1}', 1, upcasts) == b'{"a":1,"b":1,"c":1}'
    assert lift(b'{"a":1,"b":2}', 2, upcasts) == b'{"a":1,"b":2,"c":2}'


def _fact() -> LinkPlaced:
    _, fact = decode(TOPIC, SAMPLE)
    assert isinstance(fact, LinkPlaced)
    return fact


def _encode(fact: object) -> bytes:
    return encode(fact, actor="who", correlation_id="story", causation_id="cause")


@pytest.mark.parametrize("cls", TOPICS.values(), ids=lambda cls: cls.__name__)
def test_a_fact_is_flat_and_does_nothing_when_it_is_made(cls: type) -> None:
    hints = get_type_hints(cls).values()
    parts = [part for hint in hints for part in (hint, *get_args(hint))]
    assert not any(map(is_dataclass, parts))
    assert not hasattr(cls, "__post_init__")
    assert not hasattr(cls, "__slots__")
