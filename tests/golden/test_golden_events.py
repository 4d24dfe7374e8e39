"""What was stored once is readable for good: a sample of every version of every topic."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from adapters.postgres.event_codec import decode, encode, newest_version, topic_of
from adapters.postgres.event_topics import TOPICS, UPCASTS

SAMPLES = sorted(Path(__file__).parent.glob("*.json"))
NAME = re.compile(r"(?P<topic>[a-z-]+\.[a-z-]+)\.v(?P<version>\d+)\.json")


def _topic_and_version(sample: Path) -> tuple[str, int]:
    name = NAME.fullmatch(sample.name)
    assert name, f"{sample.name} is not named <topic>.v<version>.json"
    return name["topic"], int(name["version"])


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_is_read_as_the_newest_version_of_its_fact(sample: Path) -> None:
    topic, version = _topic_and_version(sample)
    envelope, fact = decode(topic, sample.read_bytes())
    assert envelope.v == version
    assert isinstance(fact, TOPICS[topic])


@pytest.mark.parametrize("topic", TOPICS)
def test_the_newest_version_is_written_as_its_sample(topic: str) -> None:
    state = (Path(__file__).parent / f"{topic}.v{newest_version(topic)}.json").read_bytes()
    envelope, fact = decode(topic, state)
    written = encode(
        fact,
        actor=envelope.actor,
        correlation_id=envelope.correlation,
        causation_id=envelope.causation,
    )
    assert topic_of(fact) == topic
    assert msgspec.json.decode(written) == msgspec.json.decode(state)


def test_no_version_of_a_topic_is_without_a_sample_and_no_sample_without_a_topic() -> None:
    versions = {(topic, n) for topic in TOPICS for n in range(1, newest_version(topic) + 1)}
    assert {_topic_and_version(sample) for sample in SAMPLES} == versions


def test_every_class_has_one_topic_and_every_upcast_a_topic() -> None:
    assert len(set(TOPICS.values())) == len(TOPICS)
    assert UPCASTS.keys() <= TOPICS.keys()


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_a_subject_and_a_past_participle(topic: str) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*", topic)
