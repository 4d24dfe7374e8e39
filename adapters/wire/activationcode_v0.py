"""ActivationCode API 0.9.1: requests for codes out, confirmations of registries in.

The published text has the Bestelomgeving ask; where a publisher lets the hub do that for a shop,
the hub asks, and answers where a Bestelomgeving would. `activationCodes` is in no required list:
without it nothing came.
"""

from __future__ import annotations

from typing import ClassVar

from adapters.wire.message import Code, Many, Maybe, Message, Moment, Text, Whole
from adapters.wire.outgoing import Outgoing

VERSION = "0.9.1"
BASE_PATH = "/activationcode/v0"


class ActivationCodeConfirmation(Message):
    """A registry's answer to a request for codes: they are in it, or the reason why not.

    U+0000 in it is removed, because what a partner confirmed has happened.
    """

    removes_u0000: ClassVar[bool] = True

    request_reference_id: Text
    response_reference_id: Text
    product_id: Text
    activation_codes: Many[Code] = ()
    processed_timestamp: Moment
    success: bool
    status: Whole
    status_message: Maybe[str] = None


class ActivationCodeRevokeConfirmation(Message):
    """A registry's answer to a request to revoke a code."""

    removes_u0000: ClassVar[bool] = True

    request_reference_id: Text
    response_reference_id: Text
    activation_code: Code
    processed_timestamp: Moment
    success: bool
    status: Whole
    status_message: Maybe[str] = None


class ActivationCodeRequest(Outgoing, frozen=True, kw_only=True):
    """A request for codes, as a registry reads it."""

    request_reference_id: str
    product_id: str
    quantity: int
    contract_id: str | None = None


class ActivationCodeRevokeRequest(Outgoing, frozen=True, kw_only=True):
    """A request to revoke a code, as a registry reads it."""

    request_reference_id: str
    activation_code: str
    response_reference_id: str | None = None
