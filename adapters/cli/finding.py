"""The verb `find`: what support is told on the phone, looked for everywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from adapters.bootstrap import database_url, pool, vault
from adapters.cli.asking import asked_as, school_reference, typed_in, user_file, user_reference
from adapters.cli.options import InLanguage, Language
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.working import run, settings
from adapters.http.search_answers import answer_search
from adapters.wire.search_v1 import USUAL, SearchAnswer, SearchQuestion

if TYPE_CHECKING:
    from adapters.config import Settings

_PERSON: Final = re.compile(r"ketenid\.nl|[0-9a-f]{128}|\S@\S", re.IGNORECASE)


def find(
    text: Annotated[
        str | None,
        typer.Argument(help="An order, entitlement, school, product, contract, reference, ..."),
    ] = None,
    user: Annotated[
        Path | None, typer.Option(help="A file with a UserReference (JSON), or -.")
    ] = None,
    user_type: Annotated[
        str | None,
        typer.Option(help="Ask for a pupil's identifier of this type: userMasterIdentifier, ..."),
    ] = None,
    code: Annotated[bool, typer.Option("--code", help="Ask for an activation code.")] = False,
    school: Annotated[str | None, typer.Option(help="Where an ASI holds.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many of each kind.")] = USUAL,
    language: InLanguage = Language.ENGLISH,
) -> None:
    """Find orders, entitlements, schools, products, contracts, partners, incidents and pupils."""
    if text is not None and _PERSON.search(text):
        stop(Exit.WRONG_USE, "a pupil's identifier is no argument: give --user-type or --user")
    given = {
        "text": text,
        "user": user_file(user) if user else None,
        "activationCode": typed_in("activation code") if code else None,
        "school": school_reference(school) if school else None,
        "limit": limit,
        "language": language.value,
    }
    if user_type is not None:
        given["user"] = user_reference(user_type, typed_in(user_type))
    _show(run(_find(settings(), asked_as(SearchQuestion, given))))


async def _find(effective: Settings, asked: SearchQuestion) -> SearchAnswer:
    async with pool(database_url(effective), "find") as connections:
        return await answer_search(connections, vault(connections, effective), asked)


def _show(answer: SearchAnswer) -> None:
    if not answer.hits:
        stop(Exit.REFUSED, "nothing was found")
    for hit in answer.hits:
        parts = [hit.title, hit.detail, hit.state or ""]
        if hit.number is not None:
            parts.append(f"{hit.number} {'orders' if hit.kind == 'school' else 'entitlements'}")
        said = ", ".join(part for part in parts if part and part != hit.id)
        print_line(f"{hit.kind:12} {hit.id}  {said}")
    for kind in answer.more:
        print_line(f"there is more of kind {kind}: --limit", "dim")
