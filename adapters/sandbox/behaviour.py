"""How a sandbox partner behaves: well, unless told otherwise, and told at any moment."""

from __future__ import annotations

from typing import Annotated, Literal
from zlib import crc32

import msgspec
from msgspec import Meta

Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0, le=3600)]


class Behaviour(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """Options of `--behaviour` and of `/sandbox/behaviour` (camelCase there); seconds and shares.

    A share of what is decided once (refusing, activating, keeping silent) depends on the id alone:
    the same entitlements in every run. A share of attempts (failing, an expired token) is chance.
    """

    latency_seconds: Seconds = 0
    """Every answer takes this long, plus up to `jitter_seconds`."""
    jitter_seconds: Seconds = 0

    down: Literal["no", "closed", "unavailable"] = "no"
    """Closes every connection at once, or answers 503 to everything."""
    fail_share: Share = 0
    fail_with: Literal["error", "timeout", "closed"] = "error"
    """Fails a share of the attempts: a 500, no answer at all, or a connection closed."""
    expired_token_share: Share = 0
    """Forgets the token of a share of the attempts and answers 401."""
    answers: dict[str, Annotated[int, Meta(ge=400, le=599)]] = {}
    """The HTTP status that one entitlement or order, or all of a product, always gets; by id."""
    retry_after_seconds: int | None = None
    """Goes with every 429 and 503."""

    refuse_share: Share = 0
    refuse_products: tuple[str, ...] = ()
    refuse_asked: tuple[str, ...] = ()
    """Refuses only what asks for one of these statuses; empty: whatever it asks."""
    refuse_status: int = 4099
    refuse_message: str = "refused by the sandbox"

    silent_share: Share = 0
    """So many are taken with 202 and never confirmed."""
    delay_seconds: Seconds = 0
    """What it sends of its own accord (confirmations, orders) goes out so much later."""
    out_of_order_seconds: Seconds = 0
    """Each goes out up to so much later still, by chance, past others of the same entitlement."""
    times: Annotated[int, Meta(ge=1, le=10)] = 1
    """Each goes out so many times."""

    activate_share: Share = 0
    """So many of the entitlements a registry confirmed are activated (a registry only)."""
    activate_after_seconds: Seconds = 0

    def told_to_answer(self, *ids: str) -> int | None:
        """The HTTP status that one of these ids always gets; None: none of them."""
        return next((self.answers[one] for one in ids if one in self.answers), None)

    def refuses(self, entitlement_id: str, product_id: str, asked: str) -> bool:
        """Whether it disagrees with this."""
        if self.refuse_asked and asked not in self.refuse_asked:
            return False
        named = product_id in self.refuse_products
        return named or falls_within(self.refuse_share, entitlement_id, "refuse")


def falls_within(share: float, key: str, purpose: str) -> bool:
    """Whether this id is among the share; for each purpose another part of them."""
    return crc32(f"{purpose}/{key}".encode()) / 2**32 < share


def read_behaviour(given: bytes) -> Behaviour:
    """From JSON; what is not given is as good as can be.

    Raises:
        msgspec.ValidationError: for an unknown option or a value out of range.
        msgspec.DecodeError: when it is no JSON.
    """
    return msgspec.json.decode(given, type=Behaviour)
