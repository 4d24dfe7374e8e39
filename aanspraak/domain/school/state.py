"""What operators decided about the portals of a school, and what that makes of those named."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.school.events import PortalAdded, PortalRemoved, PortalReplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aanspraak.domain.school.events import SchoolEvent


@dataclass(frozen=True, kw_only=True)
class SchoolPortals:
    """`added` go with every order; `instead` says what a portal that an order names became.

    None: it was removed. A portal that is not in `instead` is what it was.
    """

    added: tuple[str, ...] = ()
    instead: Mapping[str, str | None] = field(default_factory=dict)

    def of(self, named: Iterable[str]) -> tuple[str, ...]:
        """The portals of an order that names these, as they are now."""
        kept = (self.instead.get(portal, portal) for portal in named)
        return tuple(dict.fromkeys([*(one for one in kept if one is not None), *self.added]))

    def may_have(self, portal: str) -> bool:
        """Whether anything can go to this portal; that depends on what orders name."""
        where = self.instead.values()
        return portal in self.added or portal in where or portal not in self.instead


def evolve(state: SchoolPortals, event: SchoolEvent) -> SchoolPortals:
    """What the fact leaves."""
    match event:
        case PortalAdded():
            return replace(state, added=tuple(dict.fromkeys([*state.added, event.portal])))
        case PortalRemoved():
            return _moved(state, event.portal, None)
        case PortalReplaced():
            return _moved(state, event.portal, event.new_portal)
        case _:
            assert_never(event)


def replay(history: Iterable[SchoolEvent]) -> SchoolPortals:
    """Fold a history."""
    return reduce(evolve, history, SchoolPortals())


def _moved(state: SchoolPortals, portal: str, to: str | None) -> SchoolPortals:
    """Whatever was there is where `to` says; what an order will name as well."""
    instead = {one: to if now == portal else now for one, now in state.instead.items()}
    added = (to if one == portal else one for one in state.added)
    return SchoolPortals(
        added=tuple(dict.fromkeys(one for one in added if one is not None)),
        instead={portal: to, **instead},
    )
