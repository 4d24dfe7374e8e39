"""What we must remember of a partner: registration, key, pause, and whether it is away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.partner.events import (
    PartnerKeySet,
    PartnerPaused,
    PartnerReachable,
    PartnerRegistered,
    PartnerResumed,
    PartnerUnreachable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aanspraak.domain.partner.events import PartnerEvent


@dataclass(frozen=True, kw_only=True)
class Partner:
    """A registered partner; `public_key` is empty when it is called over HTTP.

    `unreachable_since` (UTC) is None while it is there.
    """

    registered: PartnerRegistered
    public_key: str = ""
    paused: PartnerPaused | None = None
    unreachable_since: datetime | None = None


def evolve(state: Partner | None, event: PartnerEvent) -> Partner:
    """The newest registration, the newest key and the newest pause count."""
    match event:
        case PartnerRegistered():
            return replace(state, registered=event) if state else Partner(registered=event)
        case PartnerKeySet():
            return replace(_existing(state), public_key=event.public_key)
        case PartnerPaused():
            return replace(_existing(state), paused=event)
        case PartnerResumed():
            return replace(_existing(state), paused=None)
        case PartnerUnreachable():
            return replace(_existing(state), unreachable_since=event.since)
        case PartnerReachable():
            return replace(_existing(state), unreachable_since=None)
        case _:
            assert_never(event)


def replay(history: Iterable[PartnerEvent]) -> Partner | None:
    """Fold a history."""
    state: Partner | None = None
    for event in history:
        state = evolve(state, event)
    return state


def _existing(state: Partner | None) -> Partner:
    if state is None:
        raise LookupError("history does not begin with PartnerRegistered")
    return state
