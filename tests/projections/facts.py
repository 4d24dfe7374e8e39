"""Facts for tests of the read side: the log that the rules themselves write for a few orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from aanspraak.application.aggregates import aggregate_of
from aanspraak.domain import ids
from aanspraak.domain.contract_terms import NO_CONTRACT
from aanspraak.domain.delivery_order.commands import (
    CompleteDelivery,
    LicenseDeliveryOrder,
    ReceiveDeliveryOrder,
    RecordConfirmationTaken,
)
from aanspraak.domain.entitlement.commands import (
    ChangePortals,
    CreateEntitlement,
    RecordRequestTaken,
    ReportInitialActivation,
    RequestLinks,
    TakeConfirmation,
)
from aanspraak.domain.licence_period import LicencePeriod
from aanspraak.domain.product_terms import ProductTerms
from aanspraak.domain.recorded import Recorded

START = datetime(2026, 8, 1, 9, 0, tzinfo=UTC)
NAMES = UUID("00000000-0000-4000-8000-000000000000")
SCHOOL = uuid5(NAMES, "school")
SHOP, REGISTRY, PORTAL, PORTAL_B = "shop-1", "registry-1", "portal-1", "portal-2"


def named(name: str) -> UUID:
    return uuid5(NAMES, name)


@dataclass
class Log:
    """A log in memory: what is asked is decided by the real rules; a second passes per fact."""

    facts: list[Recorded] = field(default_factory=list)
    now: datetime = START
    _streams: dict[UUID, list[Recorded]] = field(default_factory=dict)

    def ask(self, stream_id: UUID, command: object, actor: str = "test") -> list[Recorded]:
        history = [recorded.event for recorded in self.of(stream_id)]
        aggregate = aggregate_of(command)
        events = aggregate.decide(command, aggregate.replay(history))
        return [self._record(stream_id, event, actor) for event in events]

    def of(self, stream_id: UUID) -> list[Recorded]:
        return self._streams.get(stream_id, [])

    def _record(self, stream_id: UUID, event: object, actor: str) -> Recorded:
        self.now += timedelta(seconds=1)
        recorded = Recorded(
            position=len(self.facts) + 1,
            stream_id=stream_id,
            version=len(self.of(stream_id)) + 1,
            recorded_at=self.now,
            actor=actor,
            correlation_id="story",
            causation_id="cause",
            event=event,
        )
        self.facts.append(recorded)
        self._streams.setdefault(stream_id, []).append(recorded)
        return recorded


@dataclass
class Story:
    """One order and its entitlements, told step by step."""

    log: Log
    name: str = "order"
    users: int = 1
    portals: tuple[str, ...] = (PORTAL,)
    school: UUID | None = SCHOOL
    contract_id: str | None = "C-1"
    until: date = date(2026, 10, 31)
    entitlement_type: str = "school-student"
    delivery_type: str = "school-students"

    @property
    def delivery_order_id(self) -> UUID:
        return named(self.name)

    @property
    def order(self) -> UUID:
        return ids.order_stream(self.delivery_order_id)

    @property
    def entitlements(self) -> Sequence[UUID]:
        return [ids.entitlement_id(self.order, subject, 1) for subject in self.subjects]

    @property
    def subjects(self) -> Sequence[UUID]:
        return [named(f"{self.name}/pupil {number}") for number in range(self.users)]

    def received(self, **changes: object) -> Story:
        command: dict[str, object] = {
            "delivery_order_id": self.delivery_order_id,
            "shop": SHOP,
            "reference_id": f"{self.name}/1",
            "contract_id": self.contract_id,
            "buyer_school_id": self.school,
            "buyer_subject_id": None,
            "product_id": "9789000000001",
            "product": TERMS,
            "delivery_type": "school-students",
            "school_id": self.school,
            "organisation_master_identifier": "100A200",
            "organisation_ids": ("OIE_CODE 00AA",),
            "users_stream": ids.users_stream(self.order, f"{self.name}/1"),
            "users_count": self.users,
            "users_digest": "digest",
            "codes_taken": (),
            "selection": (),
            "unknown_selection": (),
            "no_roster": False,
            "quantities": (),
            "total_quantity": None,
            "in_use": 0,
            "contract": NO_CONTRACT,
            "portals": self.portals,
            "unknown_portals": (),
            "start_date": date(2026, 8, 1),
            "activation_until_date": self.until,
            "end_date": None,
            "wished_status": "ordered",
            "date_created": self.log.now,
            "date_last_modified": self.log.now,
            "user_limit": 20_000,
            "small_order": 50,
            "now": self.log.now,
        }
        self.log.ask(self.order, ReceiveDeliveryOrder(**{**command, **changes}))  # type: ignore[arg-type]
        return self

    def created(self) -> Story:
        for entitlement_id, subject in self._each():
            self.log.ask(entitlement_id, self._create(subject))
        return self

    def taken(self, partner: str, number: int = 1) -> Story:
        for entitlement_id, _ in self._each():
            self.log.ask(entitlement_id, RecordRequestTaken(partner=partner, number=number))
        return self

    def entitled(self) -> Story:
        return self.confirmed(REGISTRY)

    def links_requested(self) -> Story:
        for entitlement_id, _ in self._each():
            self.log.ask(entitlement_id, RequestLinks(portals=self.portals, now=self.log.now))
        return self

    def moved_to(self, *portals: str) -> Story:
        """Its school has these portals now."""
        for entitlement_id, _ in self._each():
            self.log.ask(entitlement_id, ChangePortals(portals=portals, now=self.log.now))
        return self

    def confirmed(
        self,
        partner: str,
        number: int = 1,
        *,
        success: bool = True,
        url_status: str | None = None,
        receive_id: str = "",
    ) -> Story:
        for entitlement_id, _ in self._each():
            command = TakeConfirmation(
                partner=partner,
                reference_id=ids.request_reference(entitlement_id, partner, number),
                receive_id=receive_id or f"{partner}/{number}",
                processed_timestamp=self.log.now,
                success=success,
                status=0 if success else 4099,
                status_message_id=None,
                new_entitlement_status=None,
                portal=None,
                url_status=url_status,
            )
            self.log.ask(entitlement_id, command)
        return self

    def activated(self, only: int | None = None, **changes: object) -> Story:
        for entitlement_id, subject in list(self._each())[:only]:
            command: dict[str, object] = {
                "registry": REGISTRY,
                "user_subject_id": subject,
                "another_user": False,
                "product_id": "9789000000001",
                "usage_date": date(2026, 9, 1),
                "expiration_date": date(2027, 7, 31),
            }
            self.log.ask(entitlement_id, ReportInitialActivation(**{**command, **changes}))  # type: ignore[arg-type]
        self.log.ask(
            self.order, LicenseDeliveryOrder(usage_date=date(2026, 9, 1), now=self.log.now)
        )
        return self

    def completed(self, delivered: int, refused: int = 0) -> Story:
        command = CompleteDelivery(delivered=delivered, refused=refused, now=self.log.now)
        self.log.ask(self.order, command)
        return self

    def told(self, number: int = 1) -> Story:
        self.log.ask(self.order, RecordConfirmationTaken(number=number))
        return self

    def delivered(self) -> Story:
        """From the shop's order to the shop's confirmation, without a hitch."""
        self.received().created().taken(REGISTRY).entitled().links_requested()
        for portal in self.portals:
            self.taken(portal).confirmed(portal)
        return self.completed(self.users).told()

    def _each(self) -> Iterator[tuple[UUID, UUID]]:
        return zip(self.entitlements, self.subjects, strict=True)

    def _create(self, subject: UUID) -> CreateEntitlement:
        return CreateEntitlement(
            order=self.order,
            delivery_order_id=self.delivery_order_id,
            shop=SHOP,
            contract_id=self.contract_id,
            product_id="9789000000001",
            bundled_products=(),
            registry=REGISTRY,
            portals=self.portals,
            school_id=self.school,
            organisation_master_identifier="100A200",
            organisation_ids=("OIE_CODE 00AA",),
            subject_id=subject,
            user_reference_id=uuid5(subject, "reference"),
            turn=1,
            entitlement_type=self.entitlement_type,
            delivery_type=self.delivery_type,
            start_date=date(2026, 8, 1),
            activation_until_date=self.until,
            expiration_date=None,
            lane="prompt",
            now=self.log.now,
        )


TERMS = ProductTerms(
    product_id="9789000000001",
    registry=REGISTRY,
    kind="digital",
    status="available",
    licence_period=LicencePeriod(variant="schoolyear"),
    delivery_types=(),
    bundled_products=(),
    has_access_url=True,
)
