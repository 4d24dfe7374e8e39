"""Policies of open orders: what the roster says of them, asked of their entitlements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.application.asking import ask
from aanspraak.application.policies import create
from aanspraak.domain import ids
from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.entitlement.commands import CancelEntitlement
from aanspraak.domain.incident.commands import OpenIncident, ResolveIncident
from aanspraak.domain.incident.events import MENDED
from aanspraak.domain.status_codes import DELIVERY_OTHER, USERS_MISSING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from uuid import UUID

    from aanspraak.application.handle import Submission
    from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
    from aanspraak.domain.recorded import Recorded
    from aanspraak.domain.resolution.events import LeaversHeldBack, UsersResolved
    from aanspraak.domain.school.state import SchoolPortals

ROSTER: Final = "roster"
"""The party of what has to be looked at in a school's student administration."""
LEAVERS_HELD_BACK: Final = "leavers-held-back"
WAITING_ON_ROSTER: Final = "waiting-on-roster"
_CODES: Final = {LEAVERS_HELD_BACK: DELIVERY_OTHER, WAITING_ON_ROSTER: USERS_MISSING}


def entitle_joined(
    recorded: Recorded,
    order: DeliveryOrderReceived,
    school: SchoolPortals | None,
    resolved: UsersResolved,
) -> Iterator[Submission]:
    """An entitlement for everybody who joined, in their turn."""
    people = zip(resolved.subject_ids, resolved.user_reference_ids, resolved.turns, strict=True)
    for subject_id, user_reference_id, turn in people:
        yield create(recorded, order, school, subject_id, user_reference_id, turn)


def withdraw_left(
    recorded: Recorded, resolved: UsersResolved, not_given: Collection[UUID]
) -> Iterator[Submission]:
    """Their entitlements are cancelled, but for what was never given."""
    turns = zip(resolved.left_subject_ids, resolved.left_turns, resolved.left_causes, strict=True)
    for subject_id, turn, cause in turns:
        entitlement_id = ids.entitlement_id(resolved.order, subject_id, turn)
        if entitlement_id in not_given:
            continue
        command = CancelEntitlement(
            cancel_id=f"resolution/{recorded.version}",
            cause=cause,
            reason_id=None,
            end_date=day_of(recorded.recorded_at),
            now=recorded.recorded_at,
        )
        yield ask(recorded, entitlement_id, command)


def hold_back(recorded: Recorded, event: LeaversHeldBack) -> Submission:
    """So many would leave at once that somebody has to look at the roster."""
    command = look_at(event.order, LEAVERS_HELD_BACK)
    return ask(recorded, incident_about(event.order, LEAVERS_HELD_BACK), command)


def mended(recorded: Recorded, order: UUID, kind: str) -> Submission:
    """Nobody has to look at it any more."""
    return ask(recorded, incident_about(order, kind), ResolveIncident(cause=MENDED))


def look_at(order: UUID, kind: str) -> OpenIncident:
    """What the roster of its school means for an order, so that somebody has to look at it."""
    return OpenIncident(
        party=ROSTER, code=_CODES[kind], kind=kind, concerning=str(order), order=order
    )


def incident_about(order: UUID, kind: str) -> UUID:
    """The incident of this kind about an order."""
    return ids.incident_stream(ROSTER, _CODES[kind], str(order))
