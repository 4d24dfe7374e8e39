"""Delivery orders as a shop writes them, of made-up people; same numbers, same people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha512
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class Order:
    """One order; it becomes a DeliveryOrderRequest (Delivery API 2.0.0) with `request`."""

    product_id: str
    delivery_type: str
    specification: dict[str, object]
    buyer: dict[str, object]
    portals: Sequence[str] = ()
    start_date: str = "2026-08-01"
    activation_until_date: str = "2027-07-31"
    contract_id: str | None = None
    delivery_order_id: UUID = field(default_factory=uuid4)
    reference_id: UUID = field(default_factory=uuid4)

    def again(self, **changes: object) -> dict[str, object]:
        """A later request about the same order, under a reference id of its own."""
        message = self.request()
        order = message["deliveryOrder"]
        if isinstance(order, dict):
            order |= changes
        return {**message, "deliveryOrderReferenceId": str(uuid4())}

    def request(self, status: str = "ordered") -> dict[str, object]:
        """The message, as JSON."""
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        order: dict[str, object] = {
            "deliveryOrderId": str(self.delivery_order_id),
            "buyer": self.buyer,
            "productId": self.product_id,
            "deliveryType": self.delivery_type,
            "deliverySpecification": self.specification,
            "portals": list(self.portals),
            "startDate": self.start_date,
            "activationUntilDate": self.activation_until_date,
            "status": status,
            "dateCreated": now,
            "dateLastModified": now,
        }
        if self.contract_id is not None:
            order["contractId"] = self.contract_id
        return {"deliveryOrderReferenceId": str(self.reference_id), "deliveryOrder": order}


def eck_id(number: int) -> str:
    """The ECK iD of a made-up pupil."""
    return f"https://ketenid.nl/201703/{sha512(f'pupil {number}'.encode()).hexdigest()}"


def school(master: str) -> dict[str, object]:
    """A SchoolReference."""
    return {"organisationMasterIdentifier": master}


def student_order(
    master: str,
    product_id: str,
    pupils: range,
    *,
    portals: Sequence[str] = (),
    contract_id: str | None = None,
    reference_id: UUID | None = None,
) -> Order:
    """A school orders for these pupils."""
    return Order(
        product_id=product_id,
        delivery_type="school-students",
        specification={
            "school": school(master),
            "students": [{"userMasterIdentifier": eck_id(number)} for number in pupils],
        },
        buyer=school(master),
        portals=portals,
        contract_id=contract_id,
        reference_id=reference_id or uuid4(),
    )


def open_order(
    master: str,
    product_id: str,
    delivery_type: str = "school-all",
    *,
    total_quantity: int | None = None,
    portals: Sequence[str] = (),
    **selection: object,
) -> Order:
    """A school orders for whoever its roster says, of the study years, subjects or groups given."""
    quantity = {} if total_quantity is None else {"totalQuantity": total_quantity}
    return Order(
        product_id=product_id,
        delivery_type=delivery_type,
        specification={"school": school(master), **selection, **quantity},
        buyer=school(master),
        portals=portals,
    )


def employee_order(
    master: str, product_id: str, names: Sequence[str], *, portals: Sequence[str] = ()
) -> Order:
    """A school orders for employees, who have no ECK iD of students."""
    employees = [{"userIds": [{"userId": name, "userIdType": "NEPPI"}]} for name in names]
    return Order(
        product_id=product_id,
        delivery_type="school-employees",
        specification={"school": school(master), "employees": employees},
        buyer=school(master),
        portals=portals,
    )


def code_order(master: str, product_id: str, codes: Sequence[str]) -> Order:
    """A school orders for whoever holds these codes."""
    return Order(
        product_id=product_id,
        delivery_type="school-activationcodes",
        specification={"school": school(master), "activationCodes": list(codes)},
        buyer=school(master),
    )


def customer_order(product_id: str, pupil: int, *, portals: Sequence[str] = ()) -> Order:
    """A parent orders for a pupil; in the spelling of the published enum."""
    return Order(
        product_id=product_id,
        delivery_type="customer-user",
        specification={"student": {"userMasterIdentifier": eck_id(pupil)}},
        buyer={"displayName": "Een ouder", "email": "ouder@example.org"},
        portals=portals,
    )


def product(product_id: str, registry: str, title: str, **fields: object) -> dict[str, object]:
    """A product as `aanspraak catalogue import` reads it."""
    return {
        "productId": product_id,
        "registry": registry,
        "name": title,
        "type": "digital",
        "status": "available",
        "licensePeriod": {"licenseVariant": "schoolyear"},
        "defaultAccessUrl": f"https://leermiddel.example/{product_id}",
        **fields,
    }
