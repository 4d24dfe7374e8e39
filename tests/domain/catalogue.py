"""One partner, one product and its provider's catalogue, as they are made known to the hub."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from aanspraak.domain.catalogue.commands import FollowCatalogue, LeaveCatalogue
from aanspraak.domain.partner.commands import (
    EndPause,
    NoteReachability,
    PausePartner,
    RegisterPartner,
    ResumePartner,
    SetPartnerKey,
)
from aanspraak.domain.product.commands import DescribeProduct, ListProduct, MissProduct

PORTAL = RegisterPartner(
    partner="portal-a",
    role="portal",
    title="Portal A",
    client_id="client-a",
    url="https://portal-a.example/entitlement/v1/",
    token_url="https://portal-a.example/token",
    scope="eduv.entitlement.portal",
)

PORTAL_KEY = SetPartnerKey(partner="portal-a", public_key='{"kty":"EC"}', reason_id=UUID(int=41))
PORTAL_AWAY = NoteReachability(
    partner="portal-a", unreachable_since=datetime(2026, 9, 1, 6, 30, tzinfo=UTC)
)

PAUSE = PausePartner(partner="portal-a", until=None, reason_id=UUID(int=43))
RESUME = ResumePartner(partner="portal-a", reason_id=UUID(int=44))
END_PAUSE = EndPause(partner="portal-a")

BOOK = ListProduct(
    product_id="9789001234567",
    provider="provider",
    registry="publisher",
    title="Numbers, third edition",
    kind="digital",
    status="available",
    licence_variant="days",
    licence_days=365,
    delivery_types=("school-students",),
    bundled_products=("9789007654321",),
    default_access_url="https://publisher.example/numbers",
)
DESCRIBE_BOOK = DescribeProduct(
    product_id="9789001234567",
    provider="provider",
    default_access_url="https://publisher.example/described",
    bundled_products=("9789007654321",),
)
MISS_BOOK = MissProduct(product_id="9789001234567", provider="provider")
FOLLOW = FollowCatalogue(provider="provider", registry="publisher")
LEAVE = LeaveCatalogue(provider="provider")


def book(**changes: Any) -> ListProduct:  # noqa: ANN401 - any field of the command
    """The product, with these fields changed."""
    return replace(BOOK, **changes)
