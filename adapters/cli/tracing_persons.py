"""The verb `trace person`: what somebody at a school has, or had at some moment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.cli.named_persons import read_person
from adapters.cli.options import Then, place_given
from adapters.cli.rosters import find_school
from adapters.cli.terminal import print_line
from adapters.cli.trace import trace_app
from adapters.cli.trace_lines import show_entitlement
from adapters.cli.working import run, settings
from adapters.postgres.reads_as_of import AT_LAST, person_as_of
from adapters.security.persons import user_reference
from adapters.wire.references import UserReference
from projections.order_trace import moment_at
from projections.visibility import OPERATOR

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.config import Settings
    from adapters.postgres.vault import Vault

School = Annotated[
    str, typer.Argument(metavar="SCHOOL", help="Its OnderwijsaanbiederId, or TYPE:value.")
]
User = Annotated[
    Path, typer.Option(help="A file with a UserReference (JSON), or - for standard input.")
]


@trace_app.command("person")
def trace_person(school: School, user: User, as_of: Then = None) -> None:
    """Show what somebody at a school has, or had then: every entitlement, and where it stood."""
    run(_trace(settings(), school, read_person(user, UserReference), as_of))


async def _trace(effective: Settings, school: str, user: UserReference, given: str | None) -> None:
    async with (
        pool(database_url(effective), "trace") as connections,
        connections.connection() as conn,
    ):
        then = await place_given(conn, given) if given is not None else AT_LAST
        people = vault(connections, effective)
        school_id = await find_school(people, school)
        subject_id = await _subject(people, school_id, user)
        rows = []
        if subject_id is not None:
            rows = await person_as_of(conn, OPERATOR, school_id, subject_id, then)
    at = utc_now() if then is AT_LAST else then.at
    for row in rows:
        show_entitlement(row, moment_at(at, effective.overdue_seconds))
    if not rows:
        print_line("nobody is known by that name" if subject_id is None else "nothing")


async def _subject(people: Vault, school_id: UUID, user: UserReference) -> UUID | None:
    pairs = [(one.user_id_type, one.user_id) for one in user.user_ids]
    named = user_reference(user.user_master_identifier, pairs, scope=str(school_id))
    return await people.find(named)
