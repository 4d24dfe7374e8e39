"""What many verbs take in the same words: the language, and as of when."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.bootstrap import utc_now
from adapters.cli.moments import local
from adapters.cli.terminal import Exit, print_line, stop
from adapters.postgres.reads_as_of import NoSuchMoment, as_of

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from adapters.postgres.reads_as_of import AsOf


class Language(Enum):
    """The languages of a timeline."""

    ENGLISH = "en"
    DUTCH = "nl"


Then = Annotated[
    str | None,
    typer.Option(
        "--as-of", help="What was known then: a past moment with its zone, or a position."
    ),
]
InLanguage = Annotated[Language, typer.Option("--language", help="The language of the timeline.")]


async def place_given(conn: AsyncConnection[Any], given: str) -> AsOf:
    """The place in the log that was typed, and a line that says so; ends the verb for none."""
    try:
        then = await as_of(conn, given, utc_now())
    except NoSuchMoment as error:
        stop(Exit.WRONG_USE, f"--as-of is {error}")
    print_line(f"as of {local(then.at)}, position {then.position}")
    return then
