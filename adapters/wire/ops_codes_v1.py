"""What an operator asks about activation codes, and how the stock reads (Operations 1.0.0)."""

from __future__ import annotations

from adapters.wire.message import Code, Id, Key, Many, Maybe, Whole
from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing


class CodesRequest(Act):
    """Ask the registry for codes; the same `request_id` asks once."""

    request_id: Id
    product_id: Key
    quantity: Whole
    contract_id: Maybe[Key] = None


class CodesTake(Act):
    """Take codes out of stock for an order; the same `request_id` gives the same codes."""

    request_id: Id
    product_id: Key
    quantity: Whole
    delivery_order_id: Id


class CodesRevoke(Act):
    """Have codes revoked."""

    product_id: Key
    activation_codes: Many[Code]


class CodesMark(Act):
    """Warn when there are fewer unused codes than this; 0: never."""

    product_id: Key
    mark: Whole


class CodesAsked(Outgoing, frozen=True, kw_only=True):
    """A request is on its way to the registry, which answers it by this id; it was before: none."""

    request_reference_id: str | None = None


class CodesTaken(Outgoing, frozen=True, kw_only=True):
    """Codes that are nobody else's."""

    product_id: str
    activation_codes: tuple[str, ...]
    left: int


class CodeRevocation(Outgoing, frozen=True, kw_only=True):
    """What became of the nth code (from 0): `asked`, `already-asked` or `in-an-order`."""

    place: int
    outcome: str


class CodeStock(Outgoing, frozen=True, kw_only=True):
    """The codes of a product; `asked` and `revoking` wait for the registry's answer."""

    product_id: str
    registry: str
    unused: int
    low_water_mark: int
    is_low: bool
    asked: int
    received: int
    taken_out: int
    revoking: int
    revoked: int
    refused: int


READ = (CodesRequest, CodesTake, CodesRevoke, CodesMark)
WRITTEN = (CodesAsked, CodesTaken, CodeRevocation, CodeStock)
