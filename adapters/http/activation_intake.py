"""A registry's InitialActivation as a command; of an entitlement we do not know it is held."""

from __future__ import annotations

from uuid import UUID

from aanspraak.domain.entitlement.events import EntitlementCreated
from aanspraak.domain.errors import NotYours, UnknownEntitlement
from aanspraak.domain.status_codes import SCOPE_REQUIRED, STATUS_CODES
from adapters.http.auth import Call
from adapters.http.incidents import NOT_YOURS, UNKNOWN_ENTITLEMENT, open_incident
from adapters.postgres.activations import submission_of
from adapters.wire.usage_v1 import InitialActivation


async def take_activation(call: Call, message: InitialActivation) -> None:
    """Take an activation: what is odd about it is kept as a fact, with an incident.

    Raises:
        UnknownEntitlement: it is held, and taken up if the entitlement appears.
        NotYours: the entitlement is of another registry; nothing of the message is kept.
    """
    created = await call.services.origins.created(message.entitlement_id)
    if created is None:
        await _hold(call, message)
        return
    await _report_use(call, created, message)


async def _report_use(call: Call, created: EntitlementCreated, message: InitialActivation) -> None:
    if created.registry != call.asker:
        await _report_not_yours(call, message.entitlement_id)
        raise NotYours
    command = await call.services.activations.command(created, call.asker, message)
    ask = submission_of(message, command, correlation_id=call.correlation_id)
    result = await call.services.committer.submit(ask)
    if result.refusal is not None:
        raise result.refusal


async def _hold(call: Call, message: InitialActivation) -> None:
    """Hold it, and look again: whoever created the entitlement meanwhile has not seen it held."""
    services, entitlement_id = call.services, message.entitlement_id
    await services.activations.hold(call.asker, message, services.now())
    created = await services.origins.created(entitlement_id)
    if created is not None:
        await _take_up(call, created, entitlement_id)
        return
    await open_incident(
        call,
        UNKNOWN_ENTITLEMENT,
        STATUS_CODES[UnknownEntitlement],
        entitlement_id=entitlement_id,
    )
    raise UnknownEntitlement


async def _take_up(call: Call, created: EntitlementCreated, entitlement_id: UUID) -> None:
    """All that is held of it; it stays held until its facts are committed."""
    async with call.services.pool.connection() as conn, conn.transaction():
        for ask in await call.services.activations.take_up(conn, [entitlement_id]):
            await call.services.committer.submit(ask)
    if created.registry != call.asker:
        await _report_not_yours(call, entitlement_id)
        raise NotYours


async def _report_not_yours(call: Call, entitlement_id: UUID) -> None:
    """The partner that asks sees its incidents, but not the order of somebody else."""
    await open_incident(call, NOT_YOURS, SCOPE_REQUIRED, entitlement_id=entitlement_id)
