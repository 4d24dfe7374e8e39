"""What the verbs of operators have in common: a look into the database, or an act on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from aanspraak.domain.errors import DomainError
from adapters.bootstrap import database_url, pool, vault
from adapters.cli.acting import operator_here
from adapters.cli.terminal import Exit, stop
from adapters.cli.working import run, settings
from adapters.http.person_answers import subject_of
from adapters.postgres.dead_letters import NotDecidable
from adapters.postgres.reads import Reads

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from psycopg import AsyncConnection

    from adapters.postgres.on_behalf import Operator
    from adapters.postgres.vault import Vault

T = TypeVar("T")


def look(question: Callable[[AsyncConnection[Any], Vault], Awaitable[T]]) -> T:
    """The answer to a question; one that is refused ends the verb with why."""
    return run(_look(question))


def act(
    reason: str,
    acting: Callable[[AsyncConnection[Any], Operator], Awaitable[T]],
    entitlement_id: UUID | None = None,
) -> T:
    """Act as the operator at this terminal, for a reason; what is refused ends the verb with why.

    Who that is becomes a pseudonym in the facts, and the reason lies in the vault: about one
    entitlement it is forgotten with its person.
    """
    if not reason.strip():
        stop(Exit.WRONG_USE, "--reason is empty")
    return run(_act(reason, acting, entitlement_id))


async def _look(question: Callable[[AsyncConnection[Any], Vault], Awaitable[T]]) -> T:
    effective = settings()
    async with pool(database_url(effective), "cli") as connections:
        words = vault(connections, effective)
        async with connections.connection() as conn:
            return await _unless_refused(question(conn, words))


async def _act(
    reason: str,
    acting: Callable[[AsyncConnection[Any], Operator], Awaitable[T]],
    entitlement_id: UUID | None,
) -> T:
    effective = settings()
    async with pool(database_url(effective), "cli") as connections:
        about = await subject_of(Reads(connections), entitlement_id)
        by = await operator_here(connections, effective, reason, about)
        async with connections.connection() as conn:
            return await _unless_refused(acting(conn, by))


async def _unless_refused(asked: Awaitable[T]) -> T:
    try:
        return await asked
    except (NotDecidable, DomainError) as refusal:
        stop(Exit.REFUSED, str(refusal))
