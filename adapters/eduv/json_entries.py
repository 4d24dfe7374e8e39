"""A long JSON answer read as it comes: the objects of one array, each alone, never all at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterator

_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]:"]', re.DOTALL)
_OPENING: Final = (b"{", b"[")
_CLOSED_BY: Final = {b"}": b"{", b"]": b"["}


class NotJson(Exception):
    """What came is no JSON, ends too early, or has not the array that was looked for."""


class EntryTooLarge(Exception):
    """One object is larger than any of its kind has a reason to be."""


async def entries(
    chunks: AsyncIterable[bytes], array: str | None, most_bytes: int
) -> AsyncIterator[bytes]:
    """The objects in the array of this name, wherever it stands; None: in the whole, an array.

    `most_bytes` is for one object, and what stands between two.

    Raises:
        NotJson: also after entries that were good.
        EntryTooLarge: as it says.
    """
    scanner = Scanner(array)
    async for chunk in chunks:
        for entry in scanner.feed(chunk):
            if len(entry) > most_bytes:
                raise EntryTooLarge
            yield entry
        if scanner.held > most_bytes:
            raise EntryTooLarge
    scanner.finish()


class Scanner:
    """Knows where in the JSON it is; what stands in an object is left to who reads the object."""

    def __init__(self, array: str | None) -> None:
        self._wanted = None if array is None else f'"{array}"'.encode()
        self._buffer = bytearray()
        self._at = 0
        self._begin: int | None = None
        self._opened: list[tuple[bytes, bytes | None]] = []
        self._entry_depth = 0
        self._last = self._key = b""
        self._found = self._complete = False

    @property
    def held(self) -> int:
        """How many bytes wait for the end of what they belong to."""
        return len(self._buffer)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Give the objects that are complete now."""
        self._buffer += chunk
        while (token := _TOKEN.search(self._buffer, self._at)) is not None:
            if token.group() == b'"':  # its end has not come yet
                self._at = token.start()
                break
            self._at = token.end()
            if self._is_end_of_entry(token.group(), token.start()) and self._begin is not None:
                yield bytes(self._buffer[self._begin : self._at])
                self._begin = None
        else:
            self._at = len(self._buffer)
        self._forget()

    def finish(self) -> None:
        """Say that nothing more comes; raises NotJson when something is missing."""
        if not self._complete or not self._found:
            raise NotJson

    def _is_end_of_entry(self, token: bytes, start: int) -> bool:
        """Note what a token means for where we are."""
        if token in _OPENING:
            self._open(token, start)
        elif token in _CLOSED_BY:
            self._close(token)
            return len(self._opened) == self._entry_depth
        elif token == b":":
            self._key = self._last
        else:
            self._last = token
        return False

    def _open(self, token: bytes, start: int) -> None:
        if self._complete:
            raise NotJson
        if self._begin is None and token == b"{" and self._in_wanted_array():
            self._begin, self._entry_depth = start, len(self._opened)
        self._opened.append((token, self._key))
        self._key = b""
        self._found = self._found or self._in_wanted_array()

    def _close(self, token: bytes) -> None:
        if not self._opened or self._opened.pop()[0] != _CLOSED_BY[token]:
            raise NotJson
        self._key = b""
        self._complete = not self._opened

    def _in_wanted_array(self) -> bool:
        if not self._opened or self._opened[-1][0] != b"[":
            return False
        if self._wanted is None:
            return len(self._opened) == 1
        return self._opened[-1][1] == self._wanted

    def _forget(self) -> None:
        """What was seen and belongs to no object that is still open."""
        done = self._at if self._begin is None else self._begin
        del self._buffer[:done]
        self._at -= done
        if self._begin is not None:
            self._begin = 0
