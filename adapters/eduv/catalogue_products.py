"""From the catalogue's words to commands: what a Product or a ProductInfo asks of the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain.product.commands import DescribeProduct, ListProduct

if TYPE_CHECKING:
    from adapters.wire.catalogue_v2 import Product, ProductInfo


def list_product(product: Product, registry: str, provider: str | None = None) -> ListProduct:
    """The command for a product of a catalogue; without `provider` an operator lists it.

    A provider cannot choose the registry, which is configuration; a file of an operator may.
    """
    licence, activation = product.license_period, product.activation_period
    named = product.registry if provider is None else None
    return ListProduct(
        product_id=product.product_id,
        provider=provider,
        registry=named or registry,
        title=product.name,
        kind=product.type,
        status=product.status,
        licence_variant=licence.license_variant if licence else "",
        licence_days=licence.license_days if licence else None,
        activation_variant=activation.activation_variant if activation else None,
        activation_days=activation.activation_days if activation else None,
        activation_until_date=activation.activation_until_date if activation else None,
        delivery_types=product.delivery_types,
        bundled_products=product.bundled_products,
        default_access_url=product.default_access_url or None,
        payment_models=product.payment_models,
        first_published_date=product.first_published_date,
        supported_until_date=product.supported_until_date,
        end_of_life_date=product.end_of_life_date,
    )


def describe_product(info: ProductInfo, provider: str) -> DescribeProduct:
    """The command for the info of a product."""
    return DescribeProduct(
        product_id=info.product_id,
        provider=provider,
        default_access_url=info.default_access_url or None,
        bundled_products=info.bundled_products,
    )
