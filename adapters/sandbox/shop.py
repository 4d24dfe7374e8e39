"""A shop (Bestelomgeving leermiddelen): orders, takes confirmations, and knows its orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec
from aiohttp import web

from adapters.sandbox.control import control_routes, read_wish, shown
from adapters.sandbox.front import answer, application, failing
from adapters.sandbox.messages import DeliveryOrderRequest
from adapters.sandbox.shop_orders import ShopOrders, order_id
from adapters.wire.delivery_v2 import BASE_PATH, DeliveryOrderConfirmation
from adapters.wire.outgoing import encode
from adapters.wire.problems import SCHEMA_INCORRECT

if TYPE_CHECKING:
    from adapters.sandbox.partner import Partner

ORDERS = BASE_PATH + "/deliveryorders"
_UNKNOWN = 4140


class GivenOrder(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An order to be sent as it is; without a reference id it gets a new one."""

    delivery_order: dict[str, Any]
    delivery_order_reference_id: UUID | None = None


class DifferWish(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Fields of an order that the shop shows otherwise than it sent them; None: it has no order."""

    delivery_order_id: UUID
    says: dict[str, Any] | None = None


class Shop:
    """Sends orders and takes what comes back."""

    def __init__(self, partner: Partner) -> None:
        self.orders = ShopOrders()
        self._partner = partner
        self._read = msgspec.json.Decoder(DeliveryOrderConfirmation).decode

    def order(self, request: DeliveryOrderRequest) -> None:
        """Send an order; the hub's answer is noted."""
        body = encode(request)
        order = self.orders.sent(request)

        def answered(status: int) -> None:
            order.answers.append(status)

        self._partner.send(order_id(request), ORDERS, body, answered)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Answer PUT /deliveryorders/confirmations."""
        try:
            confirmation = self._read(await request.read())
        except msgspec.DecodeError as error:
            return answer(400, SCHEMA_INCORRECT, f"Schema incorrect: {error}")
        about = str(confirmation.delivery_order_id), confirmation.product_id
        if (told := self._partner.behaviour.told_to_answer(*about)) is not None:
            return failing(self._partner, told)
        self.orders.confirmed(confirmation)
        return web.Response(status=202)

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Answer GET /deliveryorders/{id}."""
        order = self.orders.latest(request.match_info["id"])
        if order is None:
            return answer(404, _UNKNOWN, "deliveryOrderId unknown")
        return shown(order)

    async def get_contract(self, request: web.Request) -> web.StreamResponse:
        """Answer GET /deliveryorders/contracts/{id}: an array, empty for an unknown contract."""
        return shown(self.orders.under_contract(request.match_info["id"]))

    async def make_differ(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /sandbox/differ: what the shop says of an order without telling the hub."""
        wish = await read_wish(request, DifferWish)
        self.orders.make_differ(str(wish.delivery_order_id), wish.says)
        return shown({})

    async def order_given(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /sandbox/order: send this DeliveryOrderRequest, as it is."""
        ready = _as_it_is(await read_wish(request, GivenOrder))
        self.order(ready)
        ids = {
            "deliveryOrderId": ready.delivery_order.get("deliveryOrderId"),
            "deliveryOrderReferenceId": ready.delivery_order_reference_id,
        }
        return shown(ids, status=202)

    async def list_orders(self, _request: web.Request) -> web.StreamResponse:
        """Answer GET /sandbox/orders."""
        return shown(self.orders.shown())


def build(partner: Partner) -> web.Application:
    """The application of a shop; sends the orders of its file, if it has one."""
    shop = Shop(partner)
    file = partner.options.orders_file
    if file is not None:
        for given in msgspec.json.decode(file.read_bytes(), type=list[GivenOrder]):
            shop.order(_as_it_is(given))
    routes = [
        web.put(ORDERS + "/confirmations", shop.take),
        web.get(ORDERS + "/contracts/{id}", shop.get_contract),
        web.get(ORDERS + "/{id}", shop.get),
        web.post("/sandbox/differ", shop.make_differ),
        web.post("/sandbox/order", shop.order_given),
        web.get("/sandbox/orders", shop.list_orders),
        *control_routes(partner, shop.orders.totals, shop.orders.received),
    ]
    return application(partner, "shop", routes)


def _as_it_is(given: GivenOrder) -> DeliveryOrderRequest:
    reference_id = given.delivery_order_reference_id or uuid4()
    return DeliveryOrderRequest(
        delivery_order_reference_id=reference_id, delivery_order=given.delivery_order
    )
