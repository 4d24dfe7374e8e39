"""What a registry tells of use: what was sent to it and activated there, or what a test wants."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from aiohttp import web

from adapters.sandbox.control import read_wish, shown
from adapters.sandbox.front import answer
from adapters.sandbox.ledger import REFUSED, Standing
from adapters.sandbox.messages import DeliveryOrderUsage, EntitlementUsage, Use
from adapters.wire.outgoing import encode
from adapters.wire.usage_v1 import BASE_PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from adapters.sandbox.ledger import Ledger

USAGE = BASE_PATH + "/usage"
_UNKNOWN = {"entitlement": 4040, "order": 4140, "contract": 4120}


class UsageWish(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """How entitlements are shown from now on, whatever the hub asked; by default all of them."""

    entitlement_ids: tuple[UUID, ...] | None = None
    delivery_order_id: UUID | None = None
    status: str | None = None
    unknown: bool = False
    """As if they had never been sent here."""
    last_used: date | None = None
    frequency_of_usage: int | None = None
    also_known_as: UUID | None = None
    """One that the hub never sent: a copy of the first, under this id."""
    nameless: bool = False
    """Without the user."""


class UsageDesk:
    """Answers the reads of Usage API 1.0.0 from the ledger, with the wishes laid over it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._wishes: dict[UUID, UsageWish] = {}

    def routes(self) -> list[web.RouteDef]:
        """The reads, and `POST /sandbox/usage`, which takes a UsageWish."""
        return [
            web.get(USAGE + "/entitlements/{id}", self.entitlement),
            web.get(USAGE + "/deliveryorders/{id}", self.order),
            web.get(USAGE + "/contracts/{id}", self.contract),
            web.post("/sandbox/usage", self.wish),
        ]

    async def entitlement(self, request: web.Request) -> web.StreamResponse:
        """Answer GET /usage/entitlements/{id}."""
        wanted = request.match_info["id"]
        for usage in self._shown(self._standings(lambda each: _ids(each)[0] == wanted)):
            return web.Response(body=encode(usage), content_type="application/json")
        return _unknown("entitlement")

    async def order(self, request: web.Request) -> web.StreamResponse:
        """Answer GET /usage/deliveryorders/{id}."""
        wanted = request.match_info["id"]
        return self._counted("order", self._standings(lambda each: _ids(each)[1] == wanted))

    async def contract(self, request: web.Request) -> web.StreamResponse:
        """Answer GET /usage/contracts/{id}: one object, as the text has it, of the first order."""
        wanted = request.match_info["id"]
        return self._counted("contract", self._standings(lambda each: _ids(each)[2] == wanted))

    async def wish(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /sandbox/usage: says how many are shown otherwise."""
        wish = await read_wish(request, UsageWish)
        chosen = [
            entitlement_id
            for entitlement_id, standing in self._ledger.standings.items()
            if wish.entitlement_ids is None or entitlement_id in wish.entitlement_ids
            if wish.delivery_order_id in {None, standing.entitlement.delivery_order_id}
        ]
        if wish.also_known_as is not None:
            self._copy(self._ledger.standings[chosen[0]], wish.also_known_as)
            return shown({"changed": 1})
        self._wishes.update(dict.fromkeys(chosen, wish))
        return shown({"changed": len(chosen)})

    def _copy(self, standing: Standing, entitlement_id: UUID) -> None:
        entitlement = msgspec.structs.replace(standing.entitlement, entitlement_id=entitlement_id)
        self._ledger.standings[entitlement_id] = Standing(entitlement, standing.became)

    def _standings(self, wanted: Callable[[Standing], bool]) -> list[Standing]:
        return [each for each in self._ledger.standings.values() if wanted(each)]

    def _shown(self, standings: Iterable[Standing]) -> list[EntitlementUsage]:
        """Without what was refused: that is not here."""
        return [
            _usage(standing, wish)
            for standing in standings
            for wish in (self._wishes.get(standing.entitlement.entitlement_id, _NO_WISH),)
            if standing.became != REFUSED and not wish.unknown
        ]

    def _counted(self, kind: str, standings: list[Standing]) -> web.StreamResponse:
        usages = self._shown(standings)
        order = standings[0].entitlement.delivery_order_id if usages else None
        if order is None:
            return _unknown(kind)
        counts = Counter(usage.entitlement_status for usage in usages)
        today = datetime.now(UTC).date()
        body = DeliveryOrderUsage(
            delivery_order_id=order,
            total_entitled=counts["entitled"],
            total_licensed=counts["licensed"],
            total_cancelled=counts["cancelled"],
            total_blocked=counts["blocked"],
            total_expired=sum((each.expiration_date or today) < today for each in usages),
            entitlements=tuple(usages),
        )
        return web.Response(body=encode(body), content_type="application/json")


def _ids(standing: Standing) -> tuple[str, str, str | None]:
    entitlement = standing.entitlement
    order = str(entitlement.delivery_order_id)
    return str(entitlement.entitlement_id), order, entitlement.contract_id


def _unknown(kind: str) -> web.Response:
    return answer(404, _UNKNOWN[kind], f"{kind} unknown")


def _usage(standing: Standing, wish: UsageWish) -> EntitlementUsage:
    entitlement, use = standing.entitlement, standing.use
    whose = entitlement.entitlement_specification
    user = whose.student or whose.employee or (use.user if use else None)
    return EntitlementUsage(
        entitlement_id=entitlement.entitlement_id,
        product_id=entitlement.product_id,
        entitlement_type=entitlement.entitlement_type,
        entitlement_status=wish.status or _status(standing),
        school=whose.school,
        user=None if wish.nameless else user,
        activation_code=whose.activation_code,
        expiration_date=use.expiration_date if use else entitlement.expiration_date,
        usage=_use(standing, wish),
    )


def _status(standing: Standing) -> str:
    """Edu-V knows no `created` here; what was activated and neither cancelled nor blocked is it."""
    if standing.became in {"cancelled", "blocked"}:
        return standing.became
    return "licensed" if standing.activated else "entitled"


def _use(standing: Standing, wish: UsageWish) -> Use | None:
    if standing.use is None:
        return None
    return Use(
        first_used=standing.use.usage_date,
        last_used=wish.last_used or standing.use.usage_date,
        frequency_of_usage=wish.frequency_of_usage or 1,
    )


_NO_WISH = UsageWish()
