"""A job, two operators, and what they ask of it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from aanspraak.domain.job.commands import AskJob, CancelJob, ConfirmJob, EndJob
from aanspraak.domain.job.events import DONE, SEND_AGAIN

ASKER = "operator:one"
OTHER = "operator:two"
WHY = UUID(int=71)
CONSOLE = "console"

SMALL = AskJob(
    kind=SEND_AGAIN,
    amount=3,
    confirm_above=3,
    per_second=10,
    operator=ASKER,
    through=CONSOLE,
    reason_id=WHY,
    partner="portal-a",
)
LARGE = replace(SMALL, amount=4)
CONFIRM = ConfirmJob(operator=OTHER, through=CONSOLE, believed=True, reason_id=WHY)
CONFIRM_ONESELF = replace(CONFIRM, operator=ASKER)
CONFIRM_BY_ITS_WORD = replace(CONFIRM, believed=False)
CANCEL = CancelJob(operator=OTHER, reason_id=WHY)
END = EndJob(outcome=DONE, done=3, succeeded=2, nothing=1, failed=0)
