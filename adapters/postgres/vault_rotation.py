"""Replacing the vault's keys while the hub runs.

Add a key with the next number to the settings of every process and restart them: new rows are
written with it, older ones are still found and read. Run `reencrypt`; then the old keys can go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from adapters.postgres.queries import load
from adapters.postgres.vault_held import open_held, put_back
from adapters.postgres.vault_keyed import (
    identifier_parts,
    open_identifier,
    open_reference,
    reference_parts,
)
from adapters.postgres.vault_part import SQL, Connection, VaultPart
from adapters.security.cipher import Sealed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from psycopg import AsyncCursor

    from adapters.security.cipher import VaultKeys

_SQL = load("vault_rotation")
_BEFORE_ALL = UUID(int=0)


class Reencrypted(NamedTuple):
    """How many rows were rewritten.

    `doubled` counts identifiers that stood under the newest key too, written by a process that did
    not have both: the one under the newest key is kept, so look-ups find whom they found.
    """

    rows: int
    doubled: int


class Rotation(VaultPart):
    """Rewrites what older keys wrote."""

    async def stale(self) -> int:
        """How many rows are not under the newest keys."""
        async with self._opened() as conn:
            numbers = {
                "hash_key": self._keys.hashing.newest,
                "cipher_key": self._keys.cipher.newest,
            }
            row = await (await conn.execute(_SQL["count_stale"], numbers)).fetchone()
        return int(row[0]) if row else 0

    async def reencrypt(
        self, batch: int = 1_000, progress: Callable[[int], None] = lambda _: None
    ) -> Reencrypted:
        """Rewrite every row that is not under the newest keys, a batch per transaction.

        `progress` is told the size of each batch. It can be stopped at any moment and started
        again.

        Raises:
            Unopenable: a row's key is not configured any more.
        """
        async with self._opened() as conn:
            work = _Work(conn, self._keys, batch)
            rows = 0
            for step in (work.identifiers, work.references, work.texts, work.held):
                rows += await _until_done(conn, step, progress)
        return Reencrypted(rows, work.doubled)


async def _until_done(
    conn: Connection, step: Callable[[], Awaitable[int]], progress: Callable[[int], None]
) -> int:
    total = 0
    while True:
        async with conn.transaction():
            # Rows are taken out and put back: nobody may be forgotten, or found, between.
            await conn.execute(SQL["alone"])
            rows = await step()
        if rows == 0:
            return total
        total += rows
        progress(rows)


@dataclass
class _Work:
    conn: Connection
    keys: VaultKeys
    batch: int
    doubled: int = 0
    after_hash: bytes = b""
    after_reference: UUID = _BEFORE_ALL
    after_text: UUID = _BEFORE_ALL

    async def identifiers(self) -> int:
        rows = await self._rows("take_stale_identifiers", after=self.after_hash)
        if not rows:
            return 0
        self.after_hash = max(row[0] for row in rows)
        new = [self._identifier(*row[:5]) for row in rows]
        put = await self._write(
            "put_identifiers",
            hashes=[key for key, _ in new],
            ciphers=[data for _, data in new],
            kinds=[row[1] for row in rows],
            scopes=[row[2] for row in rows],
            subjects=[row[5] for row in rows],
            kept=[row[6] for row in rows],
        )
        self.doubled += len(rows) - put
        return len(rows)

    async def references(self) -> int:
        rows = await self._rows("stale_references", after=self.after_reference)
        if not rows:
            return 0
        self.after_reference = rows[-1][0]
        new = [self._reference(*row) for row in rows]
        await self._write(
            "rewrite_references",
            ids=[row[0] for row in rows],
            hashes=[key for key, _ in new],
            ciphers=[data for _, data in new],
        )
        return len(rows)

    async def texts(self) -> int:
        rows = await self._rows("stale_texts", after=self.after_text)
        if not rows:
            return 0
        self.after_text = rows[-1][0]
        ciphers = [self._again("text", row[0].bytes, Sealed(*row[1:])) for row in rows]
        await self._write("rewrite_texts", ids=[row[0] for row in rows], ciphers=ciphers)
        return len(rows)

    async def held(self) -> int:
        rows = await self._rows("take_stale_held_activations")
        for row in rows:
            activation = open_held(self.keys.cipher, *row)
            await put_back(self.conn, self.keys.hashing, self.keys.cipher, activation)
        return len(rows)

    def _identifier(
        self, key: bytes, kind: str, scope: str, cipher_key: int, data: bytes
    ) -> tuple[bytes, bytes]:
        value = open_identifier(self.keys.cipher, key, Sealed(cipher_key, data))
        newest = self.keys.hashing.digest(*identifier_parts(kind, scope, value))
        return newest, self.keys.cipher.seal("identifier", newest, value.encode()).data

    def _reference(self, reference_id: UUID, cipher_key: int, data: bytes) -> tuple[bytes, bytes]:
        sealed = Sealed(cipher_key, data)
        reference = open_reference(self.keys.cipher, reference_id, sealed)
        key = self.keys.hashing.digest(*reference_parts(reference))
        return key, self._again("reference", reference_id.bytes, sealed)

    def _again(self, purpose: str, row: bytes, sealed: Sealed) -> bytes:
        cipher = self.keys.cipher
        return cipher.seal(purpose, row, cipher.open(purpose, row, sealed)).data

    async def _rows(self, query: str, **given: object) -> Sequence[tuple[Any, ...]]:
        cursor = await self._execute(query, limit=self.batch, **given)
        return await cursor.fetchall()

    async def _write(self, query: str, **given: object) -> int:
        cursor = await self._execute(query, **given)
        return cursor.rowcount

    async def _execute(self, query: str, **given: object) -> AsyncCursor[Any]:
        numbers = {"hash_key": self.keys.hashing.newest, "cipher_key": self.keys.cipher.newest}
        return await self.conn.execute(_SQL[query], {**given, **numbers}, binary=True)
