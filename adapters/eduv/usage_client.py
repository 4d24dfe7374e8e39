"""What a registry says of use (Usage API 1.0.0), and a shop of its orders (Delivery API 2.0.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from adapters.eduv.partner_reader import NoAnswer, PartnerReader, address, naming_failures
from adapters.wire.delivery_reads_v2 import OrderAtShop
from adapters.wire.parsing import parse
from adapters.wire.usage_v1 import EntitlementUsage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    from projections.partners import Partner

LARGEST_ENTITLEMENT: Final = 64 * 1024
LARGEST_ORDER: Final = 16 * 1024 * 1024
"""An order names up to 20,000 users."""


class UsageClient:
    """The reads that an Aanspraakmanager may do; none of them needs a school's consent.

    Each raises NoAnswer, for a 404 UnknownThere (adapters/eduv/partner_reader.py).
    """

    def __init__(self, reader: PartnerReader) -> None:
        self._reader = reader

    async def entitlement(self, registry: Partner, entitlement_id: UUID) -> EntitlementUsage:
        """GET /usage/entitlements/{id}."""
        url = address(registry.usage_url, "usage", "entitlements", str(entitlement_id))
        body = await self._reader.get(registry, url, most_bytes=LARGEST_ENTITLEMENT)
        with naming_failures():
            usage = parse(EntitlementUsage, body)
        if usage.entitlement_id != entitlement_id:
            raise NoAnswer("schema_incorrect")
        return usage

    async def order(
        self, registry: Partner, delivery_order_id: UUID
    ) -> AsyncGenerator[EntitlementUsage, None]:
        """GET /usage/deliveryorders/{id}: its entitlements as they come."""
        url = address(registry.usage_url, "usage", "deliveryorders", str(delivery_order_id))
        async for usage in self._usages(registry, url):
            yield usage

    async def contract(
        self, registry: Partner, contract_id: str
    ) -> AsyncGenerator[EntitlementUsage, None]:
        """GET /usage/contracts/{id}: the entitlements of all its orders as they come.

        The text gives one DeliveryOrderUsage for it, of which order it does not say; an array of
        them, one for each order, is read as well.
        """
        url = address(registry.usage_url, "usage", "contracts", contract_id)
        async for usage in self._usages(registry, url):
            yield usage

    async def delivery_order(self, shop: Partner, delivery_order_id: UUID) -> OrderAtShop:
        """GET /deliveryorders/{id}."""
        url = address(shop.url, "deliveryorders", str(delivery_order_id))
        body = await self._reader.get(shop, url, most_bytes=LARGEST_ORDER)
        with naming_failures():
            return parse(OrderAtShop, body)

    async def delivery_orders(
        self, shop: Partner, contract_id: str
    ) -> AsyncGenerator[OrderAtShop, None]:
        """GET /deliveryorders/contracts/{id}: the orders as they come."""
        url = address(shop.url, "deliveryorders", "contracts", contract_id)
        async for entry in self._reader.entries(shop, url, None, LARGEST_ORDER):
            with naming_failures():
                order = parse(OrderAtShop, entry)
            yield order

    async def _usages(self, registry: Partner, url: str) -> AsyncGenerator[EntitlementUsage, None]:
        async for entry in self._reader.entries(registry, url, "entitlements", LARGEST_ENTITLEMENT):
            with naming_failures():
                usage = parse(EntitlementUsage, entry)
            yield usage
