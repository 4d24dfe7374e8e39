"""Usage API 1.0.0: a registry tells that somebody took a product into use.

There is no reference id and no confirmation in this API: the 202 is the only answer.
"""

from __future__ import annotations

from typing import Literal

from adapters.wire.message import Code, Day, EntitlementType, Id, Key, Maybe, Message
from adapters.wire.references import SchoolReference, UserReference

VERSION = "1.0.0"
BASE_PATH = "/usage/v1"


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
