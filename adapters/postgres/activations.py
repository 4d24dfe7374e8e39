"""InitialActivations as commands: who activated is settled with the vault, at once or later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID, uuid5

import msgspec

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.entitlement.activation import DISTRIBUTED_BY_SCHOOL, RECONCILED
from aanspraak.domain.entitlement.commands import ReportInitialActivation
from aanspraak.domain.entitlement.events import InitialActivationReported
from adapters.postgres.event_log import read_first, read_many
from adapters.postgres.origins import read_created
from adapters.postgres.vault import HeldActivation
from adapters.security.persons import activation_code, user_reference
from adapters.wire.parsing import parse
from adapters.wire.usage_v1 import EntitlementUsage, InitialActivation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from psycopg import AsyncConnection

    from aanspraak.domain.entitlement.events import EntitlementCreated
    from adapters.postgres.vault import Vault
    from adapters.postgres.vault_part import Connections
    from adapters.security.persons import PersonReference
    from adapters.wire.references import UserReference

CODE_TYPES: Final = ("school-activationcode", "customer-activationcode")
"""The entitlementTypes whose subject is a code; who uses it is not kept."""


class _Use(NamedTuple):
    """What was used, and when."""

    entitlement_id: UUID
    product_id: str
    usage_date: date


class Activations:
    """What a registry's InitialActivation asks of the entitlement it names.

    Nobody is stored for it whom we need not know: a code is used by whoever has it, and a stranger
    who uses what is meant for one person is somebody else. So who was forgotten does not come back.
    """

    def __init__(self, vault: Vault, connections: Connections) -> None:
        self._vault = vault
        self._connections = connections

    async def command(
        self, created: EntitlementCreated, registry: str, message: InitialActivation
    ) -> ReportInitialActivation:
        """The command; identifiers of a user that were new are learned, and committed on return."""
        use = _Use(message.entitlement_id, message.product_id, message.usage_date)
        if created.entitlement_type in CODE_TYPES:
            user, another = await self._holder(created, use, message.activation_code)
        else:
            user, another = await self._user(created, use, message.user)
        return ReportInitialActivation(
            registry=registry,
            user_subject_id=user,
            another_user=another,
            product_id=message.product_id,
            usage_date=message.usage_date,
            expiration_date=message.expiration_date,
        )

    async def reconciled(
        self, created: EntitlementCreated, usage: EntitlementUsage
    ) -> ReportInitialActivation | None:
        """The command for a use that its registry told when asked; None without a first use.

        What it leaves out is as we know it: the user of the entitlement, its product, its end.
        """
        if usage.usage is None:
            return None
        product_id = usage.product_id or created.product_id
        use = _Use(usage.entitlement_id, product_id, usage.usage.first_used)
        user, another = created.subject_id, False
        if created.entitlement_type in CODE_TYPES:
            user, another = await self._holder(created, use, usage.activation_code)
        elif usage.user is not None:
            user, another = await self._user(created, use, usage.user)
        ends = usage.expiration_date or created.expiration_date or created.activation_until_date
        return ReportInitialActivation(
            registry=created.registry,
            user_subject_id=user,
            another_user=another,
            product_id=use.product_id,
            usage_date=use.usage_date,
            expiration_date=ends,
            source=RECONCILED,
        )

    async def hold(self, registry: str, message: InitialActivation, now: datetime) -> None:
        """Hold a message until its entitlement appears; forgotten with its user, if we know them.

        Committed on return.
        """
        held = HeldActivation(
            entitlement_id=message.entitlement_id,
            party=registry,
            message=message.model_dump(mode="json", by_alias=True, exclude_defaults=True),
            received_at=now,
            subject_id=await self._vault.find(_named(message.user, scope=registry)),
        )
        await self._vault.hold_activation(held)

    async def take_up(
        self, conn: AsyncConnection[Any], entitlement_ids: Sequence[UUID]
    ) -> list[Submission]:
        """Take out what was held for these entitlements, as commands, in the caller's transaction.

        What another registry than the entitlement's said about it is dropped: it had no right to,
        and an incident of its own tells of it.
        """
        asks = []
        created_by_id = await read_created(conn, entitlement_ids)
        for held in await self._vault.take_up(conn, entitlement_ids):
            created = created_by_id.get(held.entitlement_id)
            if created is not None and created.registry == held.party:
                message = parse(InitialActivation, msgspec.json.encode(held.message))
                command = await self.command(created, held.party, message)
                asks.append(submission_of(message, command, correlation_id=f"held/{held.party}"))
        return asks

    async def _holder(
        self, created: EntitlementCreated, use: _Use, given: str | None
    ) -> tuple[UUID, bool]:
        """Whoever has the code; only whether it is this code can be wrong."""
        if given is not None:
            code = activation_code(given, registry=created.registry)
            if await self._vault.same_person(created.subject_id, code) == "other":
                return ids.somebody_else(use.entitlement_id), True
        return created.subject_id, False

    async def _user(
        self, created: EntitlementCreated, use: _Use, named: UserReference
    ) -> tuple[UUID, bool]:
        user = _named(named, scope=str(created.school_id or created.shop))
        if await self._vault.same_person(created.subject_id, user) != "other":
            return created.subject_id, False
        known = await self._vault.find(user)
        if known is not None:
            return known, True
        if created.delivery_type != DISTRIBUTED_BY_SCHOOL:
            return ids.somebody_else(use.entitlement_id), True
        return await self._forgotten_user(use) or await self._new_user(user), True

    async def _new_user(self, user: PersonReference) -> UUID:
        """Each user of what a school hands out counts, so they must be told apart."""
        (known,) = await self._vault.remember_many((user,))
        return known.subject_id

    async def _forgotten_user(self, use: _Use) -> UUID | None:
        """Who used this product on this very day and was forgotten since: it is told again."""
        async with self._connections.connection() as conn:
            history = (await read_many(conn, [use.entitlement_id])).get(use.entitlement_id, [])
            users = {
                ids.person_stream(fact.event.user_subject_id): fact.event.user_subject_id
                for fact in history
                if isinstance(fact.event, InitialActivationReported)
                and fact.event.product_id == use.product_id
                and fact.event.usage_date == use.usage_date
            }
            forgotten = await read_first(conn, list(users)) if users else {}
        return next((user for stream, user in users.items() if stream in forgotten), None)


def submission_of(
    message: InitialActivation, command: ReportInitialActivation, *, correlation_id: str
) -> Submission:
    """Hand over an activation; this API has no reference id, so its content is its identity."""
    content = (
        command.registry,
        command.user_subject_id,
        command.product_id,
        command.usage_date,
        command.expiration_date,
    )
    return Submission(
        stream_id=message.entitlement_id,
        command=command,
        actor=f"partner:{command.registry}",
        correlation_id=correlation_id,
        causation_id=str(uuid5(ids.HUB, f"activation/{message.entitlement_id}/{content}")),
    )


def _named(user: UserReference, *, scope: str) -> PersonReference:
    pairs = [(one.user_id_type, one.user_id) for one in user.user_ids]
    return user_reference(user.user_master_identifier, pairs, scope=scope)
