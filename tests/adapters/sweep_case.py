"""A vault whose rows grow old when told, and a log that refers to them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from psycopg import AsyncConnection

from aanspraak.application.handle import Submission
from aanspraak.domain.order_users.commands import ListUsers
from adapters.postgres.group_commit import commit_group
from adapters.postgres.vault_sweep import Swept, sweep
from tests.adapters.vault_case import open_vault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from uuid import UUID

    from adapters.postgres.vault import Known, Vault
    from adapters.security.persons import PersonReference

NOTHING = Swept(0, 0, 0)
KEPT = ("identifiers", "person_references", "texts")


@dataclass(frozen=True, kw_only=True)
class Sweeping:
    """A vault, and a connection to sweep it by."""

    url: str
    vault: Vault
    conn: AsyncConnection[Any]

    async def remember(self, *references: PersonReference) -> list[Known]:
        return await self.vault.remember_many(references)

    async def later(self, days: int = 2) -> None:
        """As if everything had been kept so many days ago."""
        for table in KEPT:
            await self.conn.execute(
                f"UPDATE vault.{table} SET kept_at = kept_at - make_interval(days => %s)".encode(),
                (days,),
            )

    async def refer(self, *known: Known, actor: str = "tester") -> None:
        """Record a fact about these persons, as they were named."""
        command = ListUsers(
            subject_ids=tuple(one.subject_id for one in known),
            user_reference_ids=tuple(one.reference_id for one in known),
        )
        await self.record(uuid4(), command, actor)

    async def record(self, stream_id: UUID, command: object, actor: str = "tester") -> None:
        """Record what follows from a command."""
        asked = Submission(
            stream_id=stream_id,
            command=command,
            actor=actor,
            correlation_id="story",
            causation_id=str(uuid4()),
        )
        (result,) = await commit_group(self.conn, [asked])
        assert result.refusal is None

    async def sweep(self) -> Swept:
        return await sweep(self.conn)

    async def named(self, known: Sequence[Known]) -> list[bool]:
        """Whether it can still be told what to call each of them."""
        found = await self.vault.references([one.reference_id for one in known])
        return [one.reference_id in found for one in known]


@asynccontextmanager
async def sweeping(url: str) -> AsyncIterator[Sweeping]:
    async with (
        open_vault(url) as vault,
        await AsyncConnection.connect(url, autocommit=True) as conn,
    ):
        yield Sweeping(url=url, vault=vault, conn=conn)
