"""What the hub asks of a catalogue, and what it takes from one, is what the official text says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from jsonschema import Draft7Validator, FormatChecker

from aanspraak.domain.product.decide import KINDS, LICENCE_VARIANTS, STATUSES
from adapters.eduv.catalogue import INFO, PRODUCTS
from adapters.eduv.catalogue_answer import read_entries
from adapters.eduv.catalogue_products import describe_product, list_product
from adapters.wire import catalogue_v2
from adapters.wire.catalogue_v2 import Product, ProductInfo
from tests.adapters.catalogue_case import BOOK, catalogue_case
from tests.adapters.wire_case import faults, official

MEDIA = {"publisherThumbnailUrl": {"url": "https://u.example/1"}}
WHOLE: dict[str, Any] = {
    "productId": "3b951e8f-de9e-4d0a-be3e-0caea2467ec8",
    "publisher": "Uitgeverij Noord",
    "reseller": "Verkoper",
    "type": "combi",
    "status": "no-longer-available",
    "forSale": True,
    "saleUnitSize": 1,
    "isConsumptionProduct": False,
    "name": "Getal & Ruimte",
    "edition": "Nr + Druk",
    "productUsages": ["leerboek"],
    "intendedEndUserRole": "student",
    "courseReferences": [{"courseId": "c"}],
    "studies": [{"studyName": "havo"}],
    "subjects": [{"subjectPrefix": "1", "subjectName": "wiskunde"}],
    "price": [
        {"priceExcl": 1.0, "priceIncl": 1.21, "priceCurrency": "EUR", "validFrom": "2026-01-01"}
    ],
    "paymentModels": ["pre-paid", "periodically-paid"],
    "licensePeriod": {"licenseVariant": "days", "licenseDays": 365},
    "activationPeriod": {"activationVariant": "date", "activationUntilDate": "2027-07-31"},
    "deliveryTypes": ["school-students", "customer-student"],
    "defaultAccessUrl": "https://u.example/2",
    "specificAccessUrls": [{"accessUrl": "https://u.example/3", "accessUrlType": "ENTREE"}],
    "shortDescription": "Wiskunde",
    "copyrightType": "cc-by-40",
    "media": MEDIA,
    "bundledProducts": ["9789402054958", "4003994155486"],
    "firstPublishedDate": "2020-05-01",
    "deprecationDate": "2026-05-01",
    "supportedUntilDate": "2027-07-31",
    "endOfLifeDate": "2028-07-31",
    "dateCreated": "2017-07-21T17:32:28Z",
    "dateLastModified": "2022-08-11T15:31:12Z",
}


def test_a_product_with_every_field_is_taken_with_what_drives_an_entitlement() -> None:
    assert faults("catalogue", "Product", json.dumps(WHOLE).encode()) == []
    entries = read_entries(json.dumps([WHOLE]).encode(), Product, PRODUCTS)
    assert entries.bad == ()
    command = list_product(entries.good[0], "uitgever", "uitgever-catalogus")
    assert (command.kind, command.status) == ("combi", "no-longer-available")
    assert (command.licence_variant, command.licence_days) == ("days", 365)
    assert str(command.activation_until_date) == "2027-07-31"
    assert command.payment_models == ("pre-paid", "periodically-paid")
    assert command.bundled_products == ("9789402054958", "4003994155486")
    assert (str(command.supported_until_date), str(command.end_of_life_date)) == (
        "2027-07-31",
        "2028-07-31",
    )


def test_an_info_with_every_field_is_taken_with_its_link_and_its_bundle() -> None:
    media = {**MEDIA, "mainThumbnailUrl": {"url": "https://u.example/4"}}
    info = {**WHOLE, "media": media, "infoLink": "https://u.example/5"}
    assert faults("catalogue", "ProductInfo", json.dumps(info).encode()) == []
    entries = read_entries(json.dumps([info]).encode(), ProductInfo, INFO)
    command = describe_product(entries.good[0], "uitgever-catalogus")
    assert command.default_access_url == "https://u.example/2"
    assert command.bundled_products == ("9789402054958", "4003994155486")


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        (("type",), KINDS),
        (("status",), STATUSES),
        (("status",), get_args(catalogue_v2.ProductStatus)),
        (("licensePeriod", "licenseVariant"), LICENCE_VARIANTS),
        (("activationPeriod", "activationVariant"), ("days", "date", "schoolyear")),
        (("deliveryTypes", "items"), get_args(catalogue_v2.CatalogueDeliveryType)),
        (("paymentModels", "items"), get_args(catalogue_v2.PaymentModel)),
    ],
    ids=lambda value: value[-1] if isinstance(value[0], str) else "",
)
def test_every_value_of_the_official_text_is_known_and_no_other(
    path: tuple[str, ...], ours: tuple[str, ...]
) -> None:
    schema: dict[str, Any] = official("catalogue")["components"]["schemas"]["Product"]
    for name in path:
        schema = schema["items"] if name == "items" else schema["properties"][name]
    assert set(schema["enum"]) == set(ours)


async def test_the_hub_asks_only_what_the_official_text_offers(database_url: str) -> None:
    paths = official("catalogue")["paths"]
    (parameter,) = paths["/products"]["parameters"]
    valid = Draft7Validator(parameter["schema"], format_checker=FormatChecker())
    async with catalogue_case(database_url) as case:
        await case.put(BOOK)
        await case.pull()
        await case.pull()
        asked = await case.asked()
    assert {f"/{what}" for what, _ in asked} == {"/products", "/info"}
    assert {PRODUCTS, INFO} <= paths.keys()
    assert parameter["name"] == "since"
    moments = [since for _, since in asked if since is not None]
    assert len(moments) == 2
    for moment in moments:
        valid.validate(moment)
        assert moment.endswith("Z")
        assert datetime.now(UTC) - datetime.fromisoformat(moment) < timedelta(days=7)


def test_the_version_is_that_of_the_official_text() -> None:
    assert official("catalogue")["info"]["version"] == catalogue_v2.VERSION
    flows = official("catalogue")["components"]["securitySchemes"]["OAuth2"]["flows"]
    assert [*flows["clientCredentials"]["scopes"]] == [catalogue_v2.SCOPE]
