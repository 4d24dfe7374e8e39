"""What a sandbox catalogue serves: the official shapes, from a file, changed at any moment."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from tests.adapters.sandbox_case import Stage, playing
from tests.adapters.wire_case import faults

if TYPE_CHECKING:
    from pathlib import Path

BOOK: dict[str, Any] = {
    "productId": "9789006100013",
    "name": "Getal & Ruimte",
    "type": "digital",
    "status": "available",
    "licensePeriod": {"licenseVariant": "schoolyear"},
    "activationPeriod": {"activationVariant": "schoolyear"},
    "deliveryTypes": ["school-students"],
    "defaultAccessUrl": "https://leermiddel.example/9789006100013",
}
PAPER = {"productId": "9789006100037", "name": "Papier", "type": "physical", "status": "available"}


def shelf_of(folder: Path, *products: dict[str, Any]) -> Path:
    path = folder / "products.json"
    path.write_text(json.dumps(products))
    return path


async def get(stage: Stage, path: str, **query: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {stage.token}"}
    url = f"{stage.url}/catalogue/v2{path}"
    async with stage.session.get(url, params=query, headers=headers) as answer:
        read = await answer.read()
        return answer.status, msgspec.json.decode(read) if read else None


async def test_what_is_in_its_file_fits_the_official_text(tmp_path: Path) -> None:
    async with playing("catalogue", products=shelf_of(tmp_path, BOOK, PAPER)) as stage:
        status, products = await get(stage, "/products")
        assert status == 200
        assert [one["productId"] for one in products] == ["9789006100013", "9789006100037"]
        infos = (await get(stage, "/products/info"))[1]
        assert [one["productId"] for one in infos] == ["9789006100013"]
        for product in products:
            assert faults("catalogue", "Product", json.dumps(product).encode()) == []
        assert faults("catalogue", "ProductInfo", json.dumps(infos[0]).encode()) == []


async def test_one_product_is_found_by_its_id(tmp_path: Path) -> None:
    async with playing("catalogue", products=shelf_of(tmp_path, BOOK, PAPER)) as stage:
        assert (await get(stage, "/products/9789006100013"))[1]["name"] == "Getal & Ruimte"
        assert (await get(stage, "/products/info/9789006100013"))[0] == 200
        assert (await get(stage, "/products/info/9789006100037"))[0] == 404
        assert (await get(stage, "/products/9789999999999"))[0] == 404


async def test_since_gives_what_was_changed_after_it(tmp_path: Path) -> None:
    async with playing("catalogue", products=shelf_of(tmp_path, BOOK, PAPER)) as stage:
        moment = datetime.now(UTC).isoformat()
        assert (await get(stage, "/products", since=moment))[1] == []
        wish = {"status": "temporary-not-available"}
        await stage.control("PUT", "products/9789006100037", wish)
        (changed,) = (await get(stage, "/products", since=moment))[1]
        assert (changed["productId"], changed["status"]) == (PAPER["productId"], wish["status"])


async def test_since_is_at_most_seven_days_back() -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=7, minutes=1)).isoformat()
    async with playing("catalogue") as stage:
        assert (await get(stage, "/products", since=long_ago))[0] == 400
        assert (await get(stage, "/products", since="yesterday"))[0] == 400


async def test_products_are_added_spoilt_and_withdrawn_while_it_runs() -> None:
    async with playing("catalogue") as stage:
        await stage.control("PUT", "products/9789006100013", BOOK)
        await stage.control("PUT", "products/9789006100013", {"name": None})
        (spoilt,) = (await get(stage, "/products"))[1]
        assert "name" not in spoilt
        assert (await stage.control("DELETE", "products/9789006100013"))[0] == 204
        assert (await stage.control("DELETE", "products/9789006100013"))[0] == 404
        assert (await get(stage, "/products"))[1] == []


async def test_it_fails_as_it_is_told_and_tells_what_it_was_asked() -> None:
    async with playing("catalogue", answers={"info": 404}) as stage:
        assert (await get(stage, "/products/info"))[0] == 404
        assert (await get(stage, "/products"))[0] == 200
        await stage.behave(down="unavailable")
        assert (await get(stage, "/products"))[0] == 503
        received = (await stage.control("GET", "received"))[1]
        assert [one["asked"] for one in received] == ["products", "info"]
        assert (await stage.effects())["requests"] == 2
