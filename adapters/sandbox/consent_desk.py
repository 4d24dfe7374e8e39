"""How a portal exchanges consents with the hub (Consent API 0.9.1): it accepts what it is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from aiohttp import web

from adapters.sandbox.control import shown
from adapters.sandbox.front import answer
from adapters.wire.consent_v0 import BASE_PATH
from adapters.wire.problems import SCHEMA_INCORRECT

if TYPE_CHECKING:
    from adapters.sandbox.partner import Partner

CONSENT: Final = BASE_PATH + "/consent"
REFERENCES: Final = ("providerReferenceId", "consumerReferenceId")
ABOUT: Final = ("school", "api", "scopes")
PORTAL_SCOPE: Final = {"api": "entitlement-api", "scopes": ["entitlement.portal"]}


class ConsentDesk:
    """Consents by school, as this portal knows them; in memory, and gone with the process."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner
        self._known: dict[str, dict[str, Any]] = {}

    def routes(self) -> list[web.RouteDef]:
        """What the hub calls, and what whoever tries things out does."""
        return [
            web.put(f"{CONSENT}/notifications", self.notified),
            web.put(f"{CONSENT}/revokes", self.revoked),
            web.get(f"{CONSENT}/statuses", self.statuses),
            web.get(f"{CONSENT}/statuses/school", self.statuses),
            web.get(f"{CONSENT}/requests", self.nothing),
            web.get(f"{CONSENT}/confirmations", self.nothing),
            web.get("/sandbox/consents", self.statuses),
            web.post("/sandbox/consents/{what}", self.act),
        ]

    async def notified(self, request: web.Request) -> web.StreamResponse:
        """Answer PUT /consent/notifications: accepted there is accepted here."""
        told = await _body(request)
        if told is None or "providerReferenceId" not in told:
            return answer(400, SCHEMA_INCORRECT, "Schema incorrect")
        known = self._about(told)
        known.update(told)
        known.setdefault("consumerReferenceId", str(uuid4()))
        if told.get("providerStatus") == "accepted":
            known["consumerStatus"] = "accepted"
            self._send("confirmations", known, *REFERENCES, "consumerStatus")
        return web.Response(status=202)

    async def revoked(self, request: web.Request) -> web.StreamResponse:
        """Answer PUT /consent/revokes."""
        told = await _body(request)
        if told is None:
            return answer(400, SCHEMA_INCORRECT, "Schema incorrect")
        self._about(told)["providerStatus"] = "revoked"
        return web.Response(status=202)

    async def statuses(self, _request: web.Request) -> web.StreamResponse:
        """Answer GET /consent/statuses and /sandbox/consents: all there are."""
        return shown(list(self._known.values()))

    async def nothing(self, _request: web.Request) -> web.StreamResponse:
        """Answer what the hub, which is told everything, need not ask."""
        return shown([])

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /sandbox/consents/request and /revoke: this portal says it to the hub."""
        wish = await _body(request)
        what = request.match_info["what"]
        if wish is None or what not in {"request", "revoke"}:
            return answer(400, SCHEMA_INCORRECT, "request or revoke, with a school")
        known = self._about({**PORTAL_SCOPE, **wish})
        if what == "request":
            known.update(consumerReferenceId=str(uuid4()), consumerStatus="accepted")
            self._send("requests", known, "consumerReferenceId", "consumerStatus")
        else:
            known["consumerStatus"] = "revoked"
            self._send("revokes", known, *REFERENCES, "consumerStatus")
            known.pop("consumerReferenceId", None)
        return web.Response(status=204)

    def _about(self, told: dict[str, Any]) -> dict[str, Any]:
        """What is known of the consent of a school."""
        key = json.dumps(told.get("school"), sort_keys=True)
        return self._known.setdefault(key, {name: told.get(name) for name in ABOUT})

    def _send(self, what: str, known: dict[str, Any], *fields: str) -> None:
        body = {name: known.get(name) or "" for name in (*ABOUT, *fields)}
        key = json.dumps(known["school"], sort_keys=True)
        content = json.dumps(body).encode()
        self._partner.send(key, f"{CONSENT}/{what}", content, lambda _status: None)


async def _body(request: web.Request) -> dict[str, Any] | None:
    try:
        body = json.loads(await request.read())
    except ValueError:
        return None
    return body if isinstance(body, dict) and "school" in body else None
