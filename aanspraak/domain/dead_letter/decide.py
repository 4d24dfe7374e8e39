"""The rules of a fact that lies aside: tried again as often as wanted, skipped once."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.dead_letter.commands import RetryDeadLetter, SkipDeadLetter
from aanspraak.domain.dead_letter.events import DeadLetterRetried, DeadLetterSkipped

if TYPE_CHECKING:
    from aanspraak.domain.dead_letter.commands import DeadLetterCommand
    from aanspraak.domain.dead_letter.events import DeadLetterEvent
    from aanspraak.domain.dead_letter.state import DeadLetter


def decide(command: DeadLetterCommand, state: DeadLetter | None) -> tuple[DeadLetterEvent, ...]:
    """Return the facts that follow; () means it was skipped already."""
    if state is not None and state.skipped:
        return ()
    match command:
        case RetryDeadLetter():
            retried = DeadLetterRetried(
                follower=command.follower, position=command.position, reason_id=command.reason_id
            )
            return (retried,)
        case SkipDeadLetter():
            skipped = DeadLetterSkipped(
                follower=command.follower,
                position=command.position,
                behind=command.behind,
                reason_id=command.reason_id,
            )
            return (skipped,)
        case _:
            assert_never(command)
