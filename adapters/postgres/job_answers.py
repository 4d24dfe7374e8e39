"""Jobs as every way of asking shows them, with the names of the operators and their reasons."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, cast

import msgspec

from aanspraak.domain.errors import UnknownJob
from adapters.postgres.jobs import AskedJobs, JobRow, jobs
from adapters.postgres.reads_incidents import operators
from adapters.wire import jobs_v1 as wire
from adapters.wire.outgoing import utc

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from psycopg import AsyncConnection

    from adapters.postgres.vault import Vault


async def job_answers(conn: AsyncConnection[Any], vault: Vault, asked: AskedJobs) -> list[wire.Job]:
    """Jobs, the newest first."""
    rows = await jobs(conn, asked)
    actors = {
        actor for row in rows for actor in (row.actor, row.confirmed_by, row.cancelled_by) if actor
    }
    names = await operators(conn, vault, sorted(actors))
    keys = [row.reason_id for row in rows if row.reason_id]
    reasons = await vault.shown_texts(keys) if keys else {}
    return [_shown(row, names, reasons) for row in rows]


async def job_answer(conn: AsyncConnection[Any], vault: Vault, job_id: UUID) -> wire.Job:
    """One job; raises UnknownJob."""
    found = await job_answers(conn, vault, AskedJobs(job_id=job_id, limit=1))
    if not found:
        raise UnknownJob
    return found[0]


def _shown(row: JobRow, names: Mapping[str, str], reasons: Mapping[UUID, str]) -> wire.Job:
    return wire.Job(
        job_id=row.job_id,
        kind=cast("wire.Kind", row.kind),
        status=cast("wire.Status", row.status),
        about=msgspec.convert(row.about, wire.JobAbout),
        total=row.total,
        done=row.done,
        succeeded=row.succeeded,
        nothing=row.nothing,
        failed=row.failed,
        doing=row.doing or None,
        turns=row.turn,
        per_second=row.per_second or None,
        error=row.error,
        asked_by=names.get(row.actor),
        reason=reasons.get(row.reason_id) if row.reason_id else None,
        confirmed_by=names.get(row.confirmed_by or ""),
        cancelled_by=names.get(row.cancelled_by or ""),
        cancel_wanted=row.cancelled_at is not None and row.ended_at is None,
        asked_at=row.asked_at.astimezone(UTC),
        confirmed_at=utc(row.confirmed_at),
        cancelled_at=utc(row.cancelled_at),
        started_at=utc(row.started_at),
        changed_at=row.changed_at.astimezone(UTC),
        ended_at=utc(row.ended_at),
    )
