"""Numbered secret keys: the highest number is the newest, older ones still read what they wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.stopping import CannotGoOn

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_BYTES = 32
_HIGHEST_NUMBER = 32_767  # a smallint in every row that a key wrote


class UnusableKey(CannotGoOn):
    """A secret key must be 32 bytes (64 hexadecimal digits) with a number from 1 to 32767."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one purpose by number; at least one. Their bytes are never shown."""

    keys: Mapping[int, bytes] = field(repr=False)
    newest: int = field(init=False)
    """The number of the key that writes."""

    def __post_init__(self) -> None:
        if not self.keys:
            raise UnusableKey(UnusableKey.__doc__)
        for number, key in self.keys.items():
            if len(key) != KEY_BYTES or not 0 < number <= _HIGHEST_NUMBER:
                raise UnusableKey(f"key {number}: {UnusableKey.__doc__}")
        object.__setattr__(self, "newest", max(self.keys))

    @classmethod
    def from_hex(cls, keys: Mapping[int, str]) -> KeyRing:
        """Read keys as the settings hold them.

        Raises:
            UnusableKey: naming the number of the key, never the key.
        """
        return cls({number: _from_hex(number, text) for number, text in keys.items()})

    def newest_first(self) -> tuple[bytes, ...]:
        """Every key, the one that writes first."""
        return tuple(self.keys[number] for number in sorted(self.keys, reverse=True))


def _from_hex(number: int, text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise UnusableKey(f"key {number}: {UnusableKey.__doc__}") from None
