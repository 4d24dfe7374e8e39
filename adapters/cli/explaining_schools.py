"""What `explain access` shows of a school: who can open a product, and where it hangs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.cli.moments import local
from adapters.cli.terminal import Exit, print_line, stop
from adapters.http.access_of_school_answers import answer_access_of_school
from adapters.wire.problems import SchemaIncorrect
from projections.access_mending import RELEASE, RESUME, SEND_AGAIN, sends_everything

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.config import Settings
    from adapters.wire.access_of_school_v1 import (
        SchoolAccessAnswer,
        SchoolAccessQuestion,
        UsersAlike,
    )

ORDERS: Final = 5
"""So many orders of those alike are shown."""


async def answered_of_school(
    effective: Settings, asked: SchoolAccessQuestion
) -> SchoolAccessAnswer:
    """The answer; a group that the school has not ends the verb."""
    async with pool(database_url(effective), "explain") as connections:
        try:
            return await answer_access_of_school(
                connections, vault(connections, effective), asked, utc_now()
            )
        except SchemaIncorrect as refusal:
            stop(Exit.REFUSED, "; ".join(map(str, refusal.problems)))


def show_of_school(answer: SchoolAccessAnswer) -> None:
    """How many can open it, and the others by the first thing that is wrong."""
    title = f" {answer.product_title}" if answer.product_title else ""
    group = f" ({answer.group})" if answer.group else ""
    print_line(f"{answer.product_id}{title}{group}: {answer.text}", "bold")
    for one in answer.groups:
        _show(one, "red")
    for one in answer.remarks:
        _show(one, "")


def _show(one: UsersAlike, style: str) -> None:
    print_line(f"{_users(one)}: {one.text}{_since(one)} (waits for: {one.waits_for})", style)
    print_line(f"  {one.advice}", "yellow")
    for verb in _verbs(one):
        print_line(f"  {verb}", "cyan")
    for each in one.orders[:ORDERS]:
        print_line(f"  order {each.delivery_order_id}: {each.users}", "dim")
    if one.orders_count > ORDERS:
        print_line(f"  and {one.orders_count - ORDERS} other orders", "dim")
    for incident in one.incidents[:ORDERS]:
        print_line(f"  incident {incident}", "dim")
    for entitlement in one.entitlements:
        print_line(f"  entitlement {entitlement}", "dim")


def _users(one: UsersAlike) -> str:
    if not one.more:
        return f"{one.users} user{'' if one.users == 1 else 's'}"
    return f"{one.users} users and more" if one.users else "nobody knows how many"


def _since(one: UsersAlike) -> str:
    if one.since is None:
        return ""
    until = f" to {local(one.latest)}" if one.latest and one.latest != one.since else ""
    again = f", tried again at {local(one.next_try_at)}" if one.next_try_at else ""
    return f", since {local(one.since)}{until}{again}"


def _verbs(one: UsersAlike) -> Iterator[str]:
    """What can be done at once, as it is typed; each counts first, or asks for a reason."""
    if RESUME in one.mends:
        yield f"aanspraak channel resume {one.partner}"
    for each in one.orders[:ORDERS]:
        if SEND_AGAIN in one.mends:
            taken = " --everything" if sends_everything(one.cause) else ""
            about = f"--partner {one.partner} --order {each.delivery_order_id}"
            yield f"aanspraak send-again {about}{taken}"
        if RELEASE in one.mends:
            yield f"aanspraak order release {each.delivery_order_id}"
