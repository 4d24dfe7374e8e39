"""What an operator asks of one stream: who that is, and the fact that comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aanspraak.application.handle import Submission
from adapters.postgres.group_commit import commit_group

if TYPE_CHECKING:
    from uuid import UUID

    from psycopg import AsyncConnection


@dataclass(frozen=True, kw_only=True, slots=True)
class Operator:
    """Who acts and why, by their keys, in which story.

    `through` is how they reached the hub. `believed`: whatever that is, it has made sure who they
    are; of a client of the API that is so only when the settings say it.
    """

    actor: str
    reason_id: UUID
    correlation_id: str
    through: str
    believed: bool


async def decide(
    conn: AsyncConnection[Any], by: Operator, stream_id: UUID, command: object
) -> bool:
    """Carry out a command of theirs, within the caller's transaction; whether anything changed.

    Raises what refuses it.
    """
    submission = Submission(
        stream_id=stream_id,
        command=command,
        actor=by.actor,
        correlation_id=by.correlation_id,
        causation_id=f"{by.correlation_id}/{stream_id}",
    )
    (result,) = await commit_group(conn, [submission])
    if result.refusal is not None:
        raise result.refusal
    return bool(result.events)
