"""Delivery API 2.0.0: a shop's delivery orders in, our confirmations out.

Defects of the published text that this file is written around:

- `Buyer` and `DeliverySpecification` are oneOfs whose branches overlap, so that a strict
  validator refuses every school: the branch is chosen by `deliveryType`.
- The enum spells `customer-user` and `customer-activatoncode` where table, schemas and Catalogue
  API say `customer-student` and `customer-activationcode`: both are taken, the latter is kept.
- `DeliveryOrderConfirmation` requires `newDeliveryOrderStatus`, which is no property:
  `newStatus` is optional.
- `endDate` is mandatory for `cancelled` by its description only; it is checked here.

What the schema cannot see (dates the wrong way round, no users, a quantity of 0, quantities that do
not add up) is read as it is: the hub refuses it by a confirmation.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, PlainValidator, ValidationInfo

from adapters.wire.delivery_specification_v2 import SPECIFICATIONS, Specification
from adapters.wire.message import (
    Day,
    DeliveryOrderStatus,
    DeliveryType,
    Few,
    Id,
    Key,
    Maybe,
    Message,
    Moment,
    broken,
)
from adapters.wire.outgoing import Outgoing
from adapters.wire.references import CustomerReference, SchoolReference, UserReference

VERSION = "2.0.0"
BASE_PATH = "/delivery/v2"

_SPELLINGS = {
    "customer-user": "customer-student",
    "customer-activatoncode": "customer-activationcode",
}


def _one_spelling(value: object) -> object:
    return _SPELLINGS.get(value, value) if isinstance(value, str) else value


def _buyer(value: object, info: ValidationInfo) -> SchoolReference | CustomerReference:
    match _branch(value, info):
        case None:
            return CustomerReference()  # the order is refused already
        case str() as kind if kind.startswith("customer-"):
            return CustomerReference.model_validate(value, context=info.context)
        case _:
            return SchoolReference.model_validate(value, context=info.context)


def _specification(value: object, info: ValidationInfo) -> Specification:
    kind = _branch(value, info)
    if kind is None:
        return Specification()  # the order is refused already
    return SPECIFICATIONS[kind].model_validate(value, context=info.context)


def _branch(value: object, info: ValidationInfo) -> str | None:
    """The deliveryType, read before this field; without it nothing can be said about the field."""
    if not isinstance(value, dict):
        broken("must be an object")
    kind: str | None = info.data.get("delivery_type")
    return kind


def _with_its_end(status: str, info: ValidationInfo) -> str:
    if status == "cancelled" and info.data.get("end_date", ...) is None:
        broken("is missing: mandatory when status is cancelled", at="endDate")
    return status


class DeliveryOrder(Message):
    """One product, one buyer, one delivery type, a period in which it may be activated.

    The fields that decide about others stand before them, where the YAML has another order.
    """

    delivery_order_id: Id
    contract_id: Maybe[Key] = None
    product_id: Key
    delivery_type: Annotated[DeliveryType, BeforeValidator(_one_spelling)]
    buyer: Annotated[SchoolReference | CustomerReference, PlainValidator(_buyer)]
    delivery_specification: Annotated[Specification, PlainValidator(_specification)]
    portals: Few[Key] = ()
    start_date: Day
    activation_until_date: Day
    end_date: Maybe[Day] = None
    status: Annotated[DeliveryOrderStatus, AfterValidator(_with_its_end)]
    date_created: Moment
    date_last_modified: Moment

    def school_of(self) -> SchoolReference | None:
        """The school the entitlements are for (the buyer may be another); none for a customer."""
        return self.delivery_specification.school_of()

    def users(self) -> tuple[UserReference, ...]:
        """The users named, in order, doubles included."""
        return self.delivery_specification.users()

    def codes(self) -> tuple[str, ...]:
        """The activation codes named, as given."""
        return self.delivery_specification.codes()


class DeliveryOrderRequest(Message):
    """A new or changed DeliveryOrder, always with its whole latest state."""

    delivery_order_reference_id: Id
    delivery_order: DeliveryOrder


class DeliveryOrderConfirmation(Outgoing, frozen=True, kw_only=True):
    """What came of a request; sent again, it has the same receive id. Moments are in UTC."""

    delivery_order_reference_id: UUID
    delivery_order_receive_id: UUID
    delivery_order_id: UUID
    product_id: str
    processed_timestamp: datetime
    success: bool
    status: int
    status_message: str | None = None
    new_status: DeliveryOrderStatus | None = None
    new_total_quantity: int | None = None
