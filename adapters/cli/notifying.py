"""The verb `notify`: whether notices get to where they are to go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from adapters.bootstrap import database_url, utc_now
from adapters.bootstrap.notice_followers import targets
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.working import run, settings
from adapters.notices.target import NotDelivered
from adapters.postgres.connection import connect
from adapters.postgres.notices import try_again
from projections.notice_rules import message_of
from projections.notices import TEST, trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.config import Settings
    from adapters.notices.target import Target


def notify(
    *,
    test: Annotated[bool, typer.Option("--test", help="Send one, now, whatever the hour.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Have those that were given up tried again.")
    ] = False,
) -> None:
    """Send a notice to every address that is configured, to see that it gets there."""
    if test == again:
        stop(
            Exit.WRONG_USE,
            "what happens is told by `aanspraak follow notices`; give --test or --again",
        )
    if again:
        number = run(_again(settings()))
        print_line(f"{number} are tried again by `aanspraak follow notices`")
        return
    to = targets(settings())
    if not to:
        stop(Exit.REFUSED, "no address is configured: AANSPRAAK_NOTICE_WEBHOOK_URL or _MAIL_TO")
    refused = run(_send(to))
    for target in to:
        said = refused.get(target.name)
        print_line(f"{target.name}: {said or 'delivered'}")
    if refused:
        stop(Exit.OPERATIONAL, "not delivered everywhere")


async def _again(effective: Settings) -> int:
    async with await connect(database_url(effective), "cli") as conn:
        return await try_again(conn, utc_now())


async def _send(to: Sequence[Target]) -> dict[str, str]:
    """What went wrong, by target."""
    now = utc_now()
    message = message_of(TEST, [trial(now)])
    refused = {}
    for target in to:
        try:
            await target.deliver(message, now)
        except NotDelivered as error:
            refused[target.name] = str(error)
    return refused
