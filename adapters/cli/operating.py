"""The verbs that prepare and inspect a deployment: `migrate` and `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from adapters import config
from adapters.bootstrap import database_url, pool
from adapters.cli.terminal import OUT, run, settings
from adapters.postgres.migrate import migrate

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command("migrate")(apply_migrations)
    app.command("check")(check)


def apply_migrations() -> None:
    """Bring the database to this release; safe to run twice, or twice at once."""
    applied = run(migrate(database_url(settings())))
    for name in applied:
        OUT.print(f"applied {name}", highlight=False)
    if not applied:
        OUT.print("nothing to apply")


def check() -> None:
    """Show every setting as it is in force, and whether the database belongs to this release."""
    effective = settings()
    table = Table("setting", "value", "source", box=None)
    for each in config.describe(effective):
        table.add_row(each.key, each.value, each.source)
    OUT.print(table)
    run(_check_database(effective))
    OUT.print("the database is of this release")


async def _check_database(effective: config.Settings) -> None:
    async with pool(database_url(effective), "check"):
        pass
