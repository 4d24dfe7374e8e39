"""How a registry or a portal takes entitlements (Entitlement API 1.1.0): once, then it confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import msgspec
from aiohttp import web

from adapters.sandbox.behaviour import falls_within
from adapters.sandbox.front import answer, failing
from adapters.sandbox.ledger import REFUSED, Effect, Ledger
from adapters.sandbox.messages import EntitlementConfirmation, NewUrlStatus
from adapters.wire.entitlement_v1 import BASE_PATH, EntitlementRequest
from adapters.wire.message import EntitlementStatus
from adapters.wire.outgoing import encode
from adapters.wire.problems import SCHEMA_INCORRECT

if TYPE_CHECKING:
    from adapters.sandbox.ledger import Standing
    from adapters.sandbox.partner import Partner
    from adapters.wire.entitlement_v1 import Entitlement

ENTITLEMENTS = BASE_PATH + "/entitlements"
_CONFIRMATIONS = ENTITLEMENTS + "/confirmations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a request asks of this partner, and how the confirmation of it reads.

    Both new statuses None: no confirmation is due. A refusal is (status, message).
    """

    asked: str
    new_entitlement_status: EntitlementStatus | None = None
    new_url_status: NewUrlStatus | None = None
    refusal: tuple[int, str] | None = None

    @property
    def became(self) -> str | None:
        """For the ledger."""
        if self.refusal is not None:
            return REFUSED
        url_status = None if self.new_url_status is None else self.new_url_status.url_status
        return self.new_entitlement_status or url_status


class Role(Protocol):
    """What tells a registry from a portal."""

    def judge(self, entitlement: Entitlement, standing: Standing | None) -> Judgement | None:
        """What it makes of a request; None: not a message for this partner."""

    def confirmed(self, effect: Effect) -> None:
        """The confirmation is on its way; what follows may be sent behind it."""


class EntitlementDesk:
    """Takes requests, remembers them, confirms them as this partner behaves."""

    def __init__(self, partner: Partner, role: Role) -> None:
        self.ledger = Ledger()
        self._partner = partner
        self._role = role
        self._read = msgspec.json.Decoder(EntitlementRequest).decode

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Answer PUT /entitlements."""
        body = await request.read()
        try:
            message = self._read(body)
        except msgspec.DecodeError as error:
            return answer(400, SCHEMA_INCORRECT, f"Schema incorrect: {type(error).__name__}")
        told = self._told_to_answer(message.entitlement)
        if told is not None:
            return failing(self._partner, told)
        effect = self.ledger.known(message.entitlement_reference_id, hash(body))
        if effect is None:
            effect = self._process(message, hash(body))
        if effect is None:
            return answer(400, SCHEMA_INCORRECT, "urlStatuses must name this portal alone")
        self._confirm(effect)
        return web.Response(status=202)

    def _told_to_answer(self, entitlement: Entitlement) -> int | None:
        named = str(entitlement.entitlement_id), entitlement.product_id
        return self._partner.behaviour.told_to_answer(*named)

    def _process(self, message: EntitlementRequest, content: int) -> Effect | None:
        entitlement = message.entitlement
        standing = self.ledger.standings.get(entitlement.entitlement_id)
        judgement = self._role.judge(entitlement, standing)
        if judgement is None:
            return None
        effect = Effect(
            reference_id=message.entitlement_reference_id,
            entitlement_id=entitlement.entitlement_id,
            delivery_order_id=entitlement.delivery_order_id,
            product_id=entitlement.product_id,
            asked=judgement.asked,
            became=judgement.became,
            content=content,
        )
        if judgement.became is not None and not self._keeps_silent(entitlement):
            effect.confirmation = encode(self._confirmation(effect, judgement))
        self.ledger.enter(effect, entitlement)
        return effect

    def _keeps_silent(self, entitlement: Entitlement) -> bool:
        share = self._partner.behaviour.silent_share
        return falls_within(share, str(entitlement.entitlement_id), "silent")

    def _confirmation(self, effect: Effect, judgement: Judgement) -> EntitlementConfirmation:
        status, message = judgement.refusal or (0, None)
        return EntitlementConfirmation(
            entitlement_reference_id=effect.reference_id,
            entitlement_receive_id=self._partner.receive_id(effect.reference_id),
            entitlement_id=effect.entitlement_id,
            product_id=effect.product_id,
            processed_timestamp=effect.at,
            new_entitlement_status=judgement.new_entitlement_status,
            new_url_status=judgement.new_url_status,
            success=judgement.refusal is None,
            status=status,
            status_message=message,
        )

    def _confirm(self, effect: Effect) -> None:
        if effect.confirmation is None:
            return

        def answered(status: int) -> None:
            if status < web.HTTPBadRequest.status_code and effect.confirmed_at is None:
                effect.confirmed_at = datetime.now(UTC)

        key = str(effect.entitlement_id)
        self._partner.send(key, _CONFIRMATIONS, effect.confirmation, answered)
        if effect.receipts == 1:
            self._role.confirmed(effect)
