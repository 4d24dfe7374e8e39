"""The rules of following a provider's catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.catalogue.commands import FollowCatalogue, LeaveCatalogue
from aanspraak.domain.catalogue.events import CatalogueEvent, CatalogueFollowed, CatalogueLeft
from aanspraak.domain.errors import CatalogueIncomplete

if TYPE_CHECKING:
    from aanspraak.domain.catalogue.commands import CatalogueCommand


def decide(command: CatalogueCommand, state: CatalogueEvent | None) -> tuple[CatalogueEvent, ...]:
    """Return the facts that follow; () means it was already so."""
    match command:
        case FollowCatalogue():
            for field in ("provider", "registry"):
                if not getattr(command, field):
                    raise CatalogueIncomplete(f"{field} is empty")
            followed = CatalogueFollowed(provider=command.provider, registry=command.registry)
            return () if followed == state else (followed,)
        case LeaveCatalogue():
            follows = isinstance(state, CatalogueFollowed)
            return (CatalogueLeft(provider=command.provider),) if follows else ()
        case _:
            assert_never(command)
