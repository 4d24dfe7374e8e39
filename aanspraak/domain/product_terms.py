"""What the catalogue says of a product that an order is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from aanspraak.domain.activation_period import ActivationPeriod
    from aanspraak.domain.licence_period import LicencePeriod


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductTerms:
    """A product as the catalogue had it when the order came (Catalogue API 2.0.0, `Product`).

    `registry` is the partner where its licences are registered. No `delivery_types` means all.
    `supported_until_date` is the last day on which it may be ordered, `end_of_life_date` the last
    day on which it works. `missed`: its provider's whole catalogue does not have it any more.
    """

    product_id: str
    registry: str
    kind: str
    status: str
    licence_period: LicencePeriod
    delivery_types: tuple[str, ...]
    bundled_products: tuple[str, ...]
    has_access_url: bool
    activation_period: ActivationPeriod | None = None
    first_published_date: date | None = None
    supported_until_date: date | None = None
    end_of_life_date: date | None = None
    missed: bool = False

    def differs_from(self, start: date, activation_until: date) -> bool:
        """Whether the catalogue proposes another activationUntilDate; the order's own decides."""
        proposed = self.activation_period.end(start) if self.activation_period else None
        return proposed is not None and proposed != activation_until
