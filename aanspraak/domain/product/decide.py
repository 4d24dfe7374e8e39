"""The rules of a product in the catalogue."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from aanspraak.domain.errors import ProductIncomplete
from aanspraak.domain.product.events import ProductEvent, ProductListed

if TYPE_CHECKING:
    from aanspraak.domain.product.commands import ProductCommand

LICENCE_VARIANTS: Final = ("days", "month", "year", "schoolyear")
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


def decide(command: ProductCommand, state: ProductEvent | None) -> tuple[ProductEvent, ...]:
    """Return the facts that follow; () means it was already so."""
    if not command.product_id:
        raise ProductIncomplete("productId is empty")
    if command.kind not in KINDS:
        raise ProductIncomplete("type must be one of " + ", ".join(KINDS))
    if command.status not in STATUSES:
        raise ProductIncomplete("status must be one of " + ", ".join(STATUSES))
    if command.kind != "physical":
        _check_digital(command)
    listed = ProductListed(**asdict(command))
    return () if listed == state else (listed,)


def _check_digital(command: ProductCommand) -> None:
    if not command.registry:
        raise ProductIncomplete("registry is empty")
    if command.licence_variant not in LICENCE_VARIANTS:
        raise ProductIncomplete("licenseVariant must be one of " + ", ".join(LICENCE_VARIANTS))
    if command.licence_variant == "days" and (command.licence_days or 0) < 1:
        raise ProductIncomplete("licenseDays must be at least 1")
