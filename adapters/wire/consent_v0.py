"""Consent API 0.9.1: what a school lets two parties exchange, told by each side to the other.

Defects of the published text that this file is written around:

- `providerReferenceId` of a ConsentStatus is required, and "empty in case the ConsentRequest has
  not been confirmed yet"; so are both references of a ConsentRevoke: an empty text is taken.
- An empty list of scopes fits the schema; nothing can be done with it, so it is refused.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

from adapters.wire.message import Few, Key, Maybe, Message, Name, broken
from adapters.wire.outgoing import Outgoing
from adapters.wire.outgoing import SchoolReference as OutgoingSchool
from adapters.wire.references import SchoolReference

VERSION = "0.9.1"
BASE_PATH = "/consent/v0"

Api = Literal[
    "students-api",
    "employees-api",
    "education-api",
    "association-api",
    "delivery-api",
    "entitlement-api",
    "usage-api",
    "progress-api",
    "results-api",
]
ConfirmedApi = Literal[
    "delivery-api", "entitlement-api", "usage-api", "progress-api", "results-api"
]
Scope = Literal[
    "student.basic",
    "student.communication",
    "student.demographics",
    "student.accessibility",
    "student.deliveryaddress",
    "employee.basic",
    "employee.communication",
    "employee.roles",
    "education",
    "association",
    "delivery.portal",
    "delivery.dashboard",
    "entitlement.portal",
    "entitlement.dashboard",
    "usage.dashboard",
    "progress",
    "result",
]
ConfirmedScope = Literal[
    "delivery.portal",
    "delivery.dashboard",
    "entitlement.portal",
    "entitlement.dashboard",
    "usage.dashboard",
    "progress",
    "result",
]
ConsentState = Literal["pending", "accepted", "declined", "revoked"]


def _some(scopes: tuple[str, ...]) -> tuple[str, ...]:
    if not scopes:
        broken("must name at least one scope")
    return scopes


def _not_blank(reference: str) -> str:
    if not reference.strip():
        broken("must not be empty")
    return reference


Scopes = Annotated[Few[Scope], AfterValidator(_some)]
Reference = Annotated[Key, AfterValidator(_not_blank)]
"""A partner's reference; it goes into facts, so it must not be a person's identifier."""


class ConsentRequest(Message):
    """A consumer asks for a consent."""

    consumer_reference_id: Reference
    school: SchoolReference
    api: Api
    scopes: Scopes
    consumer_status: Literal["accepted"]


class ConsentConfirmation(Message):
    """A consumer tells how it stands at its side."""

    provider_reference_id: Reference
    consumer_reference_id: Reference
    school: SchoolReference
    api: ConfirmedApi
    scopes: Annotated[Few[ConfirmedScope], AfterValidator(_some)]
    consumer_status: ConsentState


class ConsentNotification(Message):
    """A provider tells how it stands at its side."""

    provider_reference_id: Reference
    consumer_reference_id: Maybe[Key] = None
    school: SchoolReference
    api: Api
    scopes: Scopes
    provider_status: Literal["pending", "accepted", "declined"]


class ConsentRevoke(Message):
    """One side takes the consent back."""

    provider_reference_id: Key
    consumer_reference_id: Key
    school: SchoolReference
    api: Api
    scopes: Scopes
    provider_status: Maybe[Literal["revoked"]] = None
    consumer_status: Maybe[Literal["revoked"]] = None


class ConsentStatus(Outgoing, frozen=True, kw_only=True):
    """How it stands with a consent, at both sides as far as the hub knows; one scope each."""

    provider_reference_id: str
    consumer_reference_id: str | None = None
    school: OutgoingSchool
    api: str
    scopes: tuple[str, ...]
    provider_status: str
    consumer_status: str | None = None


class ConsentEntry(Message):
    """A consent as an operator writes it in a file: a ConsentStatus, with `partner` beside it.

    Without `api` and `scopes` it is all that is exchanged with a partner of that role. Without
    statuses both sides have accepted.
    """

    partner: Name
    school: SchoolReference
    api: Maybe[Api] = None
    scopes: Few[Scope] = ()
    provider_status: ConsentState = "accepted"
    consumer_status: ConsentState = "accepted"
    provider_reference_id: Maybe[Key] = None
    consumer_reference_id: Maybe[Key] = None


READ = (ConsentRequest, ConsentConfirmation, ConsentNotification, ConsentRevoke)
WRITTEN = (ConsentStatus,)
