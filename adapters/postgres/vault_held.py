"""Activations of entitlements that we do not know (yet), held in the vault until they appear."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from adapters.postgres.vault_part import SQL, Connection, VaultPart, look_up
from adapters.security.cipher import Cipher, KeyedHash, Sealed
from adapters.security.persons import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldActivation:
    """An InitialActivation as a registry (`party`) reported it; `message` is plain JSON.

    `subject_id` is given when the user is somebody we know: the message is forgotten with them.
    """

    entitlement_id: UUID
    party: str
    message: Mapping[str, object] = field(repr=False)
    received_at: datetime
    subject_id: UUID | None = None


class HeldActivations(VaultPart):
    """Encrypted messages by entitlement."""

    async def hold_activation(self, activation: HeldActivation) -> bool:
        """Hold a message; False when the same one is held already. Committed on return.

        Raises:
            UnreadableText: a string in the message is not valid Unicode.
        """
        async with self._opened() as conn:
            return await put_back(conn, self._keys.hashing, self._keys.cipher, activation)

    async def take_up(
        self, conn: Connection, entitlement_ids: Sequence[UUID]
    ) -> list[HeldActivation]:
        """Take out what is held for these entitlements, in the order of arrival.

        It happens in the transaction of `conn`: the messages are gone when the facts made of them
        are committed, and stay held otherwise.

        Raises:
            Unopenable: a key is not configured, or a row was tampered with.
        """
        rows = await look_up(conn, "take_up", ids=list(entitlement_ids))
        return [open_held(self._keys.cipher, *row) for row in rows]

    async def held_count(self) -> int:
        """Count the messages that are held."""
        async with self._opened() as conn:
            row = await (await conn.execute(SQL["held_count"])).fetchone()
        return int(row[0]) if row else 0


async def put_back(
    conn: Connection, hashing: KeyedHash, cipher: Cipher, activation: HeldActivation
) -> bool:
    """Write a message under the newest keys; False when the same one is there already."""
    plain = as_json(activation.message)
    digest = hashing.digest(
        "held", str(activation.entitlement_id), activation.party, plain.decode()
    )
    row = {
        "entitlement": activation.entitlement_id,
        "party": activation.party,
        "digest": digest,
        "digest_key": hashing.newest,
        "subject": activation.subject_id,
        "cipher": cipher.seal("held", _row(activation.entitlement_id, digest), plain).data,
        "cipher_key": cipher.newest,
        "received_at": activation.received_at,
    }
    return (await conn.execute(SQL["hold_activation"], row)).rowcount == 1


def open_held(cipher: Cipher, *row: Any) -> HeldActivation:  # noqa: ANN401 a row as it comes
    """Read a row of held_activations; raises Unopenable."""
    entitlement_id, party, digest, key, data, received_at, subject_id = row
    plain = cipher.open("held", _row(entitlement_id, digest), Sealed(key, data))
    return HeldActivation(
        entitlement_id=entitlement_id,
        party=party,
        message=msgspec.json.decode(plain),
        received_at=received_at,
        subject_id=subject_id,
    )


def _row(entitlement_id: UUID, digest: bytes) -> bytes:
    return entitlement_id.bytes + digest
