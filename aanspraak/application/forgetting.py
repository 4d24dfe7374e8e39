"""Forgetting a person: what still hinders it, what is asked first, and what must still arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aanspraak.domain import ids
from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.entitlement.commands import CancelEntitlement
from aanspraak.domain.entitlement.events import EntitlementEvent
from aanspraak.domain.entitlement.evolve import replay
from aanspraak.domain.entitlement.requests import INITIALIZED
from aanspraak.domain.entitlement.withdrawal_events import EntitlementCancelled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from aanspraak.domain.entitlement.state import Entitlement

FORGOTTEN: Final = "forgotten"
"""The cause of a cancellation that makes room for forgetting."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How an entitlement stands in the way of forgetting its person.

    `live`: neither cancelled nor over. `unused`: live, and never activated. `under_way`: a partner
    still has to hear something about it, for which the person must be known.
    """

    live: bool
    unused: bool
    under_way: bool


def standing(history: Sequence[object], today: date) -> Standing:
    """Judge the entitlement with these facts; `today` is the day in Europe/Amsterdam."""
    state = replay(one for one in history if isinstance(one, EntitlementEvent))
    if state is None:
        return Standing(live=False, unused=False, under_way=False)
    used = bool(state.activations)
    last = state.expiration_date if used else state.created.activation_until_date
    live = not state.cancelled and (last is None or today <= last)
    return Standing(
        live=live, unused=live and not used, under_way=_waits(state) or _links_stand(state, history)
    )


def cancel(subject_id: UUID, reason_id: UUID, now: datetime) -> CancelEntitlement:
    """What an unused entitlement of somebody who is to be forgotten is asked; twice is once."""
    return CancelEntitlement(
        cancel_id=f"{FORGOTTEN}/{ids.person_stream(subject_id)}",
        cause=FORGOTTEN,
        reason_id=reason_id,
        end_date=day_of(now),
        now=now,
    )


def _waits(state: Entitlement) -> bool:
    """A message has no outcome yet, or the registry's word on a cancellation is missing."""
    over = state.outcomes | state.given_up
    return state.withdrawal is not None or any(
        (partner, number) not in over
        for partner, last in state.numbers.items()
        for number in range(1, last + 1)
    )


def _links_stand(state: Entitlement, history: Sequence[object]) -> bool:
    """The registry has cancelled it for our sake; its portals are asked in a moment."""
    ours = any(isinstance(one, EntitlementCancelled) and one.cause == FORGOTTEN for one in history)
    return ours and any(told.url_status == INITIALIZED for told in state.told.values())
