"""The verb `rebuild`: a view, or what the policies count, built anew with a progress bar."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from adapters.bootstrap import database_url, pool
from adapters.cli.terminal import ERR, OUT, Exit, stop
from adapters.cli.working import collect_garbage_seldom, run, settings
from adapters.postgres.policy_rebuild import FOLLOWER, rebuild_policies
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
    name: Annotated[
        str, typer.Argument(metavar="PROJECTION", help="Such as order_requests; or policies.")
    ],
) -> None:
    """Build a view anew from the log; it is read and kept up to date meanwhile.

    `policies` builds what the policies count; stop their follower first.
    """
    if name == FOLLOWER:
        position = run(_rebuild_policies(settings()))
        OUT.print(f"{name} rebuilt up to position {position}", highlight=False)
        return
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


async def _rebuild_policies(effective: Settings) -> int:
    async with pool(database_url(effective), "rebuild") as connections:
        with bar() as progress:
            task = progress.add_task(FOLLOWER, total=1.0)
            async with connections.connection() as conn:
                return await rebuild_policies(
                    conn, lambda far: progress.update(task, completed=far)
                )


def bar() -> Progress:
    """A bar on standard error, for work that takes a while."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    return Progress(*columns, TimeElapsedColumn(), console=ERR)


async def _rebuild(effective: Settings, projection: Projection) -> Rebuilt:
    url = database_url(effective)
    async with pool(url, "rebuild"):
        with bar() as progress:
            task = progress.add_task(projection.name, total=1.0)
            return await rebuild(url, projection, lambda far: progress.update(task, completed=far))
