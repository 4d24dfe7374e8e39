"""The verbs that prepare and inspect a deployment: `migrate` and `check`."""

from __future__ import annotations

from rich.table import Table

from adapters import config
from adapters.bootstrap import database_url, pool
from adapters.cli.terminal import OUT, print_line
from adapters.cli.working import connected, run, settings
from adapters.postgres.forgetting import erase_again
from adapters.postgres.migrate import migrate
from adapters.security.sign_in import NEEDED, sign_in_of


def apply_migrations() -> None:
    """Bring the database to this release; safe to run twice, or twice at once.

    Who was forgotten is forgotten again, in case rows of the vault came out of a backup.
    """
    applied = run(migrate(database_url(settings())))
    for name in applied:
        print_line(f"applied {name}")
    if not applied:
        print_line("nothing to apply")
    if came_back := run(_forget_again(settings())):
        print_line(f"{came_back} rows of persons who were forgotten had come back; deleted again")


def check() -> None:
    """Show every setting as it is in force, and whether the database belongs to this release."""
    effective = settings()
    table = Table("setting", "value", "source", box=None)
    for each in config.describe(effective):
        table.add_row(each.key, each.value, each.source)
    OUT.print(table)
    _tell_of_the_console(effective)
    run(_check_database(effective))
    print_line("the database is of this release")


def _tell_of_the_console(effective: config.Settings) -> None:
    if sign_in_of(effective) is None:
        needed = ", ".join(map(config.environment_key, NEEDED))
        print_line(f"there is no console: it needs {needed}")
    else:
        print_line(f"the console is at {effective.console_url}/console")


async def _check_database(effective: config.Settings) -> None:
    async with pool(database_url(effective), "check"):
        pass


async def _forget_again(effective: config.Settings) -> int:
    """Forget once more whom the log has as forgotten; how many rows had come back."""
    async with connected(effective, "migrate") as conn:
        return await erase_again(conn, whole_log=True)
