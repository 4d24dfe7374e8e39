"""How far each delivery is, counted: an order itself never hears of its entitlements."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from aanspraak.domain.entitlement.events import (
    EntitlementEntitled,
    InitialActivationReported,
    LinkLost,
    LinkPlaced,
    LinkRefused,
    RegistryRefused,
    RequestDropped,
    RequestRejected,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

PLACED: Final = "placed"
REFUSED: Final = "refused"
DROPPED: Final = "dropped"


@dataclass(frozen=True, kw_only=True, slots=True)
class EntitlementProgress:
    """One entitlement on its way; `links` maps each portal to its outcome, "" while none."""

    order: UUID
    registry: str
    entitled: bool = False
    refused: bool = False
    in_use: bool = False
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """It has an outcome: refused by the registry, or every link has an outcome."""
        if self.entitled or self.in_use:
            return all(self.links.values())
        return self.refused

    @property
    def delivered(self) -> bool:
        """The user can use it: ready at the registry, not refused by every portal."""
        if not self.settled or not (self.entitled or self.in_use):
            return False
        outcomes = self.links.values()
        return PLACED in outcomes or REFUSED not in outcomes


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderProgress:
    """One order on its way: users named, users entitled so far, and outcomes counted."""

    expected: int
    created: int = 0
    settled: int = 0
    delivered: int = 0
    in_use: int = 0

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
        )


def advance(progress: EntitlementProgress, event: object) -> EntitlementProgress:
    """What a fact about an entitlement does to its progress; most do nothing."""
    match event:
        case EntitlementEntitled():
            return replace(progress, entitled=True)
        case RegistryRefused():
            return replace(progress, refused=True)
        case InitialActivationReported():
            return replace(progress, in_use=True)
        case LinkPlaced():
            return _link(progress, event.portal, PLACED)
        case LinkRefused() | LinkLost():
            return _link(progress, event.portal, REFUSED)
        case RequestRejected():
            return _not_sent(progress, event.partner, REFUSED)
        case RequestDropped():
            return _not_sent(progress, event.partner, DROPPED)
        case _:
            return progress


def _not_sent(progress: EntitlementProgress, partner: str, outcome: str) -> EntitlementProgress:
    if partner == progress.registry and not progress.entitled:
        return replace(progress, refused=True)
    return _link(progress, partner, outcome)


def _link(progress: EntitlementProgress, portal: str, outcome: str) -> EntitlementProgress:
    """A link once placed stays placed: a refused refresh or a lost link reopens no delivery."""
    if portal not in progress.links or progress.links[portal] == PLACED:
        return progress
    return replace(progress, links={**progress.links, portal: outcome})
