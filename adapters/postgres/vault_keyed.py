"""References and identifiers under the vault's keys: as the database may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

import msgspec

from adapters.security.persons import PersonReference, as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from adapters.security.cipher import Cipher, KeyedHash, Sealed
    from adapters.security.persons import Identifier


@dataclass(frozen=True, slots=True)
class Keyed:
    """A reference, its key, and the keys of its identifiers, all under the newest hash key.

    `older` maps keys under older hash keys to these; it is empty unless keys are being rotated.
    """

    reference: PersonReference
    key: bytes
    identifiers: Mapping[bytes, Identifier]
    older: Mapping[bytes, bytes]


class SealedReference(NamedTuple):
    """A reference under a new id of its own, sealed."""

    reference_id: UUID
    data: bytes


def keyed(hashing: KeyedHash, reference: PersonReference) -> Keyed:
    """Hash a reference and its identifiers, which are known under any of these keys."""
    own = reference_parts(reference)
    key = hashing.digest(*own)
    older = dict.fromkeys(hashing.older_digests(*own), key)
    identifiers = {}
    for one in reference.identifiers:
        parts = identifier_parts(one.kind, one.scope, one.value)
        newest = hashing.digest(*parts)
        identifiers[newest] = one
        older.update(dict.fromkeys(hashing.older_digests(*parts), newest))
    return Keyed(reference, key, identifiers, older)


def reference_parts(reference: PersonReference) -> tuple[str, ...]:
    """What a reference's hash is made of: what was said, and where."""
    return "reference", reference.scope, reference.canonical()


def identifier_parts(kind: str, scope: str, value: str) -> tuple[str, ...]:
    """What an identifier's hash is made of."""
    return "identifier", kind, scope, value


def older_keys(references: Iterable[Keyed]) -> dict[bytes, bytes]:
    """Keys of all these references under older hash keys -> under the newest."""
    return {old: new for one in references for old, new in one.older.items()}


def seal_identifier(cipher: Cipher, key: bytes, identifier: Identifier) -> bytes:
    """An identifier's value for its row."""
    return cipher.seal("identifier", key, identifier.value.encode()).data


def open_identifier(cipher: Cipher, key: bytes, sealed: Sealed) -> str:
    """The value of an identifier; raises Unopenable."""
    return cipher.open("identifier", key, sealed).decode()


def seal_reference(cipher: Cipher, one: Keyed) -> SealedReference:
    """A reference as given, with where it was said, under a new id."""
    reference_id = uuid4()
    content = as_json({"given": one.reference.as_given, "scope": one.reference.scope})
    sealed = cipher.seal("reference", reference_id.bytes, content)
    return SealedReference(reference_id, sealed.data)


def open_reference(cipher: Cipher, reference_id: UUID, sealed: Sealed) -> PersonReference:
    """A reference as it was given, without its identifiers; raises Unopenable."""
    content = msgspec.json.decode(cipher.open("reference", reference_id.bytes, sealed))
    return PersonReference(content["given"], content["scope"], ())
