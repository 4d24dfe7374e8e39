"""Who may see what: partners compete, so each sees its own only."""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol
from uuid import UUID

OPERATOR_ROLE: Final = "operator"


class Viewer(Protocol):
    """Whoever reads: a partner in its role, or the operator."""

    @property
    def partner(self) -> str:
        """The id of the partner."""

    @property
    def role(self) -> str:
        """The role of the partner: shop, registry, portal, dashboard; or operator."""


class Somebody(NamedTuple):
    """A viewer by name."""

    partner: str
    role: str


class Seen(Protocol):
    """What is looked at: an entitlement or an order."""

    @property
    def shop(self) -> str | None:
        """The shop that sent the order."""

    @property
    def registry(self) -> str | None:
        """The registry of the product."""

    @property
    def portals(self) -> tuple[str, ...]:
        """The portals it goes to."""

    @property
    def school_id(self) -> UUID | None:
        """The school it is for; none when a customer ordered."""


OPERATOR: Final = Somebody(partner="", role=OPERATOR_ROLE)
"""Sees all."""


def may_see(viewer: Viewer, seen: Seen) -> bool:
    """A shop its orders, a registry its products, a portal what names it, a dashboard any school's.

    What is at a school, a portal or dashboard sees only while that school consents: who answers
    asks that besides.
    """
    match viewer.role:
        case "shop":
            return seen.shop == viewer.partner
        case "registry":
            return seen.registry == viewer.partner
        case "portal":
            return viewer.partner in seen.portals
        case "dashboard":
            return seen.school_id is not None
        case role:
            return role == OPERATOR_ROLE
