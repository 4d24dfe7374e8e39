"""The vault's cryptography: keyed hashes to look up by, and ciphers to read back."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from adapters.security.keys import KeyRing

if TYPE_CHECKING:
    from collections.abc import Mapping

_NONCE_BYTES = 12


class Unopenable(Exception):
    """A row of the vault cannot be opened: its key is not configured, or it was tampered with."""


class KeyedHash:
    """HMAC-SHA256 with numbered keys: only the hub can tell the hash of a thing."""

    def __init__(self, ring: KeyRing) -> None:
        self.newest = ring.newest
        self._keyed, *self._older = (HMAC(key, SHA256()) for key in ring.newest_first())

    def digest(self, *parts: str) -> bytes:
        """The 32 bytes under the newest key. Parts cannot run into each other."""
        return _finish(self._keyed, msgspec.json.encode(parts))

    def older_digests(self, *parts: str) -> tuple[bytes, ...]:
        """The same under each older key, newest first; empty unless keys are being rotated."""
        if not self._older:
            return ()
        message = msgspec.json.encode(parts)
        return tuple(_finish(older, message) for older in self._older)


class Sealed(NamedTuple):
    """What lies in a row: the number of the key, and nonce, ciphertext and tag in one."""

    key: int
    data: bytes


class Cipher:
    """AES-256-GCM with numbered keys and a random 96-bit nonce.

    What is sealed is bound to the purpose and id of its row, so that it opens nowhere else.
    """

    def __init__(self, ring: KeyRing) -> None:
        self.newest = ring.newest
        self._ciphers: Mapping[int, AESGCM] = {n: AESGCM(key) for n, key in ring.keys.items()}

    def seal(self, purpose: str, row: bytes, plain: bytes) -> Sealed:
        """Encrypt with the newest key."""
        nonce = os.urandom(_NONCE_BYTES)
        cipher = self._ciphers[self.newest]
        return Sealed(self.newest, nonce + cipher.encrypt(nonce, plain, _bound_to(purpose, row)))

    def open(self, purpose: str, row: bytes, sealed: Sealed) -> bytes:
        """Decrypt what was sealed for this row.

        Raises:
            Unopenable: an unknown key, another row's content, or altered bytes.
        """
        cipher = self._ciphers.get(sealed.key)
        if cipher is None:
            raise Unopenable(f"{purpose}: encryption key {sealed.key} is not configured")
        nonce, body = sealed.data[:_NONCE_BYTES], sealed.data[_NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, body, _bound_to(purpose, row))
        except (InvalidTag, ValueError):
            raise Unopenable(f"{purpose}: a row does not open under key {sealed.key}") from None


@dataclass(frozen=True, slots=True)
class VaultKeys:
    """The two secrets of the vault."""

    hashing: KeyedHash
    cipher: Cipher

    @classmethod
    def from_hex(cls, hashing: Mapping[int, str], encryption: Mapping[int, str]) -> VaultKeys:
        """Read both rings as the settings hold them: number -> 64 hexadecimal digits.

        Raises:
            UnusableKey: naming the number of the key, never the key.
        """
        return cls(KeyedHash(KeyRing.from_hex(hashing)), Cipher(KeyRing.from_hex(encryption)))


def _finish(keyed: HMAC, message: bytes) -> bytes:
    """A copy of a prepared key is half the work of preparing it again."""
    started = keyed.copy()
    started.update(message)
    return started.finalize()


def _bound_to(purpose: str, row: bytes) -> bytes:
    return purpose.encode() + b"\0" + row
