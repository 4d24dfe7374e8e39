"""What does the catalogue say of a product? The newest listing counts."""

from __future__ import annotations

from typing import Final, NamedTuple

from aanspraak.domain.licence_period import LicencePeriod
from aanspraak.domain.product.events import ProductListed
from aanspraak.domain.product_terms import ProductTerms
from aanspraak.domain.recorded import Recorded

NAME: Final = "products"
KEY: Final = ("product_id",)
ABOUT: Final[frozenset[type]] = frozenset({ProductListed})


class Product(NamedTuple):
    """A product as its supplier lists it (Catalogue API 2.0.0)."""

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


def keys(recorded: Recorded) -> tuple[tuple[str], ...]:
    """The product a fact is about."""
    event = recorded.event
    return ((event.product_id,),) if isinstance(event, ProductListed) else ()


def fold(row: Product | None, recorded: Recorded) -> Product | None:
    """Apply one fact."""
    event = recorded.event
    if not isinstance(event, ProductListed):
        return row
    return Product(**{field: getattr(event, field) for field in Product._fields})


def terms(product: Product) -> ProductTerms:
    """What an order is judged by."""
    return ProductTerms(
        product_id=product.product_id,
        registry=product.registry,
        kind=product.kind,
        status=product.status,
        licence_period=LicencePeriod(variant=product.licence_variant, days=product.licence_days),
        delivery_types=product.delivery_types,
        bundled_products=product.bundled_products,
        has_access_url=product.default_access_url is not None,
    )
