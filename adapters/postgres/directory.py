"""The directory: who the partners are and what the catalogue says, remembered for a second."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from aanspraak.domain.contract_terms import ContractTerms
from adapters.postgres.queries import load
from adapters.postgres.views_rows import rows_of
from projections import contracts
from projections.contracts import Contract
from projections.partners import Partner
from projections.products import Product, terms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from aanspraak.domain.product_terms import ProductTerms

Found = TypeVar("Found")

REMEMBERED_SECONDS: Final = 1.0
REMEMBERED_AT_MOST: Final = 10_000


class Directory:
    """Partners and products as the views have them, at most a second old; a miss always asks."""

    def __init__(
        self,
        pool: AsyncConnectionPool[AsyncConnection[Any]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._partners: _Memory[Partner] = _Memory(clock)
        self._clients: _Memory[Partner] = _Memory(clock)
        self._products: _Memory[Product] = _Memory(clock)
        self._contracts: _Memory[ContractTerms] = _Memory(clock)

    async def partner(self, partner: str) -> Partner | None:
        """The partner with this id."""
        return await self._partners.recall(partner, lambda: self._partner("partner", partner))

    async def partner_of_client(self, client_id: str) -> Partner | None:
        """The partner whose tokens carry this client id."""
        return await self._clients.recall(
            client_id, lambda: self._partner("partner_of_client", client_id)
        )

    async def partners(self, role: str | None = None) -> list[Partner]:
        """All partners, or those of a role, by id. Always asks the database."""
        async with self._pool.connection() as conn:
            return await rows_of(Partner, conn, load("directory")["partners"], {"role": role})

    async def product(self, product_id: str) -> ProductTerms | None:
        """What the catalogue says of a product that an order is judged by."""
        found = await self.listed_product(product_id)
        return terms(found) if found else None

    async def listed_product(self, product_id: str) -> Product | None:
        """A product as its supplier lists it."""
        return await self._products.recall(product_id, lambda: self._product(product_id))

    async def products(self) -> list[Product]:
        """The whole catalogue, by id. Always asks the database."""
        async with self._pool.connection() as conn:
            return await rows_of(Product, conn, load("directory")["products"], {})

    async def contract(self, contract_id: str | None) -> ContractTerms:
        """On which terms an order is taken: those of its contract, or the defaults."""
        if contract_id is None:
            return ContractTerms()
        found = await self.contract_with_rules(contract_id)
        return found or ContractTerms(contract_id=contract_id)

    async def contract_with_rules(self, contract_id: str) -> ContractTerms | None:
        """The terms of a contract that has rules of its own."""
        return await self._contracts.recall(contract_id, lambda: self._terms(contract_id))

    async def _terms(self, contract_id: str) -> ContractTerms | None:
        async with self._pool.connection() as conn:
            query = load("directory")["contract"]
            found = await rows_of(Contract, conn, query, {"key": contract_id})
        return contracts.terms(found[0]) if found else None

    async def _partner(self, query: str, key: str) -> Partner | None:
        async with self._pool.connection() as conn:
            found = await rows_of(Partner, conn, load("directory")[query], {"key": key})
        return found[0] if found else None

    async def _product(self, product_id: str) -> Product | None:
        async with self._pool.connection() as conn:
            found = await rows_of(Product, conn, load("directory")["product"], {"key": product_id})
        return found[0] if found else None


async def is_partner(conn: AsyncConnection[Any], partner: str) -> bool:
    """Whether somebody of this id is registered."""
    return bool(await rows_of(Partner, conn, load("directory")["partner"], {"key": partner}))


class _Memory(Generic[Found]):
    """What was found, for a second. What was not found is asked again each time.

    Who wants to know what is being asked already waits for that answer: when the second is over,
    not every request under way asks.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._found: dict[str, tuple[float, Found]] = {}
        self._asking: dict[str, asyncio.Task[Found | None]] = {}

    async def recall(self, key: str, ask: Callable[[], Awaitable[Found | None]]) -> Found | None:
        remembered = self._found.get(key)
        if remembered and remembered[0] > self._clock():
            return remembered[1]
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(self._ask(key, ask))
        return await asyncio.shield(asking)

    async def _ask(self, key: str, ask: Callable[[], Awaitable[Found | None]]) -> Found | None:
        try:
            found = await ask()
        finally:
            del self._asking[key]
        if found is None:
            self._found.pop(key, None)
            return None
        if len(self._found) >= REMEMBERED_AT_MOST:
            self._found.clear()
        self._found[key] = (self._clock() + REMEMBERED_SECONDS, found)
        return found
