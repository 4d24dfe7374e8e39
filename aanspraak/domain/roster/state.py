"""What we must remember of a roster in order to decide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.roster.events import RosterFollowed, RosterTakeFailed, RosterTaken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aanspraak.domain.roster.events import RosterEvent


@dataclass(frozen=True, kw_only=True)
class Roster:
    """`failing` is the reason why it cannot be taken; none when the last take succeeded."""

    provider: str | None = None
    sector: str | None = None
    version: int = 0
    failing: str | None = None


def evolve(state: Roster, event: RosterEvent) -> Roster:
    """What the fact leaves."""
    match event:
        case RosterFollowed():
            return replace(state, provider=event.provider, sector=event.sector)
        case RosterTaken():
            return replace(state, version=event.version, failing=None)
        case RosterTakeFailed():
            return replace(state, failing=event.reason)
        case _:
            assert_never(event)


def replay(history: Iterable[RosterEvent]) -> Roster:
    """Fold a history."""
    return reduce(evolve, history, Roster())
