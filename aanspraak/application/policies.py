"""The policies: this fact asks for these commands. What they count is handed in and handed back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aanspraak.application.asking import ask
from aanspraak.application.concerns import (
    Concern,
    concerns_of_entitlement,
    concerns_of_order,
    reference_reused,
)
from aanspraak.application.delivery_progress import (
    EntitlementProgress,
    OrderProgress,
    advance,
)
from aanspraak.application.school_portals import named_by, portals_now
from aanspraak.application.withdrawals import ask_withdrawal
from aanspraak.domain import ids
from aanspraak.domain.delivery_order.commands import CompleteDelivery, LicenseDeliveryOrder
from aanspraak.domain.entitlement.commands import CreateEntitlement, RequestLinks
from aanspraak.domain.entitlement.events import (
    EntitlementCreated,
    EntitlementEntitled,
    InitialActivationReported,
)
from aanspraak.domain.entitlement.withdrawal_events import EntitlementUnblocked
from aanspraak.domain.incident.commands import OpenIncident

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from aanspraak.application.handle import Submission
    from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
    from aanspraak.domain.order_users.events import UsersListed
    from aanspraak.domain.recorded import Recorded
    from aanspraak.domain.school.state import SchoolPortals

ENTITLEMENT_TYPES: Final = {
    "school-all": "school-student",
    "school-admin": "school-employee",
    "school-studies": "school-student",
    "school-subjects": "school-student",
    "school-groups": "school-student",
    "school-students": "school-student",
    "school-employees": "school-employee",
    "school-activationcodes": "school-activationcode",
    "customer-student": "customer-student",
    "customer-activationcode": "customer-activationcode",
}


ASSIGNED_BY_SCHOOL: Final = ("school-all", "school-admin")
"""The portal gets these, and the school decides who sees them: nothing has to be placed."""


_SAME_AS_ORDER: Final = (
    "delivery_order_id",
    "shop",
    "contract_id",
    "product_id",
    "bundled_products",
    "registry",
    "school_id",
    "organisation_master_identifier",
    "organisation_ids",
    "delivery_type",
    "start_date",
    "activation_until_date",
    "expiration_date",
    "lane",
)
"""What an entitlement takes from its order as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reaction:
    """What follows from a fact: the counts as they are now, and what is asked."""

    order: OrderProgress
    entitlement: EntitlementProgress
    asks: tuple[Submission, ...]
    concerns: tuple[Concern, ...]


def started(created: EntitlementCreated) -> EntitlementProgress:
    """The progress of an entitlement just created."""
    return EntitlementProgress(
        order=created.order,
        registry=created.registry,
        subject_id=created.subject_id,
        turn=created.turn,
        by_school=created.delivery_type in ASSIGNED_BY_SCHOOL,
        links=dict.fromkeys(created.portals, ""),
        school_id=created.school_id,
    )


def entitle(
    recorded: Recorded,
    order: DeliveryOrderReceived,
    users: UsersListed,
    school: SchoolPortals | None,
) -> tuple[Submission, ...]:
    """An order received asks for an entitlement for each of these users."""
    people = zip(users.subject_ids, users.user_reference_ids, strict=True)
    return tuple(
        create(recorded, order, school, subject_id, user_reference_id)
        for subject_id, user_reference_id in people
    )


def react(recorded: Recorded, entitlement: EntitlementProgress, order: OrderProgress) -> Reaction:
    """What a fact about an entitlement does to the counts, and what it asks for."""
    event = recorded.event
    after = advance(entitlement, event)
    counted = order.moved(entitlement, after)
    if isinstance(event, EntitlementCreated):
        counted = replace(counted, created=counted.created + 1)
    if isinstance(event, InitialActivationReported) and counted.first_used is None:
        counted = replace(counted, first_used=event.usage_date)
    concerns = concerns_of_entitlement(event, entitlement)
    asks = (
        *_ask_links(recorded, entitlement),
        *_ask_license(recorded, entitlement.order, order),
        *_ask_completion(recorded, entitlement.order, order, counted),
        *ask_withdrawal(recorded, after, order, counted),
        *_ask_incidents(recorded, entitlement.order, concerns),
    )
    return Reaction(order=counted, entitlement=after, asks=asks, concerns=concerns)


def react_to_order(recorded: Recorded) -> tuple[Submission, ...]:
    """What a fact about an order asks for: that somebody looks at it."""
    concerns = concerns_of_order(recorded.event)
    return tuple(_ask_incidents(recorded, recorded.stream_id, concerns))


def react_to_reuse(recorded: Recorded, shop: str) -> tuple[Submission, ...]:
    """A reference id that was used for another order before asks that somebody looks at it."""
    return tuple(_ask_incidents(recorded, recorded.stream_id, (reference_reused(shop),)))


def incident_id(concern: Concern, order: UUID) -> UUID:
    """The incident a concern belongs to: one per party, code and order."""
    return ids.incident_stream(concern.party, concern.code, str(order))


def create(
    recorded: Recorded,
    order: DeliveryOrderReceived,
    school: SchoolPortals | None,
    subject_id: UUID,
    user_reference_id: UUID,
    turn: int = 1,
) -> Submission:
    """Ask for the entitlement that a user has of an order in this turn."""
    stream_id = ids.order_stream(order.delivery_order_id)
    same = {name: getattr(order, name) for name in _SAME_AS_ORDER}
    command = CreateEntitlement(
        **same,
        order=stream_id,
        portals=portals_now(named_by(order), school),
        subject_id=subject_id,
        user_reference_id=user_reference_id,
        turn=turn,
        entitlement_type=ENTITLEMENT_TYPES[order.delivery_type],
        now=recorded.recorded_at,
    )
    return ask(recorded, ids.entitlement_id(stream_id, subject_id, turn), command)


def _ask_links(recorded: Recorded, entitlement: EntitlementProgress) -> Iterator[Submission]:
    """Ready, or in use before it was: every portal. A later expirationDate: every portal again."""
    event = recorded.event
    ready = isinstance(event, EntitlementEntitled | EntitlementUnblocked) or (
        isinstance(event, InitialActivationReported)
        and (event.expiration_moved or not entitlement.entitled)
    )
    if ready and entitlement.portals:
        command = RequestLinks(portals=entitlement.portals, now=recorded.recorded_at)
        yield ask(recorded, recorded.stream_id, command)


def _ask_license(
    recorded: Recorded, order_stream: UUID, order: OrderProgress
) -> Iterator[Submission]:
    event = recorded.event
    if isinstance(event, InitialActivationReported) and not order.in_use:
        command = LicenseDeliveryOrder(usage_date=event.usage_date, now=recorded.recorded_at)
        yield ask(recorded, order_stream, command)


def _ask_completion(
    recorded: Recorded, order_stream: UUID, before: OrderProgress, after: OrderProgress
) -> Iterator[Submission]:
    """When the last entitlement has an outcome; and again when an outcome changes after that."""
    counted = (after.settled, after.delivered, after.cancelled)
    if after.complete and counted != (before.settled, before.delivered, before.cancelled):
        yield ask(recorded, order_stream, completion(recorded, after))


def completion(recorded: Recorded, order: OrderProgress) -> CompleteDelivery:
    """The command that tells an order what was counted of it."""
    return CompleteDelivery(
        delivered=order.delivered, refused=order.refused, now=recorded.recorded_at
    )


def _ask_incidents(
    recorded: Recorded, order_stream: UUID, concerns: Sequence[Concern]
) -> Iterator[Submission]:
    about_order = recorded.stream_id == order_stream
    for concern in concerns:
        command = OpenIncident(
            party=concern.party,
            code=concern.code,
            kind=concern.kind,
            concerning=str(order_stream),
            order=order_stream,
            entitlement_id=None if about_order else recorded.stream_id,
            text_id=concern.text_id,
        )
        yield ask(recorded, incident_id(concern, order_stream), command)
