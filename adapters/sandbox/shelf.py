"""The products of a sandbox catalogue: what was given, completed to what the standard demands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

INFO: Final = "info"
"""A field of ours beside those of a Product: what its ProductInfo says otherwise."""

_IN_INFO: Final = (
    "productId",
    "publisher",
    "type",
    "status",
    "name",
    "studies",
    "subjects",
    "defaultAccessUrl",
    "shortDescription",
    "media",
    "firstPublishedDate",
    "dateCreated",
    "dateLastModified",
    "bundledProducts",
    "supportedUntilDate",
    "endOfLifeDate",
)
_THUMBNAIL: Final = {"url": "https://leermiddel.example/thumbnail.png"}
_USUAL: Final[Mapping[str, object]] = {
    "publisher": "Uitgeverij Zandbak",
    "forSale": True,
    "saleUnitSize": 1,
    "edition": "1e druk",
    "studies": [],
    "subjects": [],
    "shortDescription": "Een leermiddel van de zandbak",
    "copyrightType": "cc-by-40",
    "media": {"publisherThumbnailUrl": _THUMBNAIL, "mainThumbnailUrl": _THUMBNAIL},
    "firstPublishedDate": "2020-01-01",
    "dateCreated": "2020-01-01T00:00:00Z",
}
_NOT_SERVED: Final = (INFO, "registry")


class Shelf:
    """Products by id, in memory; what is wrong with one stays wrong."""

    def __init__(self, given: Iterable[Mapping[str, Any]]) -> None:
        self._kept: dict[str, dict[str, Any]] = {}
        for product in given:
            self.put(str(product["productId"]), product)

    def put(self, product_id: str, wish: Mapping[str, Any]) -> dict[str, Any]:
        """Change a product or add one, as it is from now on; a field that is null goes."""
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        before = self._kept.get(product_id, {"productId": product_id, **_USUAL})
        changed = {**before, "dateLastModified": now, **wish}
        self._kept[product_id] = {name: of for name, of in changed.items() if of is not None}
        return self._kept[product_id]

    def withdraw(self, product_id: str) -> bool:
        """Take a product away; whether there was one."""
        return self._kept.pop(product_id, None) is not None

    def products(self) -> Iterator[dict[str, Any]]:
        """Each as a Product."""
        for product in self._kept.values():
            yield {name: of for name, of in product.items() if name not in _NOT_SERVED}

    def infos(self) -> Iterator[dict[str, Any]]:
        """Each that has a link as a ProductInfo; what is on paper has none."""
        for product in self._kept.values():
            said = {**product, **product.get(INFO, {})}
            if product.get("type") != "physical" and "defaultAccessUrl" in said:
                yield {name: said[name] for name in _IN_INFO if name in said}
