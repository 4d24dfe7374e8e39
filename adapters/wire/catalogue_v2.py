"""The part of a catalogue's Product that a hub needs (Catalogue API 2.0.0).

Required here is what entitlements depend on; a file from a supplier may leave out the rest.
"""

from __future__ import annotations

from typing import Literal

from adapters.wire.message import Day, Few, Maybe, Message, Name, Text, Whole

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


class LicensePeriod(Message):
    """How long a licence lasts after first use; `licenseDays` goes with `days`."""

    license_variant: Literal["days", "month", "year", "schoolyear"]
    license_days: Maybe[Whole] = None


class ActivationPeriod(Message):
    """How long after the start a licence may be activated, as the supplier proposes it."""

    activation_variant: Literal["days", "date", "schoolyear"]
    activation_days: Maybe[Whole] = None
    activation_until_date: Maybe[Day] = None


class Product(Message):
    """A product as its supplier lists it; `registry` is ours: where its licences are registered."""

    product_id: Name
    type: Literal["physical", "digital", "combi"]
    status: ProductStatus
    name: Text
    license_period: Maybe[LicensePeriod] = None
    activation_period: Maybe[ActivationPeriod] = None
    delivery_types: Few[CatalogueDeliveryType] = ()
    bundled_products: Few[Name] = ()
    default_access_url: Maybe[Text] = None
    registry: Maybe[Name] = None
