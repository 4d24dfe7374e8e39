"""Folding a batch of facts into projections. What it has to read it asks for; it writes nothing.

A generator: it yields which rows it wants and is sent those that exist; and it yields what changed
as soon as that is known, so that writing one table and folding for the next go on side by side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from aanspraak.domain.recorded import Recorded
from projections.registry import (
    PROJECTIONS,
    Adding,
    Counting,
    Deriving,
    Folding,
    Key,
    Pair,
    Projection,
    Step,
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Rows of a projection that are wanted, by key."""

    projection: Folding | Adding
    keys: Sequence[Key]


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What changed in the rows of a projection: rows to write, and keys of rows that are gone."""

    projection: Projection
    written: Sequence[Any] = ()
    gone: Sequence[Key] = ()


Rows = Mapping[Key, Any] | None
Folded = Generator[Wanted | Changes, Rows, None]
Pairs = Mapping[str, Sequence[Pair]]
"""Per projection, the rows that changed: before and after."""
NO_FACTS: Final[frozenset[type]] = frozenset()


class _Steps(NamedTuple):
    """Where the steps made with facts of these classes are kept, for what adds them up."""

    about: frozenset[type]
    made: list[Step]


def fold_batch(
    facts: Sequence[Recorded], projections: Sequence[Projection] = PROJECTIONS
) -> Folded:
    """Fold facts, in the order of the log, into these projections, sources before what follows.

    Only a Wanted is to be answered, with the rows that exist.
    """
    pairs: dict[str, Sequence[Pair]] = {}
    steps: dict[str, list[Step]] = {}
    stepped = _stepped(projections)
    for projection in projections:
        if isinstance(projection, Deriving):
            change = _derive(projection, pairs)
        elif isinstance(projection, Adding):
            change = yield from _add(projection, steps)
        else:
            about = stepped.get(projection.name, NO_FACTS)
            seen = steps[projection.name] = []
            changed = yield from _fold(projection, facts, pairs, _Steps(about, seen))
            pairs[projection.name] = changed
            change = Changes(projection=projection, written=[after for _, after in changed])
        if change.written or change.gone:
            yield change


def with_sources(projection: Projection) -> tuple[Projection, ...]:
    """A projection and all it follows from, in the order in which they are folded."""
    needed = {projection.name}
    for each in reversed(PROJECTIONS):
        if each.name in needed:
            needed.update(_sources(each))
    return tuple(each for each in PROJECTIONS if each.name in needed)


def facts_of(projection: Projection) -> frozenset[type]:
    """The classes of the facts from which its rows follow."""
    needed = with_sources(projection)
    return NO_FACTS.union(*(each.about for each in needed if isinstance(each, Folding)))


def _sources(projection: Projection) -> Iterable[str]:
    if isinstance(projection, Deriving):
        return [source for source, _ in projection.sources]
    if isinstance(projection, Adding):
        return projection.sources
    return (projection.source,) if isinstance(projection, Counting) else ()


def _stepped(projections: Sequence[Projection]) -> Mapping[str, frozenset[type]]:
    """Per projection, the facts whose steps are added up by others."""
    wanted: dict[str, frozenset[type]] = {}
    for projection in projections:
        if isinstance(projection, Adding):
            for source in projection.sources:
                wanted[source] = wanted.get(source, NO_FACTS) | projection.about
    return wanted


def _fold(
    projection: Folding, facts: Sequence[Recorded], pairs: Pairs, steps: _Steps
) -> Generator[Wanted | Changes, Rows, Sequence[Pair]]:
    keyed = [
        (key, recorded)
        for recorded in facts
        if type(recorded.event) in projection.about
        for key in projection.keys(recorded)
    ]
    counted = _counted(projection, pairs)
    keys = dict.fromkeys([*(key for key, _ in keyed), *counted])
    if not keys:
        return ()
    before = (yield Wanted(projection=projection, keys=tuple(keys))) or {}
    after = dict(before)
    fold, stepped = projection.fold, steps.about
    for key, recorded in keyed:
        was = after.get(key)
        after[key] = row = fold(was, recorded)
        if row is not was and type(recorded.event) in stepped:
            steps.made.append(Step(recorded, was, row))
    if isinstance(projection, Counting):
        for key, changed in counted.items():
            after[key] = projection.count(after.get(key), key, changed)
    return [
        (had, row)
        for key, row in after.items()
        if row is not None and row != (had := before.get(key))
    ]


def _counted(projection: Folding, pairs: Pairs) -> Mapping[Key, Sequence[Pair]]:
    counted: defaultdict[Key, list[Pair]] = defaultdict(list)
    if isinstance(projection, Counting):
        for before, after in pairs[projection.source]:
            if (key := projection.counted_for(after)) is not None:
                counted[key].append((before, after))
    return counted


def _add(
    projection: Adding, steps: Mapping[str, Sequence[Step]]
) -> Generator[Wanted | Changes, Rows, Changes]:
    """The sums of this batch are made first, so that a row is read and written once."""
    sums: dict[Key, Any] = {}
    for source in projection.sources:
        for step in steps[source]:
            if type(step.recorded.event) in projection.about:
                for row in projection.additions(step):
                    key = projection.key_of(row)
                    sums[key] = projection.add(sums.get(key), row)
    if not sums:
        return Changes(projection=projection)
    rows = (yield Wanted(projection=projection, keys=tuple(sums))) or {}
    written = [projection.add(rows.get(key), row) for key, row in sums.items()]
    return Changes(projection=projection, written=written)


def _derive(projection: Deriving, pairs: Pairs) -> Changes:
    written: list[Any] = []
    gone: list[Key] = []
    for source, change in projection.sources:
        for before, after in pairs[source]:
            rows, keys = change(before, after)
            written += rows
            gone += keys
    return Changes(projection=projection, written=written, gone=gone)
