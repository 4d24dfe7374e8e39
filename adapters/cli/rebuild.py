"""The verb `rebuild`: a view built anew beside the live one, with a progress bar."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from adapters.bootstrap import database_url, pool
from adapters.cli.terminal import ERR, OUT, Exit, stop
from adapters.cli.working import collect_garbage_seldom, run, settings
from adapters.postgres.rebuild import (
    CannotSwap,
    NotRebuildable,
    RebuildUnderWay,
    projection_named,
    rebuild,
)

if TYPE_CHECKING:
    from adapters.config import Settings
    from adapters.postgres.rebuild import Rebuilt
    from projections.registry import Projection


def rebuild_view(
    name: Annotated[str, typer.Argument(metavar="PROJECTION", help="Such as order_requests.")],
) -> None:
    """Build a view anew from the log; it is read and kept up to date meanwhile."""
    try:
        projection = projection_named(name)
    except NotRebuildable as error:
        stop(Exit.REFUSED, str(error))
    collect_garbage_seldom()
    began = time.monotonic()
    try:
        rebuilt = run(_rebuild(settings(), projection))
    except (RebuildUnderWay, CannotSwap) as error:
        stop(Exit.OPERATIONAL, str(error))
    seconds = time.monotonic() - began
    OUT.print(
        f"{name} rebuilt from {rebuilt.facts} facts, up to position {rebuilt.position},"
        f" in {seconds:.1f} s",
        highlight=False,
        soft_wrap=True,
    )


async def _rebuild(effective: Settings, projection: Projection) -> Rebuilt:
    url = database_url(effective)
    async with pool(url, "rebuild"):
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
        with Progress(*columns, TimeElapsedColumn(), console=ERR) as progress:
            task = progress.add_task(projection.name, total=1.0)
            return await rebuild(url, projection, lambda far: progress.update(task, completed=far))
