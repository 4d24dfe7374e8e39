"""The verbs `vault ...`: what older keys wrote is written anew, and what is left over goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from adapters.bootstrap import database_url, pool, vault, vault_keys
from adapters.cli.terminal import ERR, Exit, print_line, stop
from adapters.cli.working import connected, run, settings
from adapters.postgres.attempts import count_stale_answers, reencrypt_answers
from adapters.postgres.vault_sweep import Swept, sweep
from adapters.security.cipher import Unopenable

vault_app = typer.Typer(help="Where people are kept.", no_args_is_help=True)


@vault_app.command("reencrypt")
def reencrypt(
    batch: Annotated[int, typer.Option(min=1, help="Rows per transaction.")] = 1_000,
) -> None:
    """Write everything under the newest keys; it may be stopped and started again."""
    columns = (TextColumn("rows"), BarColumn(), MofNCompleteColumn())
    try:
        with Progress(*columns, TimeElapsedColumn(), console=ERR) as progress:
            task = progress.add_task("rows", total=None)
            rows, answers, doubled = run(
                _reencrypt(
                    batch,
                    lambda total: progress.update(task, total=total),
                    lambda done: progress.advance(task, done),
                )
            )
    except Unopenable as error:
        stop(Exit.OPERATIONAL, str(error))
    print_line(f"{rows} rows and {answers} answers of partners rewritten")
    if doubled:
        print_line(f"{doubled} identifiers stood under the newest key too")


@vault_app.command("sweep")
def sweep_vault(
    dry_run: Annotated[bool, typer.Option(help="Only count what would go.")] = False,
) -> None:
    """Delete what was not used for a day and nothing refers to; it may be stopped at any moment."""
    found = run(_sweep(dry_run=dry_run))
    what = "would go" if dry_run else "gone"
    others = f"{found.references} references of others, {found.texts} texts"
    print_line(f"{what}: {found.persons} persons, {others}")


async def _reencrypt(
    batch: int, begin: Callable[[int], None], progress: Callable[[int], None]
) -> tuple[int, int, int]:
    effective = settings()
    async with pool(database_url(effective), "cli") as connections:
        keeping, cipher = vault(connections, effective), vault_keys(effective).cipher
        async with connections.connection() as conn:
            begin(await keeping.stale() + await count_stale_answers(conn, cipher))
            done = await keeping.reencrypt(batch, progress)
            answers = await reencrypt_answers(conn, cipher, batch, progress)
    return done.rows, answers, done.doubled


async def _sweep(*, dry_run: bool) -> Swept:
    async with connected(settings(), "cli") as conn:
        return await sweep(conn, dry_run=dry_run)
