"""What an operator does at a terminal for a reason; its words are kept in the vault."""

from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from aanspraak.application.handle import Submission
from adapters.bootstrap import database_url, pool, vault
from adapters.postgres.connection import connect
from adapters.postgres.group_commit import Result, commit_group
from adapters.postgres.on_behalf import Operator
from adapters.security.persons import operator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from adapters.bootstrap import Connections
    from adapters.config import Settings

THROUGH: Final = "terminal"
COMMANDS_AT_ONCE: Final = 200
"""A transaction holds some 1,000 facts, and a command may give a handful."""


async def operator_act(
    settings: Settings,
    reason: str,
    commands: Callable[[UUID], Sequence[tuple[UUID, object]]],
    about: UUID | None = None,
) -> list[Result]:
    """Carry out what the operator at this terminal does for a reason, which lies in the vault.

    `commands` are given the key of the reason. It is forgotten with the person `about` whom it is.
    """
    async with pool(database_url(settings), "cli") as connections:
        reason_id = await vault(connections, settings).keep_text(reason, about)
    return await operator_submissions(settings, commands(reason_id))


def account() -> str:
    """Who sits at this terminal, as the operating system has it: the environment is theirs."""
    user_id = os.getuid()
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"uid {user_id}"  # in a container that has no such user


async def operator_here(
    connections: Connections, settings: Settings, reason: str, about: UUID | None = None
) -> Operator:
    """The operator at this terminal and a reason, by their keys; the words lie in the vault.

    There the reason is forgotten with the person `about` whom it is.
    """
    keeping = vault(connections, settings)
    known = await keeping.remember_many([operator(account())])
    return Operator(
        actor=f"operator:{known[0].subject_id}",
        reason_id=await keeping.keep_text(reason, about),
        correlation_id=str(uuid4()),
        through=THROUGH,
        believed=True,
    )


async def operator_submissions(
    settings: Settings, commands: Sequence[tuple[UUID, object]]
) -> list[Result]:
    """Carry out commands of the operator at this terminal, who is a pseudonym in the facts."""
    url = database_url(settings)
    async with pool(url, "cli") as connections:
        known = await vault(connections, settings).remember_many([operator(account())])
        correlation = str(uuid4())
        submissions = [
            Submission(
                stream_id=stream_id,
                command=command,
                actor=f"operator:{known[0].subject_id}",
                correlation_id=correlation,
                causation_id=f"{correlation}/{number}",
            )
            for number, (stream_id, command) in enumerate(commands)
        ]
        async with await connect(url, "cli") as conn:
            results: list[Result] = []
            for start in range(0, len(submissions), COMMANDS_AT_ONCE):
                part = submissions[start : start + COMMANDS_AT_ONCE]
                results += await commit_group(conn, part)
            return results
