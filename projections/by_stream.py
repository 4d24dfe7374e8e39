"""Folding whole streams, one after the other: how rows are built anew, without reading any row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final
from uuid import UUID

from aanspraak.domain.recorded import Recorded
from projections.registry import (
    PROJECTIONS,
    Adding,
    Counting,
    Deriving,
    Folding,
    Key,
    Projection,
    Step,
)

PREFIX_BYTES: Final = 6
"""What the ids of an order and its entitlements have in common (aanspraak.domain.ids)."""


class CannotFold(Exception):
    """A fact cannot be folded; says which and into what."""


class ByStream:
    """Facts in, in the order of streams and versions; the rows of a projection out, each once.

    An order is complete when a stream follows that does not lie beside it; only then its row is.
    Of sums over many streams each call gives a share of its own: who puts the rows away adds up.
    """

    def __init__(self, projection: Projection) -> None:
        self._projection = projection
        self._folds = _folded_for(projection)
        self._stream: UUID | None = None
        self._rows: dict[str, Any] = {}
        self._orders: dict[Key, Any] = {}
        self._uncounted: dict[Key, list[Any]] = {}
        self._adding = projection if isinstance(projection, Adding) else None
        self._additions: list[Any] = []
        self._shares: list[Any] = []

    def add(self, facts: Iterable[Recorded]) -> Iterator[Any]:
        """The rows that are complete when these facts are folded too."""
        for recorded in facts:
            if recorded.stream_id != self._stream:
                yield from self._end_of_stream(recorded.stream_id)
                self._stream = recorded.stream_id
            try:
                self._fold(recorded)
            except Exception as error:
                raise CannotFold(
                    f"the fact at position {recorded.position} cannot be folded into"
                    f" {self._projection.name}: {type(error).__name__}"
                ) from error
        yield from self._summed()

    def finish(self) -> Iterator[Any]:
        """The rows that were waiting for more facts."""
        yield from self._end_of_stream(None)
        yield from self._summed()

    def _fold(self, recorded: Recorded) -> None:
        for fold in self._folds:
            if type(recorded.event) in fold.about:
                had = self._rows.get(fold.name)
                row = fold.fold(had, recorded)
                if row is not None:
                    self._rows[fold.name] = row
                if self._adding is not None and row is not had:
                    self._step(self._adding, Step(recorded, had, row))

    def _step(self, adding: Adding, step: Step) -> None:
        """Kept apart until the stream ends: whoever goes on without this folds it again."""
        if type(step.recorded.event) in adding.about:
            self._additions += adding.additions(step)

    @property
    def unfinished(self) -> UUID | None:
        """The first stream that has to be folded again by whoever goes on without this."""
        if self._stream is None or not isinstance(self._projection, Counting):
            return self._stream
        return UUID(bytes=self._stream.bytes[:PREFIX_BYTES] + bytes(16 - PREFIX_BYTES))

    def _end_of_stream(self, following: UUID | None) -> Iterator[Any]:
        rows, self._rows = self._rows, {}
        projection = self._projection
        if isinstance(projection, Deriving):
            for source, change in projection.sources:
                if source in rows:
                    yield from change(None, rows[source])[0]
        elif isinstance(projection, Counting):
            self._collect(projection, rows)
            if not _beside(self._stream, following):
                yield from self._counted(projection)
        elif isinstance(projection, Adding):
            self._shares += self._additions
            self._additions.clear()
        else:
            yield from rows.values()

    def _summed(self) -> Iterator[Any]:
        if self._adding is not None:
            yield from self._adding.added_up(self._shares)
            self._shares.clear()

    def _collect(self, projection: Counting, rows: dict[str, Any]) -> None:
        if (own := rows.get(projection.name)) is not None:
            (key,) = projection.by_key([own])
            self._orders[key] = own
        source = rows.get(projection.source)
        if source is not None and (counted := projection.counted_for(source)) is not None:
            self._uncounted.setdefault(counted, []).append(source)

    def _counted(self, projection: Counting) -> Iterator[Any]:
        orders, self._orders = self._orders, {}
        uncounted, self._uncounted = self._uncounted, {}
        for key, sources in uncounted.items():
            pairs = [(None, source) for source in sources]
            orders[key] = projection.count(orders.get(key), key, pairs)
        yield from orders.values()


def can_fold(projection: Projection) -> bool:
    """Whether rows follow from one stream, or streams beside each other, or are sums over those."""
    return all(fold.by_stream for fold in _folded_for(projection))


def _folded_for(projection: Projection) -> tuple[Folding, ...]:
    """The projections that are folded fact by fact on the way to this one."""
    if isinstance(projection, Deriving):
        names = {source for source, _ in projection.sources}
    elif isinstance(projection, Adding):
        names = set(projection.sources)
    elif isinstance(projection, Counting):
        names = {projection.name, projection.source}
    else:
        names = {projection.name}
    return tuple(each for each in PROJECTIONS if isinstance(each, Folding) and each.name in names)


def _beside(one: UUID | None, other: UUID | None) -> bool:
    if one is None or other is None:
        return False
    return one.bytes[:PREFIX_BYTES] == other.bytes[:PREFIX_BYTES]
