"""How a registry gives out and revokes activation codes (ActivationCode API 0.9.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid5

import msgspec
from aiohttp import web

from adapters.sandbox.behaviour import falls_within
from adapters.sandbox.control import shown
from adapters.sandbox.front import answer
from adapters.sandbox.messages import ActivationCodeConfirmation, ActivationCodeRevokeConfirmation
from adapters.wire.activationcode_v0 import (
    BASE_PATH,
    ActivationCodeRequest,
    ActivationCodeRevokeRequest,
)
from adapters.wire.outgoing import Outgoing, encode
from adapters.wire.problems import SCHEMA_INCORRECT

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.sandbox.ledger import Ledger
    from adapters.sandbox.partner import Partner

Asked = TypeVar("Asked", ActivationCodeRequest, ActivationCodeRevokeRequest)

CODES = BASE_PATH + "/activationcodes"
_REVOKE = CODES + "/revoke"
_IN_USE = (4042, "licence registered: activated with this code")
_CODE_LENGTH = 25
_GROUP = 5


class CodeDesk:
    """Takes requests, each once, and confirms them as this partner behaves."""

    def __init__(self, partner: Partner, ledger: Ledger) -> None:
        self._partner = partner
        self._ledger = ledger
        self._confirmations: dict[str, bytes] = {}
        self._given = 0
        self._revoked: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        """What the hub calls, and `GET /sandbox/codes`, which counts."""
        return [
            web.put(CODES, self.give),
            web.put(_REVOKE, self.revoke),
            web.get("/sandbox/codes", self.totals),
        ]

    async def give(self, request: web.Request) -> web.StreamResponse:
        """Answer PUT /activationcodes."""
        return await self._take(request, ActivationCodeRequest, self._codes, CODES)

    async def revoke(self, request: web.Request) -> web.StreamResponse:
        """Answer PUT /activationcodes/revoke."""
        return await self._take(request, ActivationCodeRevokeRequest, self._revocation, _REVOKE)

    async def totals(self, _request: web.Request) -> web.StreamResponse:
        """How many codes were given, and how many revoked."""
        return shown({"given": self._given, "revoked": len(self._revoked)})

    async def _take(
        self,
        request: web.Request,
        kind: type[Asked],
        confirm: Callable[[Asked], Outgoing],
        path: str,
    ) -> web.StreamResponse:
        try:
            message = msgspec.json.decode(await request.read(), type=kind)
        except msgspec.DecodeError as error:
            return answer(400, SCHEMA_INCORRECT, f"Schema incorrect: {type(error).__name__}")
        key = message.request_reference_id
        if key not in self._confirmations:
            self._confirmations[key] = encode(confirm(message))
        if not falls_within(self._partner.behaviour.silent_share, key, "silent"):
            confirmation = self._confirmations[key]
            self._partner.send(key, path + "/confirmations", confirmation, _whatever_it_says)
        return web.Response(status=202)

    def _codes(self, message: ActivationCodeRequest) -> ActivationCodeConfirmation:
        key = message.request_reference_id
        refused = self._partner.behaviour.refuses(key, message.product_id, "codes")
        codes = () if refused else tuple(self._code(key, nth) for nth in range(message.quantity))
        self._given += len(codes)
        status, why = self._refusal() if refused else (0, None)
        return ActivationCodeConfirmation(
            request_reference_id=key,
            response_reference_id=self._response_id(key),
            product_id=message.product_id,
            activation_codes=codes,
            processed_timestamp=datetime.now(UTC),
            success=not refused,
            status=status,
            status_message=why,
        )

    def _revocation(self, message: ActivationCodeRevokeRequest) -> ActivationCodeRevokeConfirmation:
        key, code = message.request_reference_id, message.activation_code
        refusal = _IN_USE if self._in_use(code) else None
        if refusal is None and self._partner.behaviour.refuses(key, "", "revoke"):
            refusal = self._refusal()
        if refusal is None:
            self._revoked.add(code)
        status, why = refusal or (0, None)
        return ActivationCodeRevokeConfirmation(
            request_reference_id=key,
            response_reference_id=self._response_id(key),
            activation_code=code,
            processed_timestamp=datetime.now(UTC),
            success=refusal is None,
            status=status,
            status_message=why,
        )

    def _in_use(self, code: str) -> bool:
        used = [one.entitlement for one in self._ledger.standings.values() if one.activated]
        return any(one.entitlement_specification.activation_code == code for one in used)

    def _refusal(self) -> tuple[int, str]:
        now = self._partner.behaviour
        return now.refuse_status, now.refuse_message

    def _response_id(self, key: str) -> str:
        return str(uuid5(self._partner.namespace, key))

    def _code(self, key: str, nth: int) -> str:
        """The nth code of a request: the same whenever it is asked, and no other's."""
        name = f"{self._partner.options.name}/{key}/{nth}"
        letters = sha256(name.encode()).hexdigest().upper()[:_CODE_LENGTH]
        return "-".join(letters[at : at + _GROUP] for at in range(0, _CODE_LENGTH, _GROUP))


def _whatever_it_says(_status: int) -> None:
    """Nothing follows from the answer."""
