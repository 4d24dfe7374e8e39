"""Operations on schools: where their links go, whatever their orders name."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from adapters.wire.message import Name, broken
from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing


class ChangePortal(Act):
    """Add or remove a portal of a school. `dryRun` counts what it would touch, and does nothing."""

    portal: Name
    dry_run: bool = False


class ReplacePortal(ChangePortal):
    """Have what goes to `portal` go to `newPortal` instead."""

    new_portal: Name

    @model_validator(mode="after")
    def _is_another(self) -> Self:
        if self.new_portal == self.portal:
            broken("must be another portal than `portal`", at="newPortal")
        return self


class PortalsTouched(Outgoing, frozen=True, kw_only=True):
    """What came of it: `changed`, `unchanged` (it was so), or with `dryRun` `planned`.

    `entitlements`: how many of the school can still be used; `touched` of them go elsewhere, in so
    many `orders`. `linksRequested` are asked for at once, those of `waiting` entitlements when they
    may (the registry has them ready, no block); `linksWithdrawn` are taken away. `consented`:
    whether the school consents to the portal that is added; until it does, no link goes there. All
    numbers are of before, as far as the views had followed.
    """

    outcome: str
    entitlements: int
    touched: int
    orders: int
    links_requested: int
    waiting: int
    links_withdrawn: int
    consented: bool | None = None


class PortalOfSchool(Outgoing, frozen=True, kw_only=True):
    """A portal, how many entitlements go there, and whether the school consents to it."""

    portal: str
    entitlements: int
    consented: bool


class PortalMoved(Outgoing, frozen=True, kw_only=True):
    """An order that names `portal` goes to `newPortal`; without one, to none in its stead."""

    portal: str
    new_portal: str | None = None


class PortalsOfSchool(Outgoing, frozen=True, kw_only=True):
    """Where the entitlements go that can still be used, and what was decided of it.

    `added` get everything of the school, `moved` what orders name.
    """

    entitlements: int
    portals: tuple[PortalOfSchool, ...]
    added: tuple[str, ...]
    moved: tuple[PortalMoved, ...]


READ = (ChangePortal, ReplacePortal)
WRITTEN = (PortalsTouched, PortalsOfSchool)
