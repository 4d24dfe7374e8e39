"""A provider's catalogue (Leveranciersspecifieke leermiddelencatalogus), served from a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from aiohttp import web

from adapters.sandbox.control import control_routes, read_wish, shown
from adapters.sandbox.front import CONTROL, answer, application, failing
from adapters.sandbox.shelf import Shelf
from adapters.wire.catalogue_v2 import BASE_PATH
from adapters.wire.problems import SCHEMA_INCORRECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.sandbox.partner import Partner

OLDEST_SINCE: Final = timedelta(days=7)
_PRODUCTS: Final = BASE_PATH + "/products"
_INFO: Final = _PRODUCTS + "/info"
_UNKNOWN: Final = 4011


class Catalogue:
    """Answers with its products, and notes what it was asked."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner
        self._asked: list[dict[str, object]] = []
        file = partner.options.products_file
        given = msgspec.json.decode(file.read_bytes()) if file else ()
        self.shelf = Shelf(given)

    async def products(self, request: web.Request) -> web.StreamResponse:
        """Answer GET /products."""
        return self._answer(request, "products", self.shelf.products())

    async def infos(self, request: web.Request) -> web.StreamResponse:
        """Answer GET /products/info."""
        return self._answer(request, "info", self.shelf.infos())

    async def product(self, request: web.Request) -> web.StreamResponse:
        """Answer GET /products/{id}."""
        return self._one(request, self.shelf.products())

    async def info(self, request: web.Request) -> web.StreamResponse:
        """Answer GET /products/info/{id}."""
        return self._one(request, self.shelf.infos())

    async def put(self, request: web.Request) -> web.StreamResponse:
        """Answer PUT /sandbox/products/{id}: change a product, or add one; null takes a field."""
        wish = await read_wish(request, dict[str, Any])
        return shown(self.shelf.put(request.match_info["id"], wish))

    async def withdraw(self, request: web.Request) -> web.StreamResponse:
        """Answer DELETE /sandbox/products/{id}: from now on it is not there."""
        if not self.shelf.withdraw(request.match_info["id"]):
            raise web.HTTPNotFound
        return web.Response(status=204)

    async def everything(self, _request: web.Request) -> web.StreamResponse:
        """Answer GET /sandbox/products."""
        return shown(list(self.shelf.products()))

    def totals(self) -> dict[str, object]:
        """How many products there are, and how often somebody asked."""
        return {"products": len(list(self.shelf.products())), "requests": len(self._asked)}

    def received(self, what: str | None, limit: int) -> Iterator[dict[str, object]]:
        """The latest requests first; of `products`, of `info`, or of all."""
        asked = [each for each in reversed(self._asked) if what in {None, each["asked"]}]
        yield from asked[:limit]

    def _answer(
        self, request: web.Request, what: str, all_of_them: Iterator[dict[str, Any]]
    ) -> web.StreamResponse:
        since = request.query.get("since")
        self._asked.append({"asked": what, "since": since, "at": datetime.now(UTC)})
        if (status := self._partner.behaviour.told_to_answer(what)) is not None:
            return failing(self._partner, status)
        try:
            after = None if since is None else _moment(since)
        except ValueError:
            return answer(400, SCHEMA_INCORRECT, "since is no date-time of the last 7 days")
        return shown([one for one in all_of_them if after is None or _changed(one) > after])

    def _one(
        self, request: web.Request, all_of_them: Iterator[dict[str, Any]]
    ) -> web.StreamResponse:
        wanted = request.match_info["id"]
        self._asked.append({"asked": wanted, "since": None, "at": datetime.now(UTC)})
        if (status := self._partner.behaviour.told_to_answer(wanted)) is not None:
            return failing(self._partner, status)
        found = [one for one in all_of_them if one.get("productId") == wanted]
        return shown(found[0]) if found else answer(404, _UNKNOWN, "unknown product")


def build(partner: Partner) -> web.Application:
    """The application of a catalogue."""
    catalogue = Catalogue(partner)
    routes = [
        web.get(_PRODUCTS, catalogue.products),
        web.get(_INFO, catalogue.infos),
        web.get(_INFO + "/{id}", catalogue.info),
        web.get(_PRODUCTS + "/{id}", catalogue.product),
        web.get(CONTROL + "/products", catalogue.everything),
        web.put(CONTROL + "/products/{id}", catalogue.put),
        web.delete(CONTROL + "/products/{id}", catalogue.withdraw),
        *control_routes(partner, catalogue.totals, catalogue.received),
    ]
    return application(partner, "catalogue", routes)


def _changed(product: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(product["dateLastModified"])


def _moment(since: str) -> datetime:
    """When; raises ValueError for what is none, has no zone, or is too long ago."""
    moment = datetime.fromisoformat(since)
    if moment.tzinfo is None or datetime.now(UTC) - moment > OLDEST_SINCE:
        raise ValueError(since)
    return moment
