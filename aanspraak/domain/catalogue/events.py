"""Facts about a provider's catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CatalogueFollowed:
    """The hub takes the products of this provider; `registry` registers their licences."""

    provider: str
    registry: str


@dataclass(frozen=True, kw_only=True)
class CatalogueLeft:
    """The hub takes no more products of this provider; those it has stay as they are."""

    provider: str


CatalogueEvent = CatalogueFollowed | CatalogueLeft
