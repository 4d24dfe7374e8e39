"""The operator's calls: a token that may operate, and on every act a name and a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request

from aanspraak.application.handle import Submission
from adapters.http.accounting import CORRELATION, PARTNER
from adapters.http.body import read_json
from adapters.http.openapi import opened_by
from adapters.http.problems import scope_required
from adapters.http.services import Services
from adapters.postgres.group_commit import Result
from adapters.postgres.on_behalf import Operator
from adapters.security.persons import operator
from adapters.security.tokens import bearer
from adapters.wire import ops_v1 as wire

OPENED: Final = opened_by((wire.SCOPE,))


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """Who acts and why, as facts may hold it: a key each, the words lie in the vault."""

    actor: str
    reason_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatorCall:
    """A request of somebody who may operate the hub.

    `through` is what they came through, `believed` whether that knows who they are.
    """

    request: Request
    services: Services
    through: str
    believed: bool

    @property
    def correlation_id(self) -> str:
        """The story this request belongs to."""
        return str(self.request.scope[CORRELATION])

    async def body(self) -> bytes:
        """The whole body; raises Refused: 415 when it is no JSON, 413 when too large."""
        return await read_json(self.request, self.services.settings.body_limit_bytes)

    async def sign(self, act: wire.Act, about: UUID | None = None) -> Signed:
        """Put name and reason into the vault; committed on return.

        The reason is forgotten with the person `about` whom it is, when it is about one.
        """
        known = await self.services.vault.remember_many([operator(act.actor)])
        reason_id = await self.services.vault.keep_text(act.reason, about)
        return Signed(actor=f"operator:{known[0].subject_id}", reason_id=reason_id)

    def operator(self, signed: Signed) -> Operator:
        """Who acts and why, as what is not a command on one stream wants it."""
        return Operator(
            actor=signed.actor,
            reason_id=signed.reason_id,
            correlation_id=self.correlation_id,
            through=self.through,
            believed=self.believed,
        )

    async def submit(self, signed: Signed, stream_id: UUID, command: object) -> Result:
        """Carry out one command; what was refused stands in the result."""
        return await self.services.committer.submit(
            Submission(
                stream_id=stream_id,
                command=command,
                actor=signed.actor,
                correlation_id=self.correlation_id,
                causation_id=f"{self.correlation_id}/{stream_id}",
            )
        )

    async def submit_all(
        self, signed: Signed, commands: Sequence[tuple[UUID, object]]
    ) -> list[Result]:
        """Carry out commands in order, each on its stream."""
        return [await self.submit(signed, stream_id, one) for stream_id, one in commands]


async def admit_operator(request: Request) -> OperatorCall:
    """Whoever may operate: no partner, whatever its token says.

    Raises TokenRefused (401) or Refused (403, code 21).
    """
    services: Services = request.app.state.services
    caller = services.tokens.verify(bearer(request.headers.get("authorization")))
    if wire.SCOPE not in caller.scopes:
        raise scope_required((wire.SCOPE,), f"Scope required: {wire.SCOPE}.")
    partner = await services.directory.partner_of_client(caller.client_id)
    if partner is not None:
        request.scope[PARTNER] = partner.partner
        raise scope_required((wire.SCOPE,), "A partner of the hub is no operator.")
    return OperatorCall(
        request=request,
        services=services,
        through=f"client:{caller.client_id}",
        believed=caller.client_id in services.settings.believed_clients,
    )


Operating = Annotated[OperatorCall, Depends(admit_operator)]
