"""`aanspraak <verb>`; exit codes: 0 good, 1 refused, 2 wrong use, 3 operational."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup
from typing_extensions import override

from adapters.cli.verbs import VERBS, load

if TYPE_CHECKING:
    from typer._click import Command, Context


class Verbs(TyperGroup):
    """Imports what a verb needs when it is called; to list the verbs takes only their lines."""

    @override
    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        name, _, rest = super().resolve_command(ctx, args)
        return name, None if name is None else load(name), rest


app = typer.Typer(
    cls=Verbs,
    help="The entitlement hub of a distributor in the Edu-V chain.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for verb, (_, line) in VERBS.items():
    app.command(verb, help=line)(lambda: None)


def main() -> None:
    """Run a verb."""
    app()
