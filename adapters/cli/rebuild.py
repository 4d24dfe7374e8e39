"""The verb `rebuild`: a view, or what the policies count, built anew, or what would change."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.bootstrap import database_url, pool
from adapters.cli.copying import copy_view
from adapters.cli.progress_bar import bar, phases
from adapters.cli.rebuild_lines import show_difference
from adapters.cli.rebuild_only import repair_only
from adapters.cli.rebuild_report import show_report
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.working import collect_garbage_seldom, run, settings
from adapters.postgres.policy_rebuild import FOLLOWER, rebuild_policies
from adapters.postgres.rebuild import (
    CannotSwap,
    NotRebuildable,
    Options,
    RebuildUnderWay,
    discard,
    projection_named,
    rebuild,
)
from adapters.postgres.rebuild_parts import NothingToJoin, join
from projections.by_stream import CannotFold

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from typing import Any, TypeVar

    from adapters.config import Settings
    from adapters.postgres.rebuild import Rebuilt
    from projections.registry import Projection

    T = TypeVar("T")

MOST_PROCESSES = 64
STOPPED = "stopped; what was built is kept: run it again, and it goes on"
EXCLUSIVE = "--only, --processes, --join, --discard, and --as-of with --into exclude each other"


Name = Annotated[
    str | None,
    typer.Argument(metavar="PROJECTION", help="Such as order_requests; or policies."),
]
Only = Annotated[
    tuple[str, str] | None,
    typer.Option(metavar="KIND ID", help="Repair only this order, entitlement or school."),
]
Processes = Annotated[int, typer.Option(min=1, max=MOST_PROCESSES, help="How many share the work.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would change; exit code 1 when anything.")
]
Join = Annotated[bool, typer.Option("--join", help="Help a rebuild that another process leads.")]
Report = Annotated[
    bool, typer.Option("--report", help="Show what the last comparisons came to, and stop.")
]
Then = Annotated[
    str | None,
    typer.Option("--as-of", help="As it was at a past moment with its zone, or at a position."),
]
Into = Annotated[
    str | None, typer.Option(metavar="SCHEMA", help="With --as-of: where that copy goes.")
]
Discard = Annotated[
    bool, typer.Option("--discard", help="Throw away what an earlier rebuild left.")
]


def rebuild_view(
    name: Name = None,
    only: Only = None,
    processes: Processes = 1,
    as_of: Then = None,
    into: Into = None,
    *,
    dry_run: DryRun = False,
    join_in: Join = False,
    throw_away: Discard = False,
    report: Report = False,
) -> None:
    """Build a view anew from the log; it is read and kept up to date meanwhile.

    Stopped, it goes on where it was when it is run again. `policies` builds what the policies
    count; stop their follower first. With --as-of and --into it builds a copy, and touches nothing.
    """
    if report or name is None:
        show_report(name, wanted=report)
        return
    copying = as_of is not None or into is not None
    chosen = _at_most_one(only is not None, processes > 1, join_in, throw_away, copying)
    projection = None if name == FOLLOWER else _named(name)
    if projection is None:
        _rebuild_counts(alone=not (chosen or dry_run))
    elif copying:
        copy_view(projection, as_of, into, dry_run=dry_run)
    elif only is not None:
        repair_only(projection, *only, dry_run=dry_run)
    elif throw_away:
        _run(_discard(settings(), projection))
    elif join_in:
        _help(projection)
    else:
        _rebuild_whole(projection, processes, dry_run=dry_run)


def _at_most_one(*chosen: bool) -> bool:
    """Whether any was; ends the verb when two were."""
    if sum(chosen) > 1:
        stop(Exit.WRONG_USE, EXCLUSIVE)
    return any(chosen)


def _rebuild_counts(*, alone: bool) -> None:
    if not alone:
        stop(Exit.WRONG_USE, "policies are built whole, by one process, in one transaction")
    position = run(_rebuild_policies(settings()))
    print_line(f"{FOLLOWER} rebuilt up to position {position}")


def _help(projection: Projection) -> None:
    try:
        folded = run(_until_stopped(_join(settings(), projection)))
    except _Stopped:
        raise typer.Exit(Exit.OPERATIONAL) from None
    except NothingToJoin as error:
        stop(Exit.OPERATIONAL, str(error))
    print_line(f"{folded} facts folded into {projection.name}")


def _named(name: str) -> Projection:
    try:
        return projection_named(name)
    except NotRebuildable as error:
        stop(Exit.REFUSED, str(error))


def _rebuild_whole(projection: Projection, processes: int, *, dry_run: bool) -> None:
    collect_garbage_seldom()
    began = time.monotonic()
    rebuilt = _run(_rebuild(settings(), projection, processes, dry_run=dry_run))
    seconds = time.monotonic() - began
    show_difference(rebuilt.difference, would=dry_run)
    again = "went on with what was built before; " if rebuilt.resumed else ""
    done = "compared" if dry_run else "rebuilt"
    print_line(
        f"{again}{projection.name} {done} from {rebuilt.facts} facts, up to position"
        f" {rebuilt.position}, in {seconds:.1f} s"
    )
    if dry_run:
        print_line(
            f"what was built is kept: `aanspraak rebuild {projection.name}` puts it in its place,"
            " with --discard it is thrown away"
        )
        if rebuilt.difference:
            raise typer.Exit(Exit.REFUSED)


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return run(_until_stopped(work))
    except _Stopped:
        stop(Exit.OPERATIONAL, STOPPED)
    except (RebuildUnderWay, CannotSwap, NothingToJoin, CannotFold) as error:
        stop(Exit.OPERATIONAL, str(error))


class _Stopped(Exception):
    """Somebody stopped it, with SIGTERM or Ctrl-C."""


async def _until_stopped(work: Coroutine[Any, Any, T]) -> T:
    """So that it ends as it does when anything goes wrong: with those who help it."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await work
    except asyncio.CancelledError:
        raise _Stopped from None


async def _rebuild_policies(effective: Settings) -> int:
    async with pool(database_url(effective), "rebuild") as connections:
        with bar() as progress:
            task = progress.add_task(FOLLOWER, total=1.0)
            async with connections.connection() as conn:
                return await rebuild_policies(
                    conn, lambda far: progress.update(task, completed=far)
                )


async def _rebuild(
    effective: Settings, projection: Projection, processes: int, *, dry_run: bool
) -> Rebuilt:
    url = database_url(effective)
    async with pool(url, "rebuild"), _helpers(projection, processes - 1):
        with phases(projection.name) as tell:
            return await rebuild(url, projection, tell, Options(dry_run=dry_run))


@asynccontextmanager
async def _helpers(projection: Projection, number: int) -> AsyncIterator[None]:
    """Other processes that fold parts too; what they do not finish, this one does."""
    command = (sys.executable, "-m", "adapters.cli", "rebuild", projection.name, "--join")
    quiet = asyncio.subprocess.DEVNULL
    helpers = [await asyncio.create_subprocess_exec(*command, stdout=quiet) for _ in range(number)]
    try:
        yield
    finally:
        for helper in helpers:
            if helper.returncode is None:
                helper.terminate()
            await helper.wait()


async def _join(effective: Settings, projection: Projection) -> int:
    url = database_url(effective)
    async with pool(url, "rebuild"):
        collect_garbage_seldom()
        return await join(url, projection)


async def _discard(effective: Settings, projection: Projection) -> None:
    url = database_url(effective)
    async with pool(url, "rebuild"):
        await discard(url, projection)
