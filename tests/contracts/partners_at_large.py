"""A shop, a registry and a portal with a truth of their own, who are late and repeat themselves.

They are told by the messages in the log, per entitlement in the order of their numbers; what they
answer lies in the post until it is delivered, once or twice, in any order.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, assert_never
from uuid import UUID

from aanspraak.domain.delivery_order.commands import (
    RecordConfirmationRejected,
    RecordConfirmationTaken,
)
from aanspraak.domain.delivery_order.events import ConfirmationIssued
from aanspraak.domain.entitlement.commands import (
    RecordRequestRejected,
    RecordRequestTaken,
    ReportInitialActivation,
    TakeConfirmation,
)
from aanspraak.domain.entitlement.events import (
    EntitlementCreated,
    LinkRequested,
    RegistryRequested,
)
from tests.domain.orders import NOON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aanspraak.domain.recorded import Recorded

Will = Literal["does", "refuses", "rejects"]
Message = RegistryRequested | LinkRequested | ConfirmationIssued
Answer = tuple[UUID, object]
Outcome = (
    RecordRequestTaken
    | RecordRequestRejected
    | RecordConfirmationTaken
    | RecordConfirmationRejected
)

CONFIRMED = {"created": "entitled", "cancelled": "cancelled", "blocked": "blocked"}


@dataclass(kw_only=True)
class AtRegistry:
    """What the registry itself has of an entitlement; `product_id` and `subject_id` as it heard."""

    subject_id: UUID
    product_id: str
    ready: bool = False
    cancelled: bool = False
    blocked: bool = False
    used: bool = False

    @property
    def usable(self) -> bool:
        """Its user gets in."""
        return self.ready and not self.cancelled and not self.blocked


@dataclass(kw_only=True)
class Partners:
    """What they have, what they have not heard, and what of them has not arrived.

    `waiting`: per stream and partner, messages not sent yet; `unanswered`: those pairs of which the
    last message has no outcome yet, so that the next must wait. `shown`: the same pairs, and
    whether there is a link.
    """

    registry: dict[UUID, AtRegistry] = field(default_factory=dict)
    shown: dict[tuple[UUID, str], bool] = field(default_factory=dict)
    waiting: defaultdict[tuple[UUID, str], list[Message]] = field(
        default_factory=lambda: defaultdict(list)
    )
    unanswered: set[tuple[UUID, str]] = field(default_factory=set)
    post: list[Answer] = field(default_factory=list)
    position: int = 0
    clock: datetime = NOON
    answers: int = 0

    def read(self, facts: Iterable[Recorded]) -> None:
        """What is new in the log."""
        for fact in facts:
            event, stream = fact.event, fact.stream_id
            self.position = fact.position
            match event:
                case EntitlementCreated():
                    self.registry[stream] = AtRegistry(
                        subject_id=event.subject_id, product_id=event.product_id
                    )
                case RegistryRequested():
                    self.waiting[stream, event.registry].append(event)
                case LinkRequested():
                    self.waiting[stream, event.portal].append(event)
                case ConfirmationIssued():
                    self.waiting[stream, event.shop].append(event)
                case _:
                    pass

    @property
    def sendable(self) -> list[tuple[UUID, str]]:
        """Of whom the next message may go out now."""
        return [key for key, queue in self.waiting.items() if queue and key not in self.unanswered]

    def send(self, key: tuple[UUID, str], will: Will) -> None:
        """The next message arrives, and what they say of it goes to the post."""
        message = self.waiting[key].pop(0)
        self.unanswered.add(key)
        match message:
            case RegistryRequested():
                said = self._at_registry(key, message, will)
            case LinkRequested():
                said = self._at_portal(key, message, will)
            case ConfirmationIssued():
                said = [_taken_by_shop(message, will)]
            case _:
                assert_never(message)
        self.post += [(key[0], each) for each in said]

    def arrive(self, number: int, *, twice: bool) -> Answer:
        """Take something out of the post; twice: it will come once more."""
        stream, command = answer = self.post[number]
        if not twice:
            del self.post[number]
        if isinstance(command, RecordRequestTaken | RecordRequestRejected):
            self.unanswered.discard((stream, command.partner))
        elif isinstance(command, RecordConfirmationTaken | RecordConfirmationRejected):
            self.unanswered -= {key for key in self.unanswered if key[0] == stream}
        return answer

    def use(self, stream: UUID, day: date) -> None:
        """Somebody begins to use it at the registry, which reports it some time."""
        there = self.registry[stream]
        there.used = True
        report = ReportInitialActivation(
            registry="publisher",
            user_subject_id=there.subject_id,
            another_user=False,
            product_id=there.product_id,
            usage_date=day,
            expiration_date=date(2027, 7, 31),
        )
        self.post.append((stream, report))

    def _at_registry(
        self, key: tuple[UUID, str], message: RegistryRequested, will: Will
    ) -> Sequence[object]:
        """What is in use there is not cancelled."""
        there, asked = self.registry[key[0]], message.entitlement_status
        confirmed = CONFIRMED.get(asked)
        if will == "rejects" or (will == "refuses" and confirmed is None):
            return [_rejected(key[1], message)]
        refused = will == "refuses" or (asked == "cancelled" and there.used)
        if not refused:
            there.ready = there.ready or asked in ("created", "entitled", "licensed")
            there.cancelled = asked == "cancelled"
            there.blocked = asked == "blocked"
        taken = RecordRequestTaken(partner=key[1], number=message.number)
        if confirmed is None:
            return [taken]
        return [taken, self._confirmation(key[1], message, None if refused else confirmed)]

    def _at_portal(
        self, key: tuple[UUID, str], message: LinkRequested, will: Will
    ) -> Sequence[object]:
        """A link is taken away whatever they would rather do."""
        placing = message.url_status == "initialized"
        if placing and will == "rejects":
            return [_rejected(key[1], message)]
        refused = placing and will == "refuses"
        if not refused:
            self.shown[key] = placing
        said = "processed" if placing else message.url_status
        taken = RecordRequestTaken(partner=key[1], number=message.number)
        return [taken, self._confirmation(key[1], message, None if refused else said)]

    def _confirmation(
        self, partner: str, message: RegistryRequested | LinkRequested, said: str | None
    ) -> TakeConfirmation:
        self.answers += 1
        self.clock += timedelta(minutes=1)
        of_link = isinstance(message, LinkRequested)
        return TakeConfirmation(
            partner=partner,
            reference_id=message.reference_id,
            receive_id=f"answer-{self.answers}",
            processed_timestamp=self.clock,
            success=said is not None,
            status=0 if said else 4042,
            status_message_id=None,
            new_entitlement_status=None if of_link else said,
            portal=partner if of_link else None,
            url_status=said if of_link else None,
        )


def _rejected(partner: str, message: RegistryRequested | LinkRequested) -> Outcome:
    return RecordRequestRejected(
        partner=partner, number=message.number, http_status=400, status=None
    )


def _taken_by_shop(message: ConfirmationIssued, will: Will) -> Outcome:
    if will == "does":
        return RecordConfirmationTaken(number=message.number)
    return RecordConfirmationRejected(number=message.number, http_status=400, status=None)
