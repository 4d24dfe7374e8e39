"""`aanspraak rebuild [VIEW] --report`: what the last comparisons with the log came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.cli.moments import local
from adapters.cli.rebuild_lines import show_difference
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.working import connected, run, settings
from adapters.postgres.differences import Compared, differences
from adapters.postgres.rebuild_difference import Difference, Example

if TYPE_CHECKING:
    from adapters.config import Settings


def show_report(view: str | None, *, wanted: bool) -> None:
    """Show them, the last of every view or of one; how long ago stands with each."""
    if not wanted:
        stop(Exit.WRONG_USE, "name the view to rebuild, or ask for the --report of all")
    found = run(_read(settings(), view))
    for compared in found:
        when = f"compared {local(compared.compared_at)} at position {compared.position}"
        print_line(when)
        show_difference(_difference(compared), would=compared.dry_run)
    if not found:
        print_line("nothing was compared yet: aanspraak rebuild VIEW --dry-run")


def _difference(compared: Compared) -> Difference:
    return Difference(
        view=compared.view,
        appear=compared.appear,
        vanish=compared.vanish,
        change=compared.change,
        examples=tuple(Example(**each) for each in compared.examples),
    )


async def _read(effective: Settings, view: str | None) -> list[Compared]:
    async with connected(effective, "rebuild") as conn:
        return await differences(conn, view)
