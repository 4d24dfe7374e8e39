"""The verbs `jobs ...`: what is done with many things, how far it is, to confirm and to cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from aanspraak.domain.job.events import COMPARE_VIEW
from adapters.cli.moments import local
from adapters.cli.on_record import act, look
from adapters.cli.rebuild_lines import show_difference
from adapters.cli.terminal import print_line, print_table
from adapters.postgres import job_orders
from adapters.postgres.job_answers import job_answer, job_answers
from adapters.postgres.job_progress import job_progress
from adapters.postgres.jobs import AskedJobs
from adapters.postgres.rebuild_jobs import difference_in, difference_of

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from adapters.postgres.rebuild_difference import Difference
    from adapters.postgres.vault import Vault
    from adapters.wire.jobs_v1 import Job, JobAbout
    from adapters.wire.rebuilds_v1 import JobProgress

jobs_app = typer.Typer(
    help="What is done with many things, and how far that is.", no_args_is_help=True
)

JobId = Annotated[UUID, typer.Argument(metavar="ID", help="As the list names it.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept beside the facts.")]


@jobs_app.command("list")
def list_jobs(
    live: Annotated[bool, typer.Option("--live", help="Only those that are not over.")] = False,
    kind: Annotated[str | None, typer.Option(help="Of this kind, as the list names it.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
) -> None:
    """Show what was asked, how far it is, since when, by whom and why."""
    asked = AskedJobs(kind=kind, live=True if live else None, limit=limit)
    found = look(lambda conn, words: job_answers(conn, words, asked))
    table = Table("job", "kind", "status", "done", "asked", "by", "about", box=None)
    for job in found:
        what = (str(job.job_id), job.kind, job.status, far(job))
        table.add_row(*what, local(job.asked_at), job.asked_by or "the hub", about(job.about))
    print_table(table)
    if not found:
        print_line("no job is known")


@jobs_app.command("show")
def show_job(job_id: JobId) -> None:
    """Show one job: what it is about, how far it is, who did what, and what it found."""
    job, progress, difference = look(lambda conn, words: _one(conn, words, job_id))
    for line in (*job_lines(job), *progress_lines(progress)):
        print_line(line)
    if difference is not None:
        show_difference(difference, would=job.kind == COMPARE_VIEW)


@jobs_app.command("confirm")
def confirm_job(job_id: JobId, reason: Reason) -> None:
    """Agree, as the second operator, to a job that waits for one."""
    begun = act(reason, lambda conn, by: job_orders.confirm(conn, by, job_id))
    print_line("it begins" if begun else "it needs no confirmation (any more)")


@jobs_app.command("cancel")
def cancel_job(job_id: JobId, reason: Reason) -> None:
    """Have a job stopped between two things; what was done stays done."""
    stopped = act(reason, lambda conn, by: job_orders.cancel(conn, by, job_id))
    print_line("it stops" if stopped else "it was over, or stopping, already")


def job_lines(job: Job) -> list[str]:
    """A job in words, a line each."""
    doing = f", {job.doing}" if job.doing else ""
    came = f"{job.succeeded} with effect, {job.nothing} without, {job.failed} failed"
    by = job.asked_by or "the hub"
    lines = [
        f"{job.kind} {job.job_id}: {job.status}{doing}",
        f"  about {about(job.about)}",
        f"  {far(job)} done: {came}",
        f"  asked {local(job.asked_at)} by {by}: {job.reason or ''}".rstrip(": "),
    ]
    moments = (
        ("confirmed", job.confirmed_at, job.confirmed_by),
        ("started", job.started_at, None),
        ("cancelled", job.cancelled_at, job.cancelled_by),
        ("ended", job.ended_at, job.error),
    )
    for what, moment, who in moments:
        if moment is not None:
            lines.append(f"  {what} {local(moment)} {who or ''}".rstrip())
    if job.turns > 1:
        lines.append(f"  taken up {job.turns} times")
    return lines


def progress_lines(progress: JobProgress) -> list[str]:
    """What it did when, and how long it still takes."""
    lines = [f"  {local(one.at)} {one.doing or one.status} ({one.done})" for one in progress.lines]
    if progress.per_second:
        left = progress.seconds_left
        to_go = "" if left is None else f", about {left:.0f} s left"
        lines.append(f"  {progress.per_second:.0f} a second{to_go}")
    return lines


def far(job: Job) -> str:
    """How far it is."""
    return str(job.done) if job.total is None else f"{job.done} of {job.total}"


def about(which: JobAbout) -> str:
    """Which things, in a line."""
    named = {
        "partner": which.partner,
        "order": which.delivery_order_id,
        "entitlement": which.entitlement_id,
        "incident": which.incident_id,
        "follower": which.follower,
        "kind": which.what,
        "since": local(which.since),
        "until": local(which.until),
        "night of": which.night,
        "view": which.view,
        "school": which.school_id,
        "topic": which.topic,
        "from": which.first,
        "to": which.last,
    }
    return ", ".join(f"{name} {value}" for name, value in named.items() if value) or "everything"


async def _one(
    conn: AsyncConnection[Any], words: Vault, job_id: UUID
) -> tuple[Job, JobProgress, Difference | None]:
    job = await job_answer(conn, words, job_id)
    found = await difference_of(conn, job_id)
    difference = difference_in(found) if found is not None else None
    return job, await job_progress(conn, job), difference
