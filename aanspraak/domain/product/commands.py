"""What may be asked of a product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class ListProduct:
    """Make a product known, or change what is known of it; the fields are those of the fact."""

    product_id: str
    provider: str | None = None
    registry: str
    title: str
    kind: str
    status: str
    licence_variant: str
    licence_days: int | None = None
    activation_variant: str | None = None
    activation_days: int | None = None
    activation_until_date: date | None = None
    delivery_types: tuple[str, ...] = ()
    bundled_products: tuple[str, ...] = ()
    default_access_url: str | None = None
    payment_models: tuple[str, ...] = ()
    first_published_date: date | None = None
    supported_until_date: date | None = None
    end_of_life_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class DescribeProduct:
    """What the ProductInfo of a listed product adds; the fields are those of the fact."""

    product_id: str
    provider: str
    default_access_url: str | None
    bundled_products: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MissProduct:
    """The provider's whole catalogue does not have this product of theirs any more."""

    product_id: str
    provider: str


ProductCommand = ListProduct | DescribeProduct | MissProduct
