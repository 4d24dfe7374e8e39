"""Facts about a partner of the hub."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


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


PartnerEvent = PartnerRegistered | PartnerKeySet
