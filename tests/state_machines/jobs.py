"""The machine of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain.job.state import replay
from tests.domain.jobs import CANCEL, CONFIRM, CONFIRM_ONESELF, END, LARGE, SMALL
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


JOB = Machine(
    title="Job",
    prose="Something done with many things, one after the other. Above a threshold another "
    "operator than the one who asked must confirm it.",
    asks={
        "AskJob": SMALL,
        "AskJob, above the threshold": LARGE,
        "ConfirmJob, by another": CONFIRM,
        "ConfirmJob, by who asked": CONFIRM_ONESELF,
        "CancelJob": CANCEL,
        "EndJob": END,
    },
    name=job_name,
)
