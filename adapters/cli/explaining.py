"""The verb `explain`: what can be done with something, and why somebody cannot open a product."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from typer.core import TyperGroup
from typing_extensions import override

from aanspraak.domain.errors import UnknownDeliveryOrder, UnknownEntitlement
from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.cli.asking import asked_as, school_reference, typed_in, user_file, user_reference
from adapters.cli.moments import local
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.trace import InLanguage, Language
from adapters.cli.working import run, settings
from adapters.http.access_answers import answer_access
from adapters.http.explain_answers import explained_entitlement, explained_order
from adapters.postgres.directory import Directory
from adapters.wire.access_v1 import AccessAnswer, AccessQuestion
from projections.explain_words import say_outcome

if TYPE_CHECKING:
    from typer._click import Command, Context

    from adapters.config import Settings
    from adapters.wire.explain_v1 import Explanation

STYLES = {"possible": "green", "unchanged": "dim", "refused": "red", "noted": "yellow"}


class OrAnId(TyperGroup):
    """What is no command is an id."""

    @override
    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        known = args and (args[0] in self.commands or args[0].startswith("-"))
        return super().resolve_command(ctx, args if known else ["id", *args])


explain_app = typer.Typer(
    cls=OrAnId, help="What can be done now, and what is in the way.", no_args_is_help=True
)


@explain_app.command("id")
def explain_id(
    given: Annotated[UUID, typer.Argument(metavar="ID", help="An entitlementId or orderId.")],
    language: InLanguage = Language.ENGLISH,
) -> None:
    """Show what can be done with an entitlement or order now, and what is refused and why."""
    _show(run(_explained(settings(), given, language.value)), language.value)


@explain_app.command("access")
def explain_access(
    product: Annotated[str | None, typer.Option(help="The productId.")] = None,
    school: Annotated[str | None, typer.Option(help="OnderwijsaanbiederId, or TYPE:value.")] = None,
    user: Annotated[
        Path | None,
        typer.Option(help="A file with a UserReference (JSON), or - for standard input."),
    ] = None,
    user_type: Annotated[
        str | None,
        typer.Option(
            help="Ask for one identifier of this type: userMasterIdentifier (ECK iD), NEPPI, ..."
        ),
    ] = None,
    code: Annotated[bool, typer.Option("--code", help="Ask for an activation code.")] = False,
    entitlement: Annotated[
        UUID | None, typer.Option(help="An entitlementId, instead of all that.")
    ] = None,
    language: InLanguage = Language.ENGLISH,
) -> None:
    """Tell whether a pupil can open a product, and the first thing that is wrong."""
    given = {
        "language": language.value,
        "productId": product,
        "school": None if school is None else school_reference(school),
        "entitlementId": entitlement,
        "activationCode": typed_in("activation code") if code else None,
        "user": None if user is None else user_file(user),
    }
    if user_type is not None:
        given["user"] = user_reference(user_type, typed_in(user_type))
    _show_access(run(_access(settings(), asked_as(AccessQuestion, given))))


async def _explained(effective: Settings, given: UUID, language: str) -> Explanation:
    async with pool(database_url(effective), "explain") as connections:
        with suppress(UnknownEntitlement):
            return await explained_entitlement(connections, given, utc_now(), language)
        terms_of = Directory(connections).contract
        try:
            return await explained_order(connections, terms_of, given, utc_now(), language)
        except UnknownDeliveryOrder:
            stop(Exit.REFUSED, f"no entitlement or order {given} is known")


async def _access(effective: Settings, asked: AccessQuestion) -> AccessAnswer:
    async with pool(database_url(effective), "explain") as connections:
        try:
            return await answer_access(connections, vault(connections, effective), asked, utc_now())
        except UnknownEntitlement as refusal:
            stop(Exit.REFUSED, str(refusal))


def _show(found: Explanation, language: str) -> None:
    what, given = (
        ("entitlement", found.entitlement_id)
        if found.entitlement_id
        else ("order", found.delivery_order_id)
    )
    print_line(f"{what} {given}: {found.state or 'not accepted'}", "bold")
    for one in found.commands:
        why = f", {one.why}" if one.why else ""
        status = f" (code {one.status})" if one.status is not None else ""
        said = say_outcome(one.outcome, language)
        print_line(f"  [{one.by}] {one.text}: {said}{why}{status}", STYLES[one.outcome])
        for sentence in one.follows if one.outcome == "possible" else ():
            print_line(f"      {sentence}", "dim")


def _show_access(answer: AccessAnswer) -> None:
    title = f" {answer.product_title}" if answer.product_title else ""
    print_line(f"{answer.product_id or ''}{title}: {answer.text}", "bold")
    for step in answer.steps:
        since = f", since {local(step.since)}" if step.since else ""
        print_line(
            f"  {'ok ' if step.good else '-> '}{step.text}{since}", "" if step.good else "red"
        )
    for cause in answer.causes:
        since = f", since {local(cause.since)}" if cause.since else ""
        print_line(f"{cause.text}{since} (waits for: {cause.waits_for})", "red")
        print_line(f"  {cause.advice}", "yellow")
    if answer.entitlement_id:
        print_line(
            f"entitlement {answer.entitlement_id} of order {answer.delivery_order_id}", "dim"
        )
