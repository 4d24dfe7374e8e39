"""What may be asked of a product."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ListProduct:
    """Make a product known, or change what is known of it; the fields are those of the fact."""

    product_id: str
    registry: str
    title: str
    kind: str
    status: str
    licence_variant: str
    licence_days: int | None = None
    activation_variant: str | None = None
    activation_days: int | None = None
    activation_until_date: str | None = None
    delivery_types: tuple[str, ...] = ()
    bundled_products: tuple[str, ...] = ()
    default_access_url: str | None = None


ProductCommand = ListProduct
