"""The machines of a job, and of a fact that a follower could not handle."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from aanspraak.domain.dead_letter import state as dead_letter_state
from aanspraak.domain.dead_letter.commands import RetryDeadLetter, SkipDeadLetter
from aanspraak.domain.job.state import replay
from tests.domain.jobs import (
    CANCEL,
    CONFIRM,
    CONFIRM_BY_ITS_WORD,
    CONFIRM_ONESELF,
    END,
    LARGE,
    SMALL,
)
from tests.state_machines.explore import NOTHING, Machine

if TYPE_CHECKING:
    from tests.state_machines.explore import History


def job_name(history: History) -> str:
    """What it waits for."""
    job = replay(history)  # type: ignore[arg-type]
    if job is None:
        return NOTHING
    if job.ended:
        return "over"
    if job.cancelled:
        return "cancelled"
    return "waits for another operator" if job.waits else "a worker's"


def dead_letter_name(history: History) -> str:
    """What was decided."""
    letter = dead_letter_state.replay(history)  # type: ignore[arg-type]
    if letter is None:
        return NOTHING
    return "skipped" if letter.skipped else "to be handled again"


JOB = Machine(
    title="Job",
    prose="Something done with many things, one after the other. Above a threshold another "
    "operator than the one who asked must confirm it.",
    asks={
        "AskJob": SMALL,
        "AskJob, above the threshold": LARGE,
        "ConfirmJob, by another": CONFIRM,
        "ConfirmJob, by who asked": CONFIRM_ONESELF,
        "ConfirmJob, by another name of the client that asked": CONFIRM_BY_ITS_WORD,
        "CancelJob": CANCEL,
        "EndJob": END,
    },
    name=job_name,
)
DEAD_LETTER = Machine(
    title="Dead letter",
    prose="A fact that a follower could not handle, and what operators decided about it.",
    asks={
        "RetryDeadLetter": RetryDeadLetter(follower="x", position=1, reason_id=UUID(int=1)),
        "SkipDeadLetter": SkipDeadLetter(
            follower="x", position=1, behind=False, reason_id=UUID(int=1)
        ),
    },
    name=dead_letter_name,
)
