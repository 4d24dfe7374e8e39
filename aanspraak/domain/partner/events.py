"""Facts about a partner of the hub."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

BY_OPERATOR: Final = "operator"
PLANNED_END: Final = "planned-end"
RESUMED_BY: Final = (BY_OPERATOR, PLANNED_END)
"""Why a partner is sent to again: an operator says so, or the end that was planned has come."""


@dataclass(frozen=True, kw_only=True)
class PartnerRegistered:
    """Who a partner is and where it answers; the newest registration counts.

    `role` is shop, registry, portal, dashboard, catalogue or administration (of students).
    `client_id` is what its tokens carry. `url` is the base of the API the hub calls, major version
    included; `token_url` gives the hub its tokens. `usage_url` is the base of a registry's Usage
    API, empty where it has none to read. `activation_codes_url` is the base of a registry's
    ActivationCode API; empty: its publisher has not agreed that the hub requests codes.
    `consent_url` is the base of its Consent API; empty: it is told nothing about consents.
    `overdue_seconds` is how long it may take for a confirmation; None: as long as others.
    """

    partner: str
    role: str
    title: str
    client_id: str
    url: str
    token_url: str
    scope: str
    usage_url: str
    activation_codes_url: str
    consent_url: str
    overdue_seconds: int | None


@dataclass(frozen=True, kw_only=True)
class PartnerKeySet:
    """A partner reads its messages from Kafka from now on, sealed to its public key.

    `public_key` is a JWK as JSON; empty: it is called over HTTP from now on.
    """

    partner: str
    public_key: str
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class PartnerPaused:
    """Nothing is sent to it until a moment; None: until an operator resumes it."""

    partner: str
    until: datetime | None
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class PartnerResumed:
    """It is sent to again; `cause` is one of RESUMED_BY, an operator's reason in the vault."""

    partner: str
    cause: str
    reason_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class PartnerUnreachable:
    """So many messages to it failed in a row that it counts as away, since this moment (UTC)."""

    partner: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class PartnerReachable:
    """It is there again: it called, or took a message; it was away since this moment (UTC)."""

    partner: str
    since: datetime


PartnerEvent = (
    PartnerRegistered
    | PartnerKeySet
    | PartnerPaused
    | PartnerResumed
    | PartnerUnreachable
    | PartnerReachable
)
