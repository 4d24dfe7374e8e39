"""What became of a product: its listings one after the other, as the fields that changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from aanspraak.domain.product.events import ProductDescribed, ProductListed, ProductMissed
from aanspraak.domain.recorded import Recorded

LISTED: Final = "listed"
DESCRIBED: Final = "described"
MISSED: Final = "missed"
_NOTHING: Final = (None, ())


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A field (by our name) before and after; None or () where nothing was said."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One fact: when, by whom (a key), what kind, and what it changed."""

    at: datetime
    actor: str
    kind: str
    changes: tuple[Change, ...]


def history_of(facts: Iterable[Recorded]) -> Iterator[Entry]:
    """The facts of a product's stream as entries, in their order."""
    known: dict[str, dict[str, object]] = {}
    for recorded in facts:
        kind, said = _said(recorded.event)
        before = known.get(kind, {})
        known[kind] = said
        yield Entry(
            at=recorded.recorded_at,
            actor=recorded.actor,
            kind=kind,
            changes=tuple(
                Change(field=field, before=before.get(field), after=after)
                for field, after in said.items()
                if _differs(before.get(field), after)
            ),
        )


def _differs(before: object, after: object) -> bool:
    return before != after and not (before in _NOTHING and after in _NOTHING)


def _said(event: object) -> tuple[str, dict[str, object]]:
    match event:
        case ProductListed():
            return LISTED, _without_id(asdict(event))
        case ProductDescribed():
            return DESCRIBED, _without_id(asdict(event))
        case ProductMissed():
            return MISSED, {}
        case _:
            raise TypeError(event)


def _without_id(said: dict[str, object]) -> dict[str, object]:
    return {field: value for field, value in said.items() if field != "product_id"}
