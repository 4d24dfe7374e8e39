"""Facts about a product in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class ProductListed:
    """A product as its supplier lists it (Catalogue API 2.0.0, Product); the newest listing counts.

    `provider` is the partner whose catalogue has it, None when an operator listed it. `registry` is
    the partner where its licences are registered. The last day it may be ordered is
    `supported_until_date`, the last day it works `end_of_life_date`.
    """

    product_id: str
    provider: str | None
    registry: str
    title: str
    kind: str
    status: str
    licence_variant: str
    licence_days: int | None
    activation_variant: str | None
    activation_days: int | None
    activation_until_date: date | None
    delivery_types: tuple[str, ...]
    bundled_products: tuple[str, ...]
    default_access_url: str | None
    payment_models: tuple[str, ...]
    first_published_date: date | None
    supported_until_date: date | None
    end_of_life_date: date | None


@dataclass(frozen=True, kw_only=True)
class ProductDescribed:
    """What the ProductInfo of a product says (Catalogue API 2.0.0) of what a Product may leave out.

    It counts where the listing says nothing.
    """

    product_id: str
    provider: str
    default_access_url: str | None
    bundled_products: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProductMissed:
    """The whole catalogue of its provider did not have it; what was known of it still counts."""

    product_id: str
    provider: str


ProductEvent = ProductListed | ProductDescribed | ProductMissed
