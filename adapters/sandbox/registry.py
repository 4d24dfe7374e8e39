"""A licence registry (Licentieregistratie): sets entitlements ready, and tells of first uses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha512
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import msgspec
from aiohttp import web
from msgspec import Meta
from typing_extensions import override

from adapters.sandbox.behaviour import Share, falls_within
from adapters.sandbox.code_desk import CodeDesk
from adapters.sandbox.control import control_routes, read_wish, shown
from adapters.sandbox.entitlement_desk import ENTITLEMENTS, EntitlementDesk, Judgement, Role
from adapters.sandbox.front import application
from adapters.sandbox.messages import InitialActivation
from adapters.sandbox.usage_desk import UsageDesk
from adapters.wire.message import EntitlementStatus
from adapters.wire.outgoing import UserReference, encode
from adapters.wire.usage_v1 import BASE_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.sandbox.ledger import Effect, Standing
    from adapters.sandbox.partner import Partner
    from adapters.wire.entitlement_v1 import Entitlement

_ACTIVATION = BASE_PATH + "/usage/activation"
_IN_USE = (4042, "licence registered: already activated here")

CONFIRMED_AS: dict[EntitlementStatus, EntitlementStatus] = {
    "created": "entitled",
    "cancelled": "cancelled",
    "blocked": "blocked",
}
"""What a registry confirms, and as what (Entitlement API 1.1.0, EntitlementConfirmation)."""


class ActivationWish(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """Which of the entitlements that are ready and not yet used are used now; all by default."""

    entitlement_ids: tuple[UUID, ...] | None = None
    delivery_order_id: UUID | None = None
    share: Share = 1
    count: Annotated[int, Meta(ge=0)] | None = None
    usage_date: date | None = None
    expiration_date: date | None = None
    product_id: str | None = None
    again: bool = False
    """Also those that were used before: the same message once more."""
    report: bool = True
    """Whether the hub is told: a message may get lost."""


class Registry(Role):
    """Confirms what is to be confirmed; refuses to cancel what is in use here."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner
        self.desk = EntitlementDesk(partner, self)

    @override
    def judge(self, entitlement: Entitlement, standing: Standing | None) -> Judgement:
        asked = entitlement.entitlement_status
        becomes = CONFIRMED_AS.get(asked)
        if becomes is None:
            return Judgement(asked=asked)
        if asked == "cancelled" and standing is not None and standing.activated:
            return Judgement(asked=asked, refusal=_IN_USE)
        now = self._partner.behaviour
        if now.refuses(str(entitlement.entitlement_id), entitlement.product_id, asked):
            return Judgement(asked=asked, refusal=(now.refuse_status, now.refuse_message))
        return Judgement(asked=asked, new_entitlement_status=becomes)

    @override
    def confirmed(self, effect: Effect) -> None:
        now, key = self._partner.behaviour, str(effect.entitlement_id)
        if effect.became == "entitled" and falls_within(now.activate_share, key, "activate"):
            standing = self.desk.ledger.standings[effect.entitlement_id]
            self._activate(standing, ActivationWish(), now.activate_after_seconds)

    async def activate(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /sandbox/activate: whose product is used now; says how many."""
        wish = await read_wish(request, ActivationWish)
        chosen = list(self._chosen(wish))[: wish.count]
        for standing in chosen:
            self._activate(standing, wish)
        return shown({"activated": len(chosen)})

    def _chosen(self, wish: ActivationWish) -> Iterator[Standing]:
        for entitlement_id, standing in self.desk.ledger.standings.items():
            if _is_meant(standing, wish) and falls_within(wish.share, str(entitlement_id), "wish"):
                yield standing

    def _activate(self, standing: Standing, wish: ActivationWish, after: float = 0) -> None:
        message = _first_use(standing.entitlement, wish)
        standing.activated, standing.use = True, standing.use or message
        key = str(message.entitlement_id)
        if wish.report:
            self._partner.send(key, _ACTIVATION, encode(message), _whatever_it_says, after)


def build(partner: Partner) -> web.Application:
    """The application of a registry."""
    registry = Registry(partner)
    ledger = registry.desk.ledger
    routes = [
        web.put(ENTITLEMENTS, registry.desk.take),
        web.post("/sandbox/activate", registry.activate),
        *UsageDesk(ledger).routes(),
        *CodeDesk(partner, ledger).routes(),
        *control_routes(partner, ledger.totals, ledger.received),
    ]
    return application(partner, "registry", routes)


def _is_meant(standing: Standing, wish: ActivationWish) -> bool:
    entitlement, ids, order = standing.entitlement, wish.entitlement_ids, wish.delivery_order_id
    usable = standing.became in {"entitled", "licensed"}
    fresh = wish.again or not standing.activated
    named = ids is None or entitlement.entitlement_id in ids
    return usable and fresh and named and order in {None, entitlement.delivery_order_id}


def _first_use(entitlement: Entitlement, wish: ActivationWish) -> InitialActivation:
    whose = entitlement.entitlement_specification
    code = whose.activation_code
    holder = _whoever_holds(code) if code is not None else UserReference()
    ends = wish.expiration_date or entitlement.expiration_date or entitlement.activation_until_date
    return InitialActivation(
        entitlement_id=entitlement.entitlement_id,
        product_id=wish.product_id or entitlement.product_id,
        entitlement_type=entitlement.entitlement_type,
        school=whose.school,
        user=whose.student or whose.employee or holder,
        activation_code=code,
        usage_date=wish.usage_date or _today_within(entitlement),
        usage_type="initial-activation",
        expiration_date=ends,
    )


def _whoever_holds(code: str) -> UserReference:
    """A made-up user, always the same one for a code."""
    name = sha512(code.encode()).hexdigest()
    return UserReference(user_master_identifier=f"https://ketenid.nl/201703/{name}")


def _today_within(entitlement: Entitlement) -> date:
    """Today, or the nearest day on which it may be activated: a story may play in another year."""
    today = datetime.now(UTC).date()
    return min(max(today, entitlement.start_date), entitlement.activation_until_date)


def _whatever_it_says(_status: int) -> None:
    """Nothing follows from the answer to an activation."""
