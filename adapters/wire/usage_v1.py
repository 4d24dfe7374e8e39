"""Usage API 1.0.0: a registry tells that somebody took a product into use, and how it is used.

There is no reference id and no confirmation of an activation in this API: the 202 is the only
answer. What a registry answers when it is asked is read entry by entry; the totals beside the
entries are not read, they follow from them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from adapters.wire.message import Code, Day, EntitlementType, Id, Key, Maybe, Message, Whole
from adapters.wire.references import SchoolReference, UserReference

VERSION = "1.0.0"
BASE_PATH = "/usage/v1"

UsageStatus = Literal["entitled", "licensed", "cancelled", "blocked"]
"""How an entitlement stands at its registry."""


class InitialActivation(Message):
    """A first use; `product_id` may be one of the bundle, `user` did it (also with a code)."""

    entitlement_id: Id
    product_id: Key
    entitlement_type: EntitlementType
    school: Maybe[SchoolReference] = None
    user: UserReference
    activation_code: Maybe[Code] = None
    usage_date: Day
    usage_type: Literal["initial-activation", "unique-usage", "weekly-usage", "monthly-usage"]
    expiration_date: Day


def _named(value: object) -> object:
    """Somebody who was forgotten there may be an empty reference: nobody."""
    return None if value == {} else value


class Use(Message):
    """When and how often a product was used; only the first use has to be told."""

    first_used: Day
    last_used: Maybe[Day] = None
    frequency_of_usage: Maybe[Whole] = None


class EntitlementUsage(Message):
    """An entitlement as a registry has it.

    The text makes `user` mandatory for named users and `activationCode` for codes; what is missing
    is no reason not to read the rest.
    """

    entitlement_id: Id
    product_id: Maybe[Key] = None
    entitlement_type: EntitlementType
    entitlement_status: UsageStatus
    school: Maybe[SchoolReference] = None
    user: Annotated[UserReference | None, BeforeValidator(_named)] = None
    activation_code: Maybe[Code] = None
    expiration_date: Maybe[Day] = None
    usage: Maybe[Use] = None
