"""The JSON Schemas of what is published, made of the facts themselves.

One document per audience and major version, with a definition per type of event.
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any, Final

import msgspec

from adapters.postgres.event_codec import strict_shape
from adapters.postgres.event_topics import TOPICS
from projections.public_events import FOR_DASHBOARDS, VERSION, public_fields, public_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def event_type(topic: str) -> str:
    """The type of a CloudEvent for the distributor's own systems, from the topic of its fact."""
    return f"aanspraak.{topic}.v{VERSION}"


def dashboard_type(topic: str) -> str:
    """The type of a CloudEvent for dashboards, which says less."""
    return f"aanspraak.dashboard.{topic}.v{VERSION}"


def event_schemas() -> Schema:
    """What the distributor's own systems read: a definition for every fact there is."""
    described = {event_type(topic): (fact, public_fields(fact)) for topic, fact in TOPICS.items()}
    return _document("The facts of the hub, for the distributor's own systems", described)


def dashboard_schemas() -> Schema:
    """What a dashboard reads of the schools that consent."""
    described = {
        dashboard_type(topic): (fact, FOR_DASHBOARDS[fact])
        for topic, fact in TOPICS.items()
        if fact in FOR_DASHBOARDS
    }
    return _document("The facts about a school, for a dashboard that it consented to", described)


def taken_away(before: Schema, after: Schema) -> list[str]:
    """What readers of one document miss in another of the same major version; none: it only adds.

    A type of event goes or changes, a property goes, changes or is not always there any more.
    """
    missed = []
    for name, was in before["$defs"].items():
        now = after["$defs"].get(name)
        if now is None:
            missed.append(name)
            continue
        missed += [f"{name}: {what}" for what in _taken_from(was, now)]
    return missed


def _taken_from(was: Schema, now: Schema) -> list[str]:
    gone = [each for each in was["properties"] if was["properties"][each] != _property(now, each)]
    uncertain = [each for each in was["required"] if each not in now["required"]]
    return sorted({*gone, *uncertain})


def _property(schema: Schema, name: str) -> object:
    return schema["properties"].get(name)


def _document(title: str, described: Mapping[str, tuple[type, Sequence[str]]]) -> Schema:
    definitions = {name: _schema(*said) for name, said in described.items()}
    return {"$schema": DIALECT, "title": f"{title}, version {VERSION}", "$defs": definitions}


def _schema(fact: type, names: Sequence[str]) -> Schema:
    """Unknown properties are allowed: there may be more of them in the next release."""
    hints = typing.get_type_hints(fact)
    said = [(public_name(each), strict_shape(hints[each])) for each in names]
    _, made = msgspec.json.schema_components([msgspec.defstruct(fact.__name__, said)])
    schema: Schema = made[fact.__name__]
    first_sentences, _, _ = (fact.__doc__ or "").partition("\n\n")
    return {
        "description": " ".join(first_sentences.split()),
        "type": "object",
        "properties": schema["properties"],
        "required": schema["required"],
    }
