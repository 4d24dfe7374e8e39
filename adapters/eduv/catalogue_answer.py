"""An answer of a catalogue: every entry is judged alone, and a bad one is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from adapters.wire.catalogue_v2 import ProductName
from adapters.wire.parsing import parse
from adapters.wire.problems import SchemaIncorrect

if TYPE_CHECKING:
    from adapters.wire.catalogue_v2 import Product, ProductInfo

E = TypeVar("E", bound="Product | ProductInfo")


class NoList(Exception):
    """The answer is no JSON array."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bad:
    """What is wrong with a product, field by field; `product_id` is its place if it has none."""

    product_id: str
    faults: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entries(Generic[E]):
    """The good entries in their order, each product once, and the bad ones."""

    good: tuple[E, ...]
    bad: tuple[Bad, ...]

    @property
    def named(self) -> set[str]:
        """The products that the answer has, good or bad."""
        return {one.product_id for one in self.good} | {one.product_id for one in self.bad}


class _Named(msgspec.Struct):
    productId: str  # noqa: N815 - the name in the standard


def read_entries(body: bytes, model: type[E], path: str) -> Entries[E]:
    """Read the answer to a GET of `path`.

    Raises:
        NoList: it is no JSON array.
    """
    try:
        parts = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise NoList(path) from None
    good: dict[str, E] = {}
    bad: list[Bad] = []
    for number, part in enumerate(parts, start=1):
        try:
            entry = parse(model, bytes(part))
        except SchemaIncorrect as error:
            named = _name_of(part) or f"entry {number} of {path}"
            bad.append(Bad(product_id=named, faults="; ".join(map(str, error.problems))))
            continue
        if entry.product_id in good:
            bad.append(Bad(product_id=entry.product_id, faults="productId is listed twice"))
        good.setdefault(entry.product_id, entry)
    return Entries(good=tuple(good.values()), bad=tuple(bad))


def _name_of(part: msgspec.Raw) -> str | None:
    """The productId of an entry that is not good, if that much can be read and be repeated."""
    try:
        named = msgspec.json.decode(part, type=_Named).productId
        parse(ProductName, msgspec.json.encode({"productId": named}))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, SchemaIncorrect):
        return None
    return named
