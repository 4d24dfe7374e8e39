"""How far each delivery is, counted: an order itself never hears of its entitlements."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, assert_never

from aanspraak.domain.entitlement.events import (
    EntitlementEntitled,
    InitialActivationReported,
    LinkLost,
    LinkPlaced,
    LinkRefused,
    LinkWithdrawn,
    PortalsChanged,
    RegistryRefused,
    RequestDropped,
    RequestRejected,
    RequestTaken,
)
from aanspraak.domain.entitlement.withdrawal_events import (
    BlockAsked,
    CancellationRefused,
    EntitlementCancelled,
    UnblockAsked,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

PLACED: Final = "placed"
REFUSED: Final = "refused"
DROPPED: Final = "dropped"
WITHDRAWN: Final = "withdrawn"
TAKEN: Final = "taken"
GONE: Final = "gone"
"""It was placed, and lost or taken away since."""
REMOVED: Final = "removed"
"""Its school has left the portal, and it never was there."""
LEFT: Final = "left"
"""Its school has left the portal, where it was placed."""
SET_READY: Final = 1
"""The number of the message that asks a registry to set it ready."""
_FORMER: Final = (REMOVED, LEFT)
_WAS_PLACED: Final = (PLACED, GONE, LEFT)
ORDER: Final = "order"
"""The cause of a cancellation that the whole order is asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EntitlementProgress:
    """One entitlement on its way; `links` maps each portal to its outcome, "" while none.

    `cancel_id` is the cancellation by which it was `cancelled`, or that it was `kept` from.
    `blocked`: it is to be blocked. `by_school`: a portal that took it has done its part.
    """

    order: UUID
    registry: str
    subject_id: UUID
    turn: int
    by_school: bool = False
    entitled: bool = False
    refused: bool = False
    in_use: bool = False
    blocked: bool = False
    cancelled: bool = False
    kept: bool = False
    cancel_id: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    school_id: UUID | None = None

    @property
    def portals(self) -> tuple[str, ...]:
        """Where it goes; its school may have left portals where it went before."""
        return tuple(one for one, outcome in self.links.items() if outcome not in _FORMER)

    @property
    def settled(self) -> bool:
        """It has an outcome: cancelled, refused by the registry, or every link has one."""
        if self.cancelled:
            return True
        if self.entitled or self.in_use:
            return all(self.links.values())
        return self.refused

    @property
    def delivered(self) -> bool:
        """The user can use it: ready at the registry, not refused by every portal."""
        if self.cancelled or not self.settled or not (self.entitled or self.in_use):
            return False
        outcomes = self.links.values()
        return any(each in _WAS_PLACED for each in outcomes) or REFUSED not in outcomes


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderProgress:
    """One order on its way: entitlements asked for, created so far, and outcomes counted.

    While it is being cancelled `cancel_id` names the request and `cancel_end` its endDate; `kept`
    counts what that cancellation was refused of. `first_used` is the usageDate first reported.
    `portals` are those that it names; None: its entitlements never go to any.
    """

    expected: int
    created: int = 0
    settled: int = 0
    delivered: int = 0
    in_use: int = 0
    cancelled: int = 0
    kept: int = 0
    cancel_id: str = ""
    cancel_end: date | None = None
    first_used: date | None = None
    portals: tuple[str, ...] | None = None

    @property
    def refused(self) -> int:
        """How many have an outcome that is no delivery; who was cancelled was not refused."""
        return self.settled - self.delivered - self.cancelled

    @property
    def is_withdrawn(self) -> bool:
        """Every entitlement of the order has an outcome of the cancellation under way."""
        if not self.cancel_id or self.created != self.expected:
            return False
        return self.cancelled + self.kept == self.created

    @property
    def complete(self) -> bool:
        """Every entitlement of the order has an outcome."""
        return self.settled == self.created == self.expected > 0

    def moved(self, before: EntitlementProgress, after: EntitlementProgress) -> OrderProgress:
        """Count one entitlement again."""
        if after is before:
            return self
        return replace(
            self,
            settled=self.settled + after.settled - before.settled,
            delivered=self.delivered + after.delivered - before.delivered,
            in_use=self.in_use + after.in_use - before.in_use,
            cancelled=self.cancelled + after.cancelled - before.cancelled,
            kept=self.kept + after.kept - before.kept,
        )


def advance(progress: EntitlementProgress, event: object) -> EntitlementProgress:
    """What a fact about an entitlement does to its progress; most do nothing."""
    match event:
        case EntitlementEntitled():
            return replace(progress, entitled=True)
        case RegistryRefused() if event.asked == "created":
            return replace(progress, refused=True)
        case InitialActivationReported():
            return replace(progress, in_use=True)
        case LinkPlaced() | LinkRefused() | LinkLost() | LinkWithdrawn() | PortalsChanged():
            return _links_changed(progress, event)
        case RequestTaken() if progress.by_school and not progress.links.get(event.partner):
            return _link(progress, event.partner, TAKEN)
        case RequestRejected() | RequestDropped():
            outcome = REFUSED if isinstance(event, RequestRejected) else DROPPED
            return _not_sent(progress, event, outcome)
        case EntitlementCancelled() | CancellationRefused() | BlockAsked() | UnblockAsked():
            return _taken_back(progress, event)
        case _:
            return progress


def _taken_back(
    progress: EntitlementProgress,
    event: EntitlementCancelled | CancellationRefused | BlockAsked | UnblockAsked,
) -> EntitlementProgress:
    match event:
        case EntitlementCancelled():
            return replace(progress, cancelled=True, kept=False, cancel_id=event.cancel_id)
        case CancellationRefused():
            if event.cause != ORDER:
                return progress
            return replace(progress, kept=True, cancel_id=event.cancel_id)
        case BlockAsked() | UnblockAsked():
            return replace(progress, blocked=isinstance(event, BlockAsked))
        case _:
            assert_never(event)


def _links_changed(
    progress: EntitlementProgress,
    event: LinkPlaced | LinkRefused | LinkLost | LinkWithdrawn | PortalsChanged,
) -> EntitlementProgress:
    match event:
        case PortalsChanged():
            return replace(progress, links=_moved(progress.links, event.portals))
        case LinkPlaced():
            return _link(progress, event.portal, PLACED)
        case LinkRefused():
            return _link(progress, event.portal, REFUSED)
        case LinkLost():
            return _link_gone(progress, event.portal, REFUSED)
        case LinkWithdrawn():
            return _link_gone(progress, event.portal, WITHDRAWN)
        case _:
            assert_never(event)


def _not_sent(
    progress: EntitlementProgress, event: RequestRejected | RequestDropped, outcome: str
) -> EntitlementProgress:
    """Of a registry only the request to set it ready: it may do that, and not block it."""
    if event.partner != progress.registry:
        return _link(progress, event.partner, outcome)
    if progress.entitled or event.number != SET_READY:
        return progress
    return replace(progress, refused=True)


def _moved(links: Mapping[str, str], portals: tuple[str, ...]) -> dict[str, str]:
    """What was delivered at a portal that is left was delivered all the same."""
    left = {
        portal: LEFT if outcome in _WAS_PLACED else REMOVED
        for portal, outcome in links.items()
        if portal not in portals
    }
    now = {portal: links.get(portal, REMOVED) for portal in portals}
    return {**left, **{one: "" if it in _FORMER else it for one, it in now.items()}}


def _link_gone(progress: EntitlementProgress, portal: str, outcome: str) -> EntitlementProgress:
    placed = progress.links.get(portal) in _WAS_PLACED
    return _link(progress, portal, GONE if placed else outcome)


def _link(progress: EntitlementProgress, portal: str, outcome: str) -> EntitlementProgress:
    """A link once placed is delivered: a refused refresh or a lost link reopens nothing."""
    known = progress.links.get(portal)
    if known in {None, outcome, *_FORMER} or (known in _WAS_PLACED and outcome not in _WAS_PLACED):
        return progress
    return (
        progress
        if known == outcome
        else replace(progress, links={**progress.links, portal: outcome})
    )
