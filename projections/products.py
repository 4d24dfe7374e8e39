"""What does the catalogue say of a product? The newest listing counts."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from aanspraak.domain.activation_period import ActivationPeriod
from aanspraak.domain.licence_period import LicencePeriod
from aanspraak.domain.product.events import ProductDescribed, ProductListed, ProductMissed
from aanspraak.domain.product_terms import ProductTerms
from aanspraak.domain.recorded import Recorded

NAME: Final = "products"
KEY: Final = ("product_id",)
ABOUT: Final[frozenset[type]] = frozenset({ProductListed, ProductDescribed, ProductMissed})


class Product(NamedTuple):
    """A product as its supplier lists it (Catalogue API 2.0.0).

    `info_*` is what its ProductInfo says; it counts where the listing says nothing.
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
    info_access_url: str | None
    info_bundled_products: tuple[str, ...]
    missed: bool


_LISTED: Final = Product._fields[: Product._fields.index("info_access_url")]


def keys(recorded: Recorded) -> tuple[tuple[str], ...]:
    """The product a fact is about."""
    event = recorded.event
    if isinstance(event, ProductListed | ProductDescribed | ProductMissed):
        return ((event.product_id,),)
    return ()


def fold(row: Product | None, recorded: Recorded) -> Product | None:
    """Apply one fact; a product is described or missed only after it was listed."""
    match recorded.event:
        case ProductListed() as listed:
            return Product(
                **{field: getattr(listed, field) for field in _LISTED},
                info_access_url=row.info_access_url if row else None,
                info_bundled_products=row.info_bundled_products if row else (),
                missed=False,
            )
        case ProductDescribed() as said if row:
            return row._replace(
                info_access_url=said.default_access_url,
                info_bundled_products=said.bundled_products,
            )
        case ProductMissed() if row:
            return row._replace(missed=True)
        case _:
            return row


def terms(product: Product) -> ProductTerms:
    """What an order is judged by."""
    return ProductTerms(
        product_id=product.product_id,
        registry=product.registry,
        kind=product.kind,
        status=product.status,
        licence_period=LicencePeriod(variant=product.licence_variant, days=product.licence_days),
        delivery_types=product.delivery_types,
        bundled_products=product.bundled_products or product.info_bundled_products,
        has_access_url=bool(product.default_access_url or product.info_access_url),
        activation_period=_activation_period(product),
        first_published_date=product.first_published_date,
        supported_until_date=product.supported_until_date,
        end_of_life_date=product.end_of_life_date,
        missed=product.missed,
    )


def _activation_period(product: Product) -> ActivationPeriod | None:
    if product.activation_variant is None:
        return None
    return ActivationPeriod(
        variant=product.activation_variant,
        days=product.activation_days,
        until=product.activation_until_date,
    )
