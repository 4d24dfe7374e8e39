"""InitialActivations as commands: who activated is settled with the vault, at once or later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

import msgspec

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.entitlement.activation import RECONCILED
from aanspraak.domain.entitlement.commands import ReportInitialActivation
from adapters.postgres.origins import read_created
from adapters.postgres.vault import HeldActivation
from adapters.security.persons import activation_code, user_reference
from adapters.wire.parsing import parse
from adapters.wire.usage_v1 import EntitlementUsage, InitialActivation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from psycopg import AsyncConnection

    from aanspraak.domain.entitlement.events import EntitlementCreated
    from adapters.postgres.vault import Vault
    from adapters.security.persons import PersonReference
    from adapters.wire.references import UserReference

CODE_TYPES: Final = ("school-activationcode", "customer-activationcode")
"""The entitlementTypes whose subject is a code; whoever uses it is somebody else in the vault."""


class Activations:
    """What a registry's InitialActivation asks of the entitlement it names."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def command(
        self, created: EntitlementCreated, registry: str, message: InitialActivation
    ) -> ReportInitialActivation:
        """The command; identifiers of a user that were new are learned, and committed on return."""
        if created.entitlement_type in CODE_TYPES:
            user, another = await self._user_of_code(created, message.user, message.activation_code)
        else:
            user, another = await self._user(created, message.user)
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
        user, another = created.subject_id, False
        if usage.user is not None and created.entitlement_type in CODE_TYPES:
            user, another = await self._user_of_code(created, usage.user, usage.activation_code)
        elif usage.user is not None:
            user, another = await self._user(created, usage.user)
        ends = usage.expiration_date or created.expiration_date or created.activation_until_date
        return ReportInitialActivation(
            registry=created.registry,
            user_subject_id=user,
            another_user=another,
            product_id=usage.product_id or created.product_id,
            usage_date=usage.usage.first_used,
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

    async def _user(self, created: EntitlementCreated, named: UserReference) -> tuple[UUID, bool]:
        user = _named(named, scope=str(created.school_id or created.shop))
        if await self._vault.same_person(created.subject_id, user) != "other":
            return created.subject_id, False
        return await self._subject(user), True

    async def _user_of_code(
        self, created: EntitlementCreated, named: UserReference, given: str | None
    ) -> tuple[UUID, bool]:
        user = _named(named, scope=str(created.school_id or created.shop))
        if given is None:
            return await self._subject(user), False
        code = activation_code(given, registry=created.registry)
        verdict = await self._vault.same_person(created.subject_id, code)
        return await self._subject(user), verdict == "other"

    async def _subject(self, user: PersonReference) -> UUID:
        (known,) = await self._vault.remember_many((user,))
        return known.subject_id


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
