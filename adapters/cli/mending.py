"""The verbs `dead-letters ...`: facts that a follower could not handle, and what is decided."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from rich.table import Table

from adapters.cli.moments import local, read_moment
from adapters.cli.on_record import act, look
from adapters.cli.terminal import Exit, print_line, print_table, stop
from adapters.postgres import dead_letter_orders as orders
from adapters.postgres.dead_letters import AskedLetters
from adapters.wire.ops_dead_letters_v1 import DeadLetter

dead_letters_app = typer.Typer(help="Facts that a follower could not handle.")

Follower = Annotated[str, typer.Argument(metavar="FOLLOWER", help="As the list names it.")]
Position = Annotated[int, typer.Argument(metavar="POSITION", help="As the list names it.")]
Of = Annotated[str | None, typer.Option("--follower", help="Of this follower.")]
Kind = Annotated[str | None, typer.Option("--kind", help="A class of error, or a topic.")]
Since = Annotated[str | None, typer.Option(metavar="MOMENT", help="Laid aside then or later.")]
Until = Annotated[str | None, typer.Option(metavar="MOMENT", help="Laid aside before.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept beside the facts.")]


@dead_letters_app.callback(invoke_without_command=True)
def show_dead_letters(
    context: typer.Context,
    settled: Annotated[bool, typer.Option("--all", help="Also handled and skipped ones.")] = False,
    follower: Of = None,
    kind: Kind = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Show the facts that wait, why, since when, and what was decided."""
    if context.invoked_subcommand is not None:
        return
    asked = _meant(follower, kind, since, until, settled=settled)
    _show(look(lambda conn, words: orders.letter_answers(conn, words, asked)))


@dead_letters_app.command("show")
def show_one(follower: Follower, position: Position) -> None:
    """Show one of them with the fact itself, in which there is no person."""
    found = look(lambda conn, words: orders.letter_answer(conn, words, follower, position))
    if found is None:
        stop(Exit.REFUSED, f"no fact at position {position} lies aside for {follower}")
    _show([found])
    if found.decided_because:
        print_line(f"because: {found.decided_because}")
    fact = msgspec.json.format(msgspec.json.encode(found.fact), indent=2)
    print_line(fact.decode())


@dead_letters_app.command("retry")
def retry(follower: Follower, position: Position, reason: Reason) -> None:
    """Have a fact handled again by its follower, and after it those that wait behind it."""
    act(reason, lambda conn, by: orders.retry_letter(conn, by, follower, position))
    print_line(f"{follower} handles position {position} again")


@dead_letters_app.command("retry-all")
def retry_all(
    follower: Of = None,
    kind: Kind = None,
    since: Since = None,
    until: Until = None,
    reason: Reason = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it is counted.")] = False,
) -> None:
    """Have all that wait, or those of a follower, a kind or a window, handled again by a job."""
    meant = _meant(follower, kind, since, until)
    if not yes:
        found = look(lambda conn, words: orders.plan_retries(conn, words, meant))
        _show(list(found.sample))
        if found.letters:
            told = f"{found.letters} would be handled again; --yes --reason TEXT does it"
            print_line(told)
        return
    asked = act(reason, lambda conn, by: orders.ask_retries(conn, by, meant))
    told = f"{asked.letters} are handled again: aanspraak jobs show {asked.job_id}"
    print_line(told)


@dead_letters_app.command("skip")
def skip(
    follower: Follower,
    position: Position,
    reason: Reason,
    behind: Annotated[
        bool, typer.Option("--behind", help="Also everything that waits behind it.")
    ] = False,
) -> None:
    """Leave a fact unhandled for good; those that wait behind it are handled then."""
    skipped = act(
        reason, lambda conn, by: orders.skip_letter(conn, by, follower, position, behind=behind)
    )
    print_line(f"{skipped} skipped")


def _meant(
    follower: str | None,
    kind: str | None,
    since: str | None,
    until: str | None,
    *,
    settled: bool = False,
) -> AskedLetters:
    return AskedLetters(
        settled=settled,
        follower=follower,
        what=kind,
        since=read_moment(since) if since else None,
        until=read_moment(until) if until else None,
    )


def _show(found: list[DeadLetter]) -> None:
    heads = ("follower", "position", "stream", "topic", "reason", "behind", "since", "status")
    table = Table(*heads, "decided", box=None)
    for one in found:
        decided = f"{local(one.decided_at)} {one.decided_by or ''}".strip()
        what = (one.follower, str(one.position), str(one.stream_id), one.topic, one.reason)
        table.add_row(*what, str(one.behind), local(one.at), one.status, decided)
    print_table(table)
    if not found:
        print_line("no fact lies aside")
