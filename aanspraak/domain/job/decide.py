"""The rules of a job: much at once takes two operators, and what is over does not begin again."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.errors import (
    JobIsOver,
    NothingToDo,
    SecondOperatorNeeded,
    SecondOperatorUnproven,
    UnknownJob,
)
from aanspraak.domain.job.commands import AskJob, CancelJob, ConfirmJob, EndJob
from aanspraak.domain.job.events import (
    JobAsked,
    JobCancelled,
    JobConfirmed,
    JobEnded,
    JobEvent,
)

if TYPE_CHECKING:
    from aanspraak.domain.job.commands import JobCommand
    from aanspraak.domain.job.state import Job


def decide(command: JobCommand, state: Job | None) -> tuple[JobEvent, ...]:
    """Return the facts that follow; () means it was already so.

    Raises:
        NothingToDo: there is nothing it would be about.
        UnknownJob: nobody asked for it.
        SecondOperatorNeeded: who asked for it confirms it.
        SecondOperatorUnproven: another name confirms it, by the word of the client that asked.
        JobIsOver: it is confirmed after it was cancelled, or has ended.
    """
    match command:
        case AskJob():
            return _ask(command, state)
        case ConfirmJob():
            return _confirm(command, _known(state))
        case CancelJob():
            job = _known(state)
            cancelled = JobCancelled(operator=command.operator, reason_id=command.reason_id)
            return () if job.cancelled or job.ended else (cancelled,)
        case EndJob():
            return () if _known(state).ended else (_ended(command),)
        case _:
            assert_never(command)


def is_much(command: AskJob) -> bool:
    """Whether a second operator must confirm it; in parts it is as much."""
    return command.amount is not None and command.amount + command.lately > command.confirm_above


def _ask(command: AskJob, state: Job | None) -> tuple[JobEvent, ...]:
    if state is not None:
        return ()
    if command.amount == 0:
        raise NothingToDo
    asked = JobAsked(
        kind=command.kind,
        amount=command.amount,
        confirm=is_much(command),
        lately=command.lately,
        per_second=command.per_second,
        operator=command.operator,
        through=command.through,
        reason_id=command.reason_id,
        partner=command.partner,
        order=command.order,
        stream_id=command.stream_id,
        follower=command.follower,
        what=command.what,
        since=command.since,
        until=command.until,
    )
    return (asked,)


def _confirm(command: ConfirmJob, job: Job) -> tuple[JobEvent, ...]:
    if job.cancelled or job.ended:
        raise JobIsOver
    if not job.waits:
        return ()
    if command.operator == job.operator:
        raise SecondOperatorNeeded
    if command.through == job.through and not command.believed:
        raise SecondOperatorUnproven
    confirmed = JobConfirmed(
        operator=command.operator, through=command.through, reason_id=command.reason_id
    )
    return (confirmed,)


def _ended(command: EndJob) -> JobEnded:
    return JobEnded(
        outcome=command.outcome,
        done=command.done,
        succeeded=command.succeeded,
        nothing=command.nothing,
        failed=command.failed,
    )


def _known(state: Job | None) -> Job:
    if state is None:
        raise UnknownJob
    return state
