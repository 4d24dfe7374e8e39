"""What we must remember of a partner: its last registration and its key, to see what changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.partner.events import PartnerKeySet, PartnerRegistered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aanspraak.domain.partner.events import PartnerEvent


@dataclass(frozen=True, kw_only=True)
class Partner:
    """A registered partner; `public_key` is empty when it is called over HTTP."""

    registered: PartnerRegistered
    public_key: str = ""


def evolve(state: Partner | None, event: PartnerEvent) -> Partner:
    """The newest registration and the newest key count."""
    match event:
        case PartnerRegistered():
            return Partner(registered=event, public_key=state.public_key if state else "")
        case PartnerKeySet():
            if state is None:
                raise LookupError("history does not begin with PartnerRegistered")
            return replace(state, public_key=event.public_key)
        case _:
            assert_never(event)


def replay(history: Iterable[PartnerEvent]) -> Partner | None:
    """Fold a history."""
    state: Partner | None = None
    for event in history:
        state = evolve(state, event)
    return state
