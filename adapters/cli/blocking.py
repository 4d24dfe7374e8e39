"""The verbs `block` and `unblock`: entitlements taken back for a while, by an operator."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple
from uuid import UUID

import msgspec
import typer

from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.entitlement.commands import BlockEntitlement, UnblockEntitlement
from aanspraak.domain.errors import DomainError
from adapters.bootstrap import database_url, pool, vault
from adapters.cli.acting import operator_act
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.working import run, settings
from adapters.http.person_answers import subject_of
from adapters.postgres.affected import (
    BLOCKED,
    LIVING,
    Affected,
    Selection,
    affected,
    is_touched,
    require_known,
)
from adapters.postgres.reads import Reads
from adapters.security.persons import user_reference
from adapters.wire.outgoing import UserReference

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adapters.postgres.group_commit import Result
    from adapters.postgres.vault import Vault

    Command = BlockEntitlement | UnblockEntitlement

Reason = Annotated[str, typer.Option(help="Why; it is kept beside the facts.")]
Entitlement = Annotated[UUID | None, typer.Option("--entitlement", help="An entitlementId.")]
Order = Annotated[UUID | None, typer.Option("--order", help="All of a deliveryOrderId.")]
Product = Annotated[str | None, typer.Option("--product", help="All of a productId.")]
School = Annotated[str | None, typer.Option("--school", help="All of an OnderwijsaanbiederId.")]
User = Annotated[
    Path | None,
    typer.Option("--user", help="With --school: a file with a UserReference; - is the input."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count what would be touched.")]


def block(
    reason: Reason,
    entitlement: Entitlement = None,
    order: Order = None,
    product: Product = None,
    school: School = None,
    user: User = None,
    end_date: Annotated[str | None, typer.Option(help="From which day; today if left out.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Block entitlements at the registry, and take their links away, until they are unblocked."""
    now = datetime.now(UTC)
    until = _day(end_date) if end_date else day_of(now)

    def command(reason_id: UUID) -> Command:
        return BlockEntitlement(reason_id=reason_id, end_date=until, now=now)

    meant = _meant(entitlement, order, product, school, user)
    run(_act(meant, LIVING, reason, None if dry_run else command))


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        stop(Exit.WRONG_USE, "--end-date must be a date, written YYYY-MM-DD")


def unblock(
    reason: Reason,
    entitlement: Entitlement = None,
    order: Order = None,
    product: Product = None,
    school: School = None,
    user: User = None,
    dry_run: DryRun = False,
) -> None:
    """Make entitlements again what they were before they were blocked."""

    def command(reason_id: UUID) -> Command:
        return UnblockEntitlement(reason_id=reason_id, now=datetime.now(UTC))

    meant = _meant(entitlement, order, product, school, user)
    run(_act(meant, BLOCKED, reason, None if dry_run else command))


class Meant(NamedTuple):
    """What was named on the command line."""

    selection: Selection
    school: str | None
    user: bytes | None


def _meant(
    entitlement: UUID | None,
    order: UUID | None,
    product: str | None,
    school: str | None,
    user: Path | None,
) -> Meant:
    if sum(one is not None for one in (entitlement, order, product, school)) != 1:
        stop(Exit.WRONG_USE, "give one of --entitlement, --order, --product and --school")
    if user is not None and school is None:
        stop(Exit.WRONG_USE, "--user needs the --school where it is")
    selection = Selection(entitlement_id=entitlement, delivery_order_id=order, product_id=product)
    return Meant(selection=selection, school=school, user=_read(user) if user else None)


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        stop(Exit.WRONG_USE, f"{file}: {error.strerror}")


async def _act(
    meant: Meant,
    statuses: Sequence[str],
    reason: str,
    command: Callable[[UUID], Command] | None,
) -> None:
    touched, about = await _touched(meant, statuses)
    for status, number in sorted(Counter(one.status for one in touched).items()):
        print_line(f"{status}: {number}")
    if command is None:
        print_line(f"{len(touched)} would be touched")
        return
    results = await operator_act(
        settings(),
        reason,
        lambda reason_id: [(one.entitlement_id, command(reason_id)) for one in touched],
        about,
    )
    _report(touched, results)


async def _touched(meant: Meant, statuses: Sequence[str]) -> tuple[list[Affected], UUID | None]:
    """What it does something to, and the one person that it is about, if it is about one."""
    async with pool(database_url(settings()), "cli") as connections:
        selection = await _selection(vault(connections, settings()), meant)
        try:
            await require_known(connections, selection)
        except DomainError as refusal:
            stop(Exit.REFUSED, str(refusal))
        found = [one async for one in affected(connections, selection)]
        about = await subject_of(Reads(connections), selection.entitlement_id)
    touched = [one for one in found if is_touched(one, statuses)]
    return touched, about or selection.subject_id


async def _selection(people: Vault, meant: Meant) -> Selection:
    if meant.school is None:
        return meant.selection
    known = await people.find_school(meant.school, [])
    if known is None:
        stop(Exit.REFUSED, f"no school is known as {meant.school}")
    subject_id = await _person(people, known.school_id, meant.user) if meant.user else None
    return Selection(school_id=known.school_id, subject_id=subject_id)


async def _person(people: Vault, school_id: UUID, given: bytes) -> UUID:
    """Who is meant; identifiers of people never stand in a command."""
    try:
        said = msgspec.json.decode(given, type=UserReference)
        pairs = [(one.user_id_type, one.user_id) for one in said.user_ids]
        person = user_reference(said.user_master_identifier, pairs, scope=str(school_id))
    except ValueError as error:
        stop(Exit.WRONG_USE, f"the user is no UserReference: {type(error).__name__}")
    known = await people.find(person)
    if known is None:
        stop(Exit.REFUSED, "nobody is known under these identifiers")
    return known


def _report(touched: Sequence[Affected], results: Sequence[Result]) -> None:
    refused = 0
    for one, result in zip(touched, results, strict=True):
        if result.refusal is not None:
            refused += 1
            print_line(f"{one.entitlement_id}: {result.refusal}")
    asked = sum(bool(result.events) for result in results)
    print_line(f"{asked} asked, {refused} refused")
    if refused:
        raise typer.Exit(Exit.REFUSED)
