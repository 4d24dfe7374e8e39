"""What may be asked of a provider's catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FollowCatalogue:
    """Take the products of this provider; `registry` is where their licences are registered."""

    provider: str
    registry: str


@dataclass(frozen=True, kw_only=True)
class LeaveCatalogue:
    """Take no more products of this provider."""

    provider: str


CatalogueCommand = FollowCatalogue | LeaveCatalogue
