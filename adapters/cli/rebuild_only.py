"""`aanspraak rebuild VIEW --only order|entitlement|school ID`: a view put right for just that."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import typer

from adapters.bootstrap import database_url, pool, vault
from adapters.cli.rebuild_lines import show_difference
from adapters.cli.rosters import find_school
from adapters.cli.terminal import Exit, stop
from adapters.cli.working import run, settings
from adapters.postgres.rebuild import NotRebuildable
from adapters.postgres.rebuild_only import (
    repair,
    require_about_orders,
    streams_of_entitlement,
    streams_of_order,
    streams_of_school,
)
from projections.by_stream import CannotFold

if TYPE_CHECKING:
    from adapters.postgres.rebuild_difference import Difference
    from adapters.postgres.rebuild_only import Streams
    from projections.registry import Projection

KINDS = ("order", "entitlement", "school")


def repair_only(projection: Projection, kind: str, given: str, *, dry_run: bool) -> None:
    """Repair it, or say what would change; ends the verb with 1 when that is anything."""
    if kind not in KINDS:
        stop(Exit.WRONG_USE, f"--only is followed by {', '.join(KINDS)}, and which one")
    try:
        require_about_orders(projection)
        difference = run(_repair(projection, kind, given, dry_run=dry_run))
    except NotRebuildable as error:
        stop(Exit.REFUSED, str(error))
    except CannotFold as error:
        stop(Exit.OPERATIONAL, str(error))
    show_difference(difference, would=dry_run)
    if dry_run and difference:
        raise typer.Exit(Exit.REFUSED)


async def _repair(projection: Projection, kind: str, given: str, *, dry_run: bool) -> Difference:
    url = database_url(settings())
    ranges = await _ranges(url, projection, kind, given)
    return await repair(url, projection, ranges, dry_run=dry_run)


async def _ranges(url: str, projection: Projection, kind: str, given: str) -> list[Streams]:
    async with pool(url, "rebuild") as connections:
        if kind == "order":
            return [streams_of_order(_uuid(given))]
        if kind == "entitlement":
            return [streams_of_entitlement(projection, _uuid(given))]
        school_id = await find_school(vault(connections, settings()), given)
        async with connections.connection() as conn:
            return await streams_of_school(conn, school_id)


def _uuid(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        stop(Exit.WRONG_USE, "the id of an order or an entitlement is a UUID")
