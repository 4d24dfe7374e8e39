"""Which portals the entitlements of an order go to: what it names, and what its school decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.application.asking import ask
from aanspraak.domain.entitlement.commands import ChangePortals
from aanspraak.domain.school.state import SchoolPortals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from aanspraak.application.delivery_progress import OrderProgress
    from aanspraak.application.handle import Submission
    from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
    from aanspraak.domain.entitlement.events import EntitlementCreated
    from aanspraak.domain.recorded import Recorded

    Portals = tuple[str, ...]

BY_CODE: Final = ("school-activationcodes", "customer-activationcode")
"""The delivery types whose entitlements go to a portal only if their order names one."""


def named_by(order: DeliveryOrderReceived) -> Portals | None:
    """The portals that an order names; None: its entitlements never go to any."""
    if order.delivery_type in BY_CODE and not order.portals:
        return None
    return order.portals


def portals_now(named: Portals | None, school: SchoolPortals | None) -> Portals:
    """Where the entitlements of an order go, as far as its school has decided."""
    if named is None:
        return ()
    return school.of(named) if school else named


def change(
    recorded: Recorded, entitlement_id: UUID, named: Portals | None, school: SchoolPortals | None
) -> Submission:
    """Have an entitlement go where those of its order go now."""
    command = ChangePortals(portals=portals_now(named, school), now=recorded.recorded_at)
    return ask(recorded, entitlement_id, command)


def catch_up(
    recorded: Recorded, created: EntitlementCreated, order: OrderProgress, school: SchoolPortals
) -> Iterator[Submission]:
    """Its school decided something while it was being created."""
    wanted = portals_now(order.portals, school)
    if school != SchoolPortals() and set(created.portals) != set(wanted):
        yield change(recorded, recorded.stream_id, order.portals, school)
