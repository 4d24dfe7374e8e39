"""What a registry or portal received, and what came of it: each reference id has one effect."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from adapters.sandbox.messages import InitialActivation
    from adapters.wire.entitlement_v1 import Entitlement


@dataclass(slots=True)
class Effect:
    """A request as it was processed, once. Holds no identifier of a person."""

    reference_id: UUID
    entitlement_id: UUID
    delivery_order_id: UUID | None
    product_id: str
    asked: str
    became: str | None
    """The status confirmed, `refused`, or None: no confirmation is due."""
    content: int
    """The hash of the message: the same message comes with the same."""
    receipts: int = 1
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    confirmed_at: datetime | None = None
    """When the hub took the confirmation for the first time."""
    confirmation: bytes | None = None


@dataclass(slots=True)
class Standing:
    """An entitlement as this partner has it: the latest request, what it became, any first use."""

    entitlement: Entitlement
    became: str
    activated: bool = False
    use: InitialActivation | None = None
    """The first use, reported to the hub or not."""


class Ledger:
    """Effects by reference id, standings by entitlement; in memory, and gone with the process."""

    def __init__(self) -> None:
        self.effects: dict[UUID, Effect] = {}
        self.standings: dict[UUID, Standing] = {}
        self.changed_repeats = 0
        self._asked: Counter[tuple[UUID, str]] = Counter()

    def known(self, reference_id: UUID, content: int) -> Effect | None:
        """The effect this request had before, if it did; counts the receipt."""
        effect = self.effects.get(reference_id)
        if effect is not None:
            effect.receipts += 1
            self.changed_repeats += effect.content != content
        return effect

    def enter(self, effect: Effect, entitlement: Entitlement) -> None:
        """Write down a request that was processed; a refused one leaves things as they were."""
        self.effects[effect.reference_id] = effect
        self._asked[effect.entitlement_id, effect.asked] += 1
        became = effect.became or effect.asked
        standing = self.standings.get(effect.entitlement_id)
        if standing is None:
            self.standings[effect.entitlement_id] = Standing(entitlement, became)
        elif became != REFUSED:
            standing.entitlement, standing.became = entitlement, became

    def totals(self) -> dict[str, object]:
        """The counts a test or a summary asks for; a double effect is one thing asked twice."""
        effects = self.effects.values()
        receipts = sum(effect.receipts for effect in effects)
        confirmed = (effect for effect in effects if effect.confirmed_at is not None)
        return {
            "receipts": receipts,
            "effects": len(effects),
            "repeats": receipts - len(effects),
            "changedRepeats": self.changed_repeats,
            "doubleEffects": sum(number - 1 for number in self._asked.values()),
            "entitlements": len(self.standings),
            "asked": Counter(effect.asked for effect in effects),
            "confirmed": Counter(effect.became for effect in confirmed),
            "activated": sum(standing.activated for standing in self.standings.values()),
        }

    def received(self, entitlement_id: str | None, limit: int) -> Iterator[dict[str, object]]:
        """The latest effects first, of one entitlement or of all."""
        for effect in reversed(self.effects.values()):
            if limit <= 0:
                return
            if entitlement_id in {None, str(effect.entitlement_id)}:
                limit -= 1
                yield _shown(effect)


REFUSED = "refused"


def _shown(effect: Effect) -> dict[str, object]:
    return {
        "referenceId": effect.reference_id,
        "entitlementId": effect.entitlement_id,
        "deliveryOrderId": effect.delivery_order_id,
        "productId": effect.product_id,
        "asked": effect.asked,
        "became": effect.became,
        "receipts": effect.receipts,
        "at": effect.at,
        "confirmedAt": effect.confirmed_at,
    }
