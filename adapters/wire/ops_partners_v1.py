"""Operations on partners: whether one reads its messages from Kafka, and sealed to which key."""

from __future__ import annotations

from typing import Any

from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing


class SetKey(Act):
    """The body that sets the public key of a partner, a JWK (EC or RSA)."""

    public_key: dict[str, Any]


class RemoveKey(Act):
    """The body that has a partner called over HTTP again."""


class KeyInForce(Outgoing, frozen=True, kw_only=True):
    """How a partner gets its messages from now on; `keyId` is the `kid` of what is sealed to it."""

    partner: str
    reads_kafka: bool
    key_id: str | None = None


READ = (SetKey, RemoveKey)
WRITTEN = (KeyInForce,)
