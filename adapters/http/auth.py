"""Who calls: the bearer token tells which partner, and whether its scope opens this endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi import Request

from aanspraak.application.handle import Submission
from aanspraak.domain.partner.decide import (
    ADMINISTRATION,
    CATALOGUE,
    DASHBOARD,
    PORTAL,
    REGISTRY,
    SHOP,
)
from adapters.http.accounting import CORRELATION, PARTNER
from adapters.http.body import read_json
from adapters.http.problems import scope_required
from adapters.http.services import Services
from adapters.security.tokens import bearer
from adapters.wire import catalogue_v2, notifications_v0
from projections.partners import Partner

ROLES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "eduv.delivery.entitlor": SHOP,
    "eduv.entitlement.seller": SHOP,
    "eduv.entitlement.licensor": REGISTRY,
    "eduv.entitlement.portal": PORTAL,
    "eduv.entitlement.dashboard": DASHBOARD,
    "eduv.usage.entitlor": REGISTRY,
    "eduv.activationcode": REGISTRY,
    "eduv.consent": (PORTAL, DASHBOARD, ADMINISTRATION),
    **dict.fromkeys(notifications_v0.SCOPES, ADMINISTRATION),
    catalogue_v2.SCOPE: CATALOGUE,
}
"""Which role calls the hub under a scope of Edu-V; under another's scope nothing opens."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A request that its partner may make; who asks is `partner`, whatever the body says."""

    request: Request
    services: Services
    partner: Partner

    @property
    def asker(self) -> str:
        """The id of the partner."""
        return self.partner.partner

    @property
    def correlation_id(self) -> str:
        """The story this request belongs to."""
        return str(self.request.scope[CORRELATION])

    async def body(self) -> bytes:
        """The whole body; raises Refused: 415 when it is no JSON, 413 when too large."""
        return await read_json(self.request, self.services.settings.body_limit_bytes)

    def submission(self, stream_id: UUID, command: object, causation_id: str) -> Submission:
        """A command of this partner; `causation_id` is the same when the same thing is asked."""
        return Submission(
            stream_id=stream_id,
            command=command,
            actor=f"partner:{self.asker}",
            correlation_id=self.correlation_id,
            causation_id=causation_id,
        )


class Admission:
    """A dependency of endpoints that any of these scopes opens, to the partners whose role it is.

    Raises TokenRefused (401) or Refused (403, code 21).
    """

    def __init__(self, *scopes: str) -> None:
        self.scopes = scopes

    async def __call__(self, request: Request) -> Call:
        """Admit the partner that the token names."""
        services: Services = request.app.state.services
        caller = services.tokens.verify(bearer(request.headers.get("authorization")))
        partner = await services.directory.partner_of_client(caller.client_id)
        if partner is None:
            raise scope_required(self.scopes, "The client of this token is no partner of the hub.")
        request.scope[PARTNER] = partner.partner
        if not any(_is_for(partner, scope) for scope in self.scopes if scope in caller.scopes):
            raise scope_required(self.scopes, f"Scope required: {' or '.join(self.scopes)}.")
        await services.signs_of_life.notice(partner.partner)
        return Call(request=request, services=services, partner=partner)


def _is_for(partner: Partner, scope: str) -> bool:
    roles = ROLES[scope]
    return partner.role == roles if isinstance(roles, str) else partner.role in roles
