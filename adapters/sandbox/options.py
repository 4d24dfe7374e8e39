"""What a sandbox partner is started with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from adapters.sandbox.behaviour import Behaviour

Kind: TypeAlias = Literal["shop", "registry", "portal", "catalogue", "administration"]

TokenSource: TypeAlias = Callable[[], Awaitable[str]]
"""Gives a bearer token for the hub that says which partner calls; asked again once refused."""


@dataclass(frozen=True, kw_only=True)
class SandboxOptions:
    """One partner. `name` is its partner id; a portal's is the id by which orders name it.

    `port` 0 means any that is free. `client_keys` is a JWK Set: with it a client assertion must be
    signed by one of these keys, without it any well-formed one will do. `orders_file` (shop) holds
    a JSON list of DeliveryOrderRequests that are sent at the start, `products_file` (catalogue) one
    of Products.
    """

    name: str
    hub_url: str
    token_source: TokenSource
    host: str = "127.0.0.1"
    port: int = 0
    behaviour: Behaviour = field(default_factory=Behaviour)
    demand_token: bool = True
    client_keys: Path | None = None
    orders_file: Path | None = None
    products_file: Path | None = None
    hub_concurrency: int = 16
    seed: int = 0
