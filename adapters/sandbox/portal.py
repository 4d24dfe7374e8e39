"""A portal (Leermiddelenportaal): places links, and knows which links each user has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from aiohttp import web
from typing_extensions import override

from adapters.sandbox.consent_desk import ConsentDesk
from adapters.sandbox.control import control_routes, read_wish, shown
from adapters.sandbox.entitlement_desk import ENTITLEMENTS, EntitlementDesk, Judgement, Role
from adapters.sandbox.front import application
from adapters.sandbox.messages import NewUrlStatus
from adapters.wire.outgoing import UserReference

if TYPE_CHECKING:
    from adapters.sandbox.ledger import Effect, Standing
    from adapters.sandbox.partner import Partner
    from adapters.wire.entitlement_v1 import Entitlement

CONFIRMED_AS = {"initialized": "processed", "cancelled": "cancelled", "blocked": "blocked"}
"""What a portal confirms, and as what (Entitlement API 1.1.0, EntitlementConfirmation)."""


class LinksWish(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """Whose links: a user's, or the holder's of a code; never in the address of a request."""

    user: UserReference | None = None
    activation_code: str | None = None


class Portal(Role):
    """Places, withdraws and blocks links; takes requests that name this portal alone."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner
        self.desk = EntitlementDesk(partner, self)
        self.too_early = 0
        """Links asked for while the product was not ready at the registry."""

    @override
    def judge(self, entitlement: Entitlement, standing: Standing | None) -> Judgement | None:
        name = self._partner.options.name
        if [asked.portal for asked in entitlement.url_statuses] != [name]:
            return None
        asked = entitlement.url_statuses[0].url_status
        self.too_early += asked == "initialized" and entitlement.entitlement_status == "created"
        becomes = CONFIRMED_AS.get(asked)
        if becomes is None:
            return Judgement(asked=asked)
        now = self._partner.behaviour
        if now.refuses(str(entitlement.entitlement_id), entitlement.product_id, asked):
            return Judgement(asked=asked, refusal=(now.refuse_status, now.refuse_message))
        return Judgement(asked=asked, new_url_status=NewUrlStatus(portal=name, url_status=becomes))

    @override
    def confirmed(self, effect: Effect) -> None:
        """Nothing follows."""

    def totals(self) -> dict[str, object]:
        """The counts of the ledger, and those of the links."""
        links = sum(_visible(standing) for standing in self.desk.ledger.standings.values())
        return {**self.desk.ledger.totals(), "links": links, "tooEarly": self.too_early}

    async def links(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /sandbox/links: the products that a user finds here."""
        wish = await read_wish(request, LinksWish)
        standings = self.desk.ledger.standings.values()
        found = [each for each in standings if _visible(each) and _belongs(each, wish)]
        return shown([_link(standing.entitlement) for standing in found])


def build(partner: Partner) -> web.Application:
    """The application of a portal."""
    portal = Portal(partner)
    routes = [
        web.put(ENTITLEMENTS, portal.desk.take),
        web.post("/sandbox/links", portal.links),
        *ConsentDesk(partner).routes(),
        *control_routes(partner, portal.totals, portal.desk.ledger.received),
    ]
    return application(partner, "portal", routes)


def _visible(standing: Standing) -> bool:
    return standing.became == "processed"


def _belongs(standing: Standing, wish: LinksWish) -> bool:
    whose = standing.entitlement.entitlement_specification
    if wish.activation_code is not None:
        return whose.activation_code == wish.activation_code
    return wish.user is not None and wish.user in {whose.student, whose.employee}


def _link(entitlement: Entitlement) -> dict[str, object]:
    return {
        "entitlementId": entitlement.entitlement_id,
        "productId": entitlement.product_id,
        "entitlementStatus": entitlement.entitlement_status,
        "expirationDate": entitlement.expiration_date,
    }
