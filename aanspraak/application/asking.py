"""How a policy asks: a command whose cause is the fact that it follows from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.application.handle import Submission

if TYPE_CHECKING:
    from uuid import UUID

    from aanspraak.domain.recorded import Recorded

ACTOR: Final = "policies"


def ask(recorded: Recorded, stream_id: UUID, command: object) -> Submission:
    """The cause of a policy's command is the fact it follows from."""
    return Submission(
        stream_id=stream_id,
        command=command,
        actor=ACTOR,
        correlation_id=recorded.correlation_id,
        causation_id=f"fact/{recorded.position}",
    )
