"""What an operator does at a terminal for a reason; its words are kept in the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.bootstrap import database_url, operator_submissions, pool, vault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from adapters.config import Settings
    from adapters.postgres.group_commit import Result


async def operator_act(
    settings: Settings, reason: str, commands: Callable[[UUID], Sequence[tuple[UUID, object]]]
) -> list[Result]:
    """Carry out what the operator at this terminal does for a reason, which lies in the vault.

    `commands` are given the key of the reason.
    """
    async with pool(database_url(settings), "cli") as connections:
        reason_id = await vault(connections, settings).keep_text(reason)
    return await operator_submissions(settings, commands(reason_id))
