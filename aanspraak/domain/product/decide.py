"""The rules of a product in the catalogue."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final, assert_never

from aanspraak.domain.errors import ProductIncomplete, ProductOfAnother, ProductUnlisted
from aanspraak.domain.product.commands import DescribeProduct, ListProduct, MissProduct
from aanspraak.domain.product.events import (
    ProductDescribed,
    ProductEvent,
    ProductListed,
    ProductMissed,
)
from aanspraak.domain.product.state import Product

if TYPE_CHECKING:
    from aanspraak.domain.product.commands import ProductCommand

LICENCE_VARIANTS: Final = ("days", "month", "year", "schoolyear")
ACTIVATION_VARIANTS: Final = ("days", "date", "schoolyear")
KINDS: Final = ("physical", "digital", "combi")
STATUSES: Final = (
    "not-yet-available",
    "limited-available",
    "available",
    "temporary-not-available",
    "no-longer-available",
    "will-never-be-available",
    "not-available-or-usable",
)
"""Catalogue API 2.0.0, `Product.status`."""


def decide(command: ProductCommand, state: Product | None) -> tuple[ProductEvent, ...]:
    """Return the facts that follow; () means it was already so."""
    product = state or Product()
    match command:
        case ListProduct():
            return _list(command, product)
        case DescribeProduct():
            return _describe(command, product)
        case MissProduct():
            return _miss(command, product)
        case _:
            assert_never(command)


def _list(command: ListProduct, product: Product) -> tuple[ProductEvent, ...]:
    """A changed listing is a fact; the same again is none, unless the product was missed."""
    _check(command)
    _check_provider(command.provider, product)
    listed = ProductListed(**asdict(command))
    return () if listed == product.listed and not product.missed else (listed,)


def _describe(command: DescribeProduct, product: Product) -> tuple[ProductEvent, ...]:
    if product.listed is None:
        raise ProductUnlisted
    _check_provider(command.provider, product)
    described = ProductDescribed(**asdict(command))
    return () if described == product.described else (described,)


def _miss(command: MissProduct, product: Product) -> tuple[ProductEvent, ...]:
    """Only the provider that listed it can be without it; one that listed it last, that is."""
    if product.missed or product.listed is None or product.listed.provider != command.provider:
        return ()
    return (ProductMissed(**asdict(command)),)


def _check_provider(provider: str | None, product: Product) -> None:
    """An operator may list anything; of two providers the first has it."""
    lists_it = product.listed.provider if product.listed else None
    if provider is not None and lists_it not in {None, provider}:
        raise ProductOfAnother("productId")


def _check(command: ListProduct) -> None:
    if not command.product_id:
        raise ProductIncomplete("productId is empty")
    if command.kind not in KINDS:
        raise ProductIncomplete("type must be one of " + ", ".join(KINDS))
    if command.status not in STATUSES:
        raise ProductIncomplete("status must be one of " + ", ".join(STATUSES))
    _check_activation(command)
    if command.kind != "physical":
        _check_digital(command)


def _check_activation(command: ListProduct) -> None:
    variant = command.activation_variant
    if variant is not None and variant not in ACTIVATION_VARIANTS:
        raise ProductIncomplete(
            "activationVariant must be one of " + ", ".join(ACTIVATION_VARIANTS)
        )
    if variant == "days" and (command.activation_days is None or command.activation_days < 0):
        raise ProductIncomplete("activationDays must be at least 0")
    if variant == "date" and command.activation_until_date is None:
        raise ProductIncomplete("activationUntilDate is missing")


def _check_digital(command: ListProduct) -> None:
    if not command.registry:
        raise ProductIncomplete("registry is empty")
    if command.licence_variant not in LICENCE_VARIANTS:
        raise ProductIncomplete("licenseVariant must be one of " + ", ".join(LICENCE_VARIANTS))
    if command.licence_variant == "days" and (command.licence_days or 0) < 1:
        raise ProductIncomplete("licenseDays must be at least 1")
