"""What the catalogue says of a product that an order is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aanspraak.domain.licence_period import LicencePeriod


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductTerms:
    """A product as the catalogue had it when the order came (Catalogue API 2.0.0, `Product`).

    `registry` is the partner where its licences are registered. No `delivery_types` means all.
    """

    product_id: str
    registry: str
    kind: str
    status: str
    licence_period: LicencePeriod
    delivery_types: tuple[str, ...]
    bundled_products: tuple[str, ...]
    has_access_url: bool
