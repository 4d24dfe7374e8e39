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
from adapters.cli.explaining_schools import answered_of_school, show_of_school
from adapters.cli.moments import local
from adapters.cli.options import InLanguage, Language
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.working import run, settings
from adapters.http.access_answers import answer_access
from adapters.http.explain_answers import explained_entitlement, explained_order
from adapters.postgres.directory import Directory
from adapters.wire.access_of_school_v1 import SchoolAccessQuestion
from adapters.wire.access_v1 import AccessAnswer, AccessQuestion
from projections.explain_words import say_outcome

if TYPE_CHECKING:
    from typer._click import Command, Context

    from adapters.config import Settings
    from adapters.wire.explain_v1 import Explanation

Product = Annotated[str | None, typer.Option(help="The productId.")]
School = Annotated[str | None, typer.Option(help="OnderwijsaanbiederId, or TYPE:value.")]
User = Annotated[
    Path | None,
    typer.Option(help="A file with a UserReference (JSON), or - for standard input."),
]
UserType = Annotated[
    str | None,
    typer.Option(
        help="Ask for one identifier of this type: userMasterIdentifier (ECK iD), NEPPI, ..."
    ),
]
Code = Annotated[bool, typer.Option("--code", help="Ask for an activation code.")]
Entitlement = Annotated[UUID | None, typer.Option(help="An entitlementId, instead of all that.")]
OfOrder = Annotated[
    UUID | None, typer.Option(help="Of a school: only users of this deliveryOrderId.")
]
OfGroup = Annotated[
    str | None, typer.Option(help="Of a school: only this class or group of its roster.")
]
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
    product: Product = None,
    school: School = None,
    user: User = None,
    user_type: UserType = None,
    code: Code = False,
    entitlement: Entitlement = None,
    order: OfOrder = None,
    group: OfGroup = None,
    language: InLanguage = Language.ENGLISH,
) -> None:
    """Tell whether a pupil can open a product, or who of a school can, and what is wrong.

    Without a pupil, a code or an entitlement it is about all users of the school.
    """
    if school is not None and not (user or user_type or code or entitlement):
        _of_school(product, school, order, group, language)
        return
    if order is not None or group is not None:
        stop(Exit.WRONG_USE, "--order and --group are for the users of a school: give --school")
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


def _of_school(
    product: str | None, school: str, order: UUID | None, group: str | None, language: Language
) -> None:
    asked = {
        "productId": product,
        "school": school_reference(school),
        "deliveryOrderId": order,
        "group": group,
        "language": language.value,
    }
    question = asked_as(SchoolAccessQuestion, asked)
    show_of_school(run(answered_of_school(settings(), question)))


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
