"""The page of rebuilds: see what would change first, then rebuild, and which views cannot be."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Response

from aanspraak.domain.errors import SchoolUnknown
from aanspraak.domain.job.events import REBUILD_VIEW
from adapters.console.acting import ReasonMissing, call_of, sign
from adapters.console.jobs import job_path
from adapters.console.typed import NotUnderstood, some_id
from adapters.console.visits import Operating, Viewing, Visit, go_to
from adapters.http.ops_rebuilds import school_named
from adapters.postgres.job_story import is_anybody_able
from adapters.postgres.rebuild import NotRebuildable
from adapters.postgres.rebuild_jobs import Meant, NobodyAble, ask_rebuild, views
from adapters.wire.problems import SchemaIncorrect

router = APIRouter(prefix="/rebuild")

PARTS: Final = ("all", "order", "entitlement", "school")


@router.get("")
async def choose(visit: Viewing) -> Response:
    """Which views there are, how they compared last, and the form to compare or rebuild one."""
    return visit.page("rebuild.html", **await _choices(visit), wrong=None)


@router.post("")
async def ask(visit: Operating) -> Response:
    """Have it compared or rebuilt: a job, to whose page this goes."""
    try:
        meant = await _meant(visit)
        signed = await sign(visit)
        async with visit.services.pool.connection() as conn:
            job_id = await ask_rebuild(
                conn,
                call_of(visit).operator(signed),
                meant,
                dry_run=visit.form.get("do") != "rebuild",
                silence_seconds=visit.services.settings.worker_silence_seconds,
            )
    except NotUnderstood as error:
        return await _again(visit, str(error))
    except ReasonMissing:
        return await _again(visit, "reason")
    except NotRebuildable:
        return await _again(visit, "view")
    except NobodyAble:
        return await _again(visit, "able", 409)
    return go_to(job_path(job_id))


async def _again(visit: Visit, wrong: str, status: int = 422) -> Response:
    return visit.page("rebuild.html", status, **await _choices(visit), wrong=wrong)


async def _choices(visit: Visit) -> dict[str, Any]:
    given = {**visit.request.query_params, **visit.form}
    silence = visit.services.settings.worker_silence_seconds
    async with visit.services.pool.connection() as conn:
        able = await is_anybody_able(conn, REBUILD_VIEW, silence)
        found = await views(conn)
    return {"views": found, "able": able, "given": given, "parts": PARTS}


async def _meant(visit: Visit) -> Meant:
    """What the form says.

    Raises:
        NotUnderstood: the id is none, or nobody knows the school.
    """
    view, part = visit.form.get("view", ""), visit.form.get("part", "all")
    named = visit.form.get("id", "").strip()
    if part == "all":
        return Meant(view=view)
    if not named:
        raise NotUnderstood("id")
    if part == "school":
        try:
            return Meant(view=view, school_id=await school_named(visit.services, named))
        except (SchoolUnknown, SchemaIncorrect):
            raise NotUnderstood("school") from None
    found = some_id(visit, "id")
    if part == "order":
        return Meant(view=view, delivery_order_id=found)
    return Meant(view=view, entitlement_id=found)
