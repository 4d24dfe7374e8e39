"""The verb `reveal`: whose an entitlement is, for a reason, on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from aanspraak.domain.errors import DomainError
from adapters.bootstrap import database_url, pool, vault
from adapters.cli.acting import operator_submissions
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.working import run, settings
from adapters.http.person_answers import revealed
from adapters.postgres.reads import Reads

if TYPE_CHECKING:
    from aanspraak.domain.person.commands import RevealPerson
    from adapters.http.person_answers import Submit
    from adapters.postgres.group_commit import Result
    from adapters.wire.ops_persons_v1 import RevealedPerson


def reveal(
    entitlement_id: Annotated[UUID, typer.Argument(metavar="ENTITLEMENT")],
    reason: Annotated[str, typer.Option(help="Why; it is kept, and forgotten with the person.")],
) -> None:
    """Show whose an entitlement is; that you looked, and why, is on record before you see it."""
    if not reason.strip():
        stop(Exit.WRONG_USE, "--reason is empty")
    try:
        shown = run(_revealed(entitlement_id, reason))
    except DomainError as refusal:
        stop(Exit.REFUSED, str(refusal))
    for one in shown.identifiers:
        print_line(f"{one.kind}  {one.value}")


async def _revealed(entitlement_id: UUID, reason: str) -> RevealedPerson:
    effective = settings()
    async with pool(database_url(effective), "cli") as connections:
        persons = vault(connections, effective)

        async def submit(stream_id: UUID, command: RevealPerson) -> Result:
            (result,) = await operator_submissions(effective, [(stream_id, command)])
            return result

        async def keep_why(subject_id: UUID) -> tuple[UUID, Submit]:
            return await persons.keep_text(reason, subject_id), submit

        return await revealed(Reads(connections), persons, entitlement_id, keep_why)
