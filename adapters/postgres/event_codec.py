"""Facts to and from plain JSON: an envelope with who, why and the version, and the data."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import datetime
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import msgspec

from adapters.postgres.event_topics import TOPICS, UPCASTS
from adapters.stopping import CannotGoOn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from adapters.postgres.event_topics import Upcast


class UnreadableFact(CannotGoOn):
    """A stored fact, or one about to be stored, is not what its topic says.

    Most often this release is older than the one that wrote it.
    """


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is stored around the data of a fact. `actor` is a key, never a name."""

    v: int
    actor: str
    correlation: str
    causation: str
    data: msgspec.Raw


def topic_of(event: object) -> str:
    """The topic a fact is stored under; raises UnreadableFact for a class that is not in TOPICS."""
    try:
        return _topics_by_class()[type(event)]
    except KeyError:
        raise UnreadableFact(f"{type(event).__qualname__} has no topic") from None


def topics_of(facts: Iterable[type]) -> list[str]:
    """The topics that facts of these classes are stored under."""
    return sorted(_topics_by_class()[cls] for cls in facts)


@cache
def newest_version(topic: str) -> int:
    """The version that is written now: one more than there are upcasts."""
    return len(UPCASTS.get(topic, ())) + 1


def encode(event: object, *, actor: str, correlation_id: str, causation_id: str) -> bytes:
    """The state to store. It is read back first: what is written once stays for good.

    Raises UnreadableFact for a value of another type than the class says, or a time without zone.
    """
    topic = topic_of(event)
    data = _ENCODER.encode(event)
    try:
        _shape_of(topic).decode(data)
    except msgspec.MsgspecError as error:
        raise UnreadableFact(f"{topic}: {error}") from error
    return _ENCODER.encode(
        Envelope(newest_version(topic), actor, correlation_id, causation_id, msgspec.Raw(data))
    )


def decode(topic: str, state: bytes) -> tuple[Envelope, object]:
    """The envelope and the fact, lifted to its newest version.

    Raises UnreadableFact for an unknown topic, version or key, and for a time without zone.
    """
    newest, fact, shape = _reading(topic)
    try:
        envelope = _ENVELOPE.decode(state)
        data: bytes | msgspec.Raw = envelope.data
        if envelope.v != newest:
            data = _lifted(topic, envelope)
        return envelope, _fact(fact, shape.decode(data))
    except msgspec.MsgspecError as error:
        raise UnreadableFact(f"{topic}: {error}") from error


def lift(data: bytes | msgspec.Raw, version: int, upcasts: Sequence[Upcast]) -> bytes:
    """The data of an old version as the newest would have it."""
    lifted: dict[str, Any] = msgspec.json.decode(data)
    for upcast in upcasts[version - 1 :]:
        lifted = upcast(lifted)
    return _ENCODER.encode(lifted)


def _lifted(topic: str, envelope: Envelope) -> bytes:
    if not 1 <= envelope.v < newest_version(topic):
        raise UnreadableFact(f"{topic}: version {envelope.v} is unknown to this release")
    return lift(envelope.data, envelope.v, UPCASTS[topic])


def _fact(cls: type, said: msgspec.Struct) -> object:
    """What was read into a shape that is strict, given to the fact as it is.

    In a dataclass msgspec lets unknown keys and times without zone pass. A fact is flat and checks
    nothing when it is made, so its fields are those of the shape: that takes two thirds of the time
    of reading it once more.
    """
    fact: object = object.__new__(cls)
    fact.__dict__.update(msgspec.structs.asdict(said))
    return fact


class _Reading(NamedTuple):
    """How facts of a topic are read: looked up once for each, as there are millions."""

    newest: int
    fact: type
    shape: msgspec.json.Decoder[Any]


@cache
def _reading(topic: str) -> _Reading:
    return _Reading(newest_version(topic), _class_of(topic), _shape_of(topic))


@cache
def _shape_of(topic: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(strict_shape(_class_of(topic)))


def _class_of(topic: str) -> type:
    try:
        return TOPICS[topic]
    except KeyError:
        raise UnreadableFact(f"topic {topic} is unknown to this release") from None


def strict_shape(annotation: Any) -> Any:  # noqa: ANN401 a type expression has no type
    """The same type, but knowing no other keys than its own and no times without zone."""
    if annotation is datetime:
        return Annotated[datetime, msgspec.Meta(tz=True)]
    if dataclasses.is_dataclass(annotation) and isinstance(annotation, type):
        hints = typing.get_type_hints(annotation)
        return msgspec.defstruct(
            annotation.__name__,
            [
                (field.name, strict_shape(hints[field.name]))
                for field in dataclasses.fields(annotation)
            ],
            forbid_unknown_fields=True,
        )
    arguments = tuple(strict_shape(argument) for argument in typing.get_args(annotation))
    if not arguments or arguments == typing.get_args(annotation):
        return annotation
    origin = typing.get_origin(annotation)
    return reduce(or_, arguments) if origin is types.UnionType else origin[arguments]


@cache
def _topics_by_class() -> dict[type, str]:
    return {cls: topic for topic, cls in TOPICS.items()}


_ENCODER = msgspec.json.Encoder()
_ENVELOPE = msgspec.json.Decoder(Envelope)
