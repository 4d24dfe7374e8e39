"""Facts about a product in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ProductListed:
    """A product as its supplier lists it (Catalogue API 2.0.0); the newest listing counts.

    `registry` is the partner where its licences are registered.
    """

    product_id: str
    registry: str
    title: str
    kind: str
    status: str
    licence_variant: str
    licence_days: int | None
    activation_variant: str | None
    activation_days: int | None
    activation_until_date: str | None
    delivery_types: tuple[str, ...]
    bundled_products: tuple[str, ...]
    default_access_url: str | None


ProductEvent = ProductListed
