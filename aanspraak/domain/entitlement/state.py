"""What we must remember of an Entitlement in order to decide, and no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from aanspraak.domain.entitlement.events import EntitlementCreated
    from aanspraak.domain.entitlement.withdrawal_events import BlockAsked, CancellationAsked

REGISTRY: Final = "registry"
LINK: Final = "link"


class EntitlementStatus(Enum):
    """The status of an entitlement (Entitlement API 1.1.0)."""

    CREATED = "created"
    ENTITLED = "entitled"
    LICENSED = "licensed"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Request:
    """A message to a partner that awaits, or had, its confirmation.

    `asked` is the status it carried: an entitlementStatus on the side of the registry, a urlStatus
    on that of a link. `answer` is what was confirmed, "" while nothing came; `answered_at` when it
    took effect there.
    """

    partner: str
    side: Literal["registry", "link"]
    number: int
    asked: str
    answer: str = ""
    answered_at: datetime | None = None
    receive_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a portal was last asked, and when: urlStatus, and the expirationDate with it."""

    url_status: str
    expiration_date: date | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Activation:
    """What makes an InitialActivation the same one."""

    user_subject_id: UUID
    product_id: str
    usage_date: date
    expiration_date: date


@dataclass(frozen=True, kw_only=True)
class Entitlement:
    """An entitlement as the rules see it.

    `at_registry` is the last request there. `withdrawal` is a cancellation under way, `block` a
    block that is wanted; `blocked` that the registry did it, `unblocking` the number of the message
    that undoes it. `portals` are those of its order or, once it changed them, of its school.
    `refused_cancels` are the cancellations that did not come to be,
    `to_restore` that the registry heard of one. `told` is per portal; `numbers` the last message
    number per partner; `outcomes` the numbers per partner that have one, `rejected` those of them
    that were a 4xx.
    """

    created: EntitlementCreated
    portals: tuple[str, ...]
    ready: bool = False
    expiration_date: date | None
    activations: frozenset[Activation] = frozenset()
    withdrawal: CancellationAsked | None = None
    refused_cancels: frozenset[str] = frozenset()
    to_restore: bool = False
    cancelled: bool = False
    block: BlockAsked | None = None
    blocked: bool = False
    unblock_wanted: bool = False
    unblocking: int = 0
    requests: Mapping[UUID, Request] = field(default_factory=dict)
    at_registry: UUID | None = None
    told: Mapping[str, Told] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    outcomes: frozenset[tuple[str, int]] = frozenset()
    rejected: frozenset[tuple[str, int]] = frozenset()
    given_up: frozenset[tuple[str, int]] = frozenset()

    @property
    def status(self) -> EntitlementStatus:
        """Its entitlementStatus now; what is under way has not happened yet."""
        if self.cancelled:
            return EntitlementStatus.CANCELLED
        return EntitlementStatus.BLOCKED if self.blocked else self.former_status

    @property
    def former_status(self) -> EntitlementStatus:
        """What it would be if nobody had blocked or cancelled it."""
        if self.activations:
            return EntitlementStatus.LICENSED
        return EntitlementStatus.ENTITLED if self.ready else EntitlementStatus.CREATED
