"""The part of a catalogue's Product and ProductInfo that a hub needs (Catalogue API 2.0.0).

Required here is what entitlements depend on; a supplier may leave out the rest. URLs are kept to
see whether there is one, and are never sent to anybody.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from adapters.wire.message import Day, Few, Key, Maybe, Message, Name, Text, Whole

VERSION = "2.0.0"
BASE_PATH = "/catalogue/v2"
SCOPE = "eduv.catalogue"
_LONGEST_URL = 4_000

ProductId = Annotated[Key, Field(pattern=r"\S")]
"""A UUID, ISBN or EAN; the hub takes any name that is no person's."""

Url = Annotated[str, Field(max_length=_LONGEST_URL)]

ProductStatus = Literal[
    "not-yet-available",
    "limited-available",
    "available",
    "temporary-not-available",
    "no-longer-available",
    "will-never-be-available",
    "not-available-or-usable",
]
CatalogueDeliveryType = Literal[
    "school-all",
    "school-studies",
    "school-subjects",
    "school-groups",
    "school-students",
    "school-employees",
    "school-activationcodes",
    "customer-student",
    "customer-activationcode",
]
"""The catalogue's list lacks `school-admin`."""
PaymentModel = Literal["pre-paid", "post-paid", "periodically-paid"]


class LicensePeriod(Message):
    """How long a licence lasts after first use; `licenseDays` goes with `days`."""

    license_variant: Literal["days", "month", "year", "schoolyear"]
    license_days: Maybe[Whole] = None


class ActivationPeriod(Message):
    """How long after the start a licence may be activated, as the supplier proposes it."""

    activation_variant: Literal["days", "date", "schoolyear"]
    activation_days: Maybe[Whole] = None
    activation_until_date: Maybe[Day] = None


class ProductName(Message):
    """Which product it is, if nothing else can be read."""

    product_id: ProductId


class Product(ProductName):
    """A product as its supplier lists it; `registry` is ours: where its licences are registered."""

    type: Literal["physical", "digital", "combi"]
    status: ProductStatus
    name: Text
    license_period: Maybe[LicensePeriod] = None
    activation_period: Maybe[ActivationPeriod] = None
    delivery_types: Few[CatalogueDeliveryType] = ()
    bundled_products: Few[ProductId] = ()
    default_access_url: Maybe[Url] = None
    payment_models: Few[PaymentModel] = ()
    first_published_date: Maybe[Day] = None
    supported_until_date: Maybe[Day] = None
    end_of_life_date: Maybe[Day] = None
    registry: Maybe[Name] = None


class ProductInfo(ProductName):
    """What portals show of a product; it may say what the Product leaves out."""

    default_access_url: Maybe[Url] = None
    bundled_products: Few[ProductId] = ()
