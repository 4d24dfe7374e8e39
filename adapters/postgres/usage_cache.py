"""What registries said of use, as of when: kept for a while, without anything about a person."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple
from uuid import UUID

from psycopg.rows import tuple_row

from aanspraak.domain import ids
from adapters.postgres.queries import load
from adapters.postgres.reads import NOBODY, seen_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import date, datetime

    from psycopg import AsyncConnection

    from adapters.postgres.vault_part import Connections
    from adapters.wire.usage_v1 import EntitlementUsage
    from projections.visibility import Viewer

PAGE: Final = 500
"""How many rows are read and written at once."""
SQL: Final = load("usage")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a registry is asked about; `id` as it stands in the address there."""

    kind: Literal["entitlement", "order", "contract"]
    id: str
    registry: str


class Source(NamedTuple):
    """What is known of a registry's answer.

    `as_of` is when it last answered, `known` whether it knew what it was asked about then; `error`
    is why it did not answer at `attempted_at`, a short code. Moments are UTC.
    """

    registry: str
    as_of: datetime | None = None
    known: bool | None = None
    attempted_at: datetime | None = None
    error: str | None = None

    def warnings(self) -> tuple[str, ...]:
        """What whoever reads what is kept has to know of it."""
        if self.error is not None:
            kept = f"this is as of {self.as_of:%Y-%m-%dT%H:%M:%SZ}" if self.as_of else "never read"
            return (f"{self.registry} did not answer ({self.error}): {kept}",)
        return () if self.known else (f"{self.registry} does not know it",)


class UseRow(NamedTuple):
    """A product of an entitlement, as its registry has it."""

    order_id: UUID
    entitlement_id: UUID
    product_id: str
    status: str
    first_used: date | None
    last_used: date | None
    frequency: int | None
    expiration_date: date | None
    as_of: datetime


class UsageCache:
    """Every write is a short transaction: nothing is held while a registry is waited for."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def source(self, asked: Asked) -> Source:
        """What is known of the answer, if there was any."""
        rows = await self._rows("read", _of(asked))
        return Source(*rows[0]) if rows else Source(asked.registry)

    async def put(self, registry: str, usages: Sequence[EntitlementUsage], as_of: datetime) -> None:
        """Keep what was said about entitlements of this registry; anything else is left out."""
        last = {(usage.entitlement_id, usage.product_id): usage for usage in usages}
        if not last:
            return
        columns = zip(*map(_columns, last.values()), strict=True)
        values = {name: list(each) for name, each in zip(_COLUMNS, columns, strict=True)}
        async with self._connection() as conn:
            await conn.execute(SQL["put"], {**values, "registry": registry, "as_of": as_of})

    async def answered(self, asked: Asked, as_of: datetime, *, known: bool) -> None:
        """All of the answer was put; what it no longer has is gone."""
        values = {**_of(asked), "as_of": as_of, "known": known}
        if asked.kind == "order":
            values["order_id"] = ids.order_stream(UUID(asked.id))
        async with self._connection() as conn, conn.transaction():
            await conn.execute(SQL[f"forget_older_of_{asked.kind}"], values)
            await conn.execute(SQL["answered"], values)

    async def failed(self, asked: Asked, at: datetime, error: str) -> None:
        """There was no answer."""
        async with self._connection() as conn:
            await conn.execute(SQL["failed"], {**_of(asked), "at": at, "error": error})

    async def registries_of_contract(self, viewer: Viewer, contract_id: str) -> list[str]:
        """Whose products this viewer may see were ordered under a contract."""
        values = {"contract_id": contract_id, **seen_by(viewer)}
        return [row[0] for row in await self._rows("registries_of_contract", values)]

    async def uses_of_entitlement(self, entitlement_id: UUID) -> AsyncIterator[list[UseRow]]:
        """What was kept about an entitlement, in pages."""
        async for page in self._pages("uses_of_entitlement", {"id": entitlement_id}):
            yield page

    async def uses_of_order(self, order_id: UUID) -> AsyncIterator[list[UseRow]]:
        """What was kept about the entitlements of an order (by its stream), in pages."""
        async for page in self._pages("uses_of_order", {"id": order_id}):
            yield page

    async def uses_of_contract(
        self, viewer: Viewer, contract_id: str
    ) -> AsyncIterator[list[UseRow]]:
        """The same of the orders under a contract that this viewer may see."""
        values = {"id": contract_id, **seen_by(viewer)}
        async for page in self._pages("uses_of_contract", values):
            yield page

    async def _pages(self, query: str, values: Mapping[str, object]) -> AsyncIterator[list[UseRow]]:
        after: tuple[UUID, UUID, str] = (NOBODY, NOBODY, "")
        while True:
            order_id, entitlement_id, product_id = after
            beyond = {
                "order_id": order_id,
                "entitlement_id": entitlement_id,
                "product_id": product_id,
            }
            rows = await self._rows(query, {**values, **beyond, "limit": PAGE})
            if rows:
                page = [UseRow(*row) for row in rows]
                after = page[-1][:3]
                yield page
            if len(rows) < PAGE:
                return

    async def _rows(self, query: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        async with self._connection() as conn, conn.cursor(row_factory=tuple_row) as cursor:
            await cursor.execute(SQL[query], values, prepare=False)
            return await cursor.fetchall()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection[Any]]:
        async with self._connections.connection() as conn:
            yield conn


def _of(asked: Asked) -> dict[str, object]:
    return {"kind": asked.kind, "id": asked.id, "registry": asked.registry}


_COLUMNS: Final = (
    "entitlement_id",
    "product_id",
    "status",
    "first_used",
    "last_used",
    "frequency",
    "expiration_date",
)


def _columns(usage: EntitlementUsage) -> tuple[object, ...]:
    """Never the user, the code or the school."""
    use = usage.usage
    return (
        usage.entitlement_id,
        usage.product_id,
        usage.entitlement_status,
        use.first_used if use else None,
        use.last_used if use else None,
        use.frequency_of_usage if use else None,
        usage.expiration_date,
    )
