"""The verb `pace`: how fast it goes, minute by minute, and which partner holds it up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.cli.moments import local
from adapters.cli.terminal import print_line, print_table
from adapters.cli.working import run, settings
from adapters.http.partner_answers import partners_shown
from adapters.postgres.reads_pace import LONGEST, pace_between
from projections.order_trace import moment_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from adapters.config import Settings
    from adapters.wire.pace_v1 import Pace, PaceMinute, PacePartner
    from adapters.wire.trace_v1 import PartnerTrace

BARS: Final = "▁▂▃▄▅▆▇█"
MINUTE: Final = timedelta(minutes=1)
MOST: Final = int(LONGEST / MINUTE)


def pace(
    minutes: Annotated[int, typer.Option(min=1, max=MOST, help="Of the last so many.")] = 30,
) -> None:
    """Show how fast it goes: orders, links and activations per minute, and partners as lanes."""
    found, lanes = run(_read(settings(), minutes))
    _show_minutes(found)
    print_table(_lanes(found, lanes))


def sparkline(numbers: Sequence[float | None]) -> str:
    """A bar for each number, as high as it is beside the highest; nothing is a gap."""
    most = max((number or 0 for number in numbers), default=0)
    return "".join(_bar(number, most) for number in numbers)


def _bar(number: float | None, most: float) -> str:
    return BARS[int((len(BARS) - 1) * number / most)] if number else " "


async def _read(effective: Settings, minutes: int) -> tuple[Pace, list[PartnerTrace]]:
    now = utc_now()
    async with pool(database_url(effective), "pace") as connections:
        async with connections.connection() as conn:
            found = await pace_between(conn, now - (minutes - 1) * MINUTE, now)
        moment = moment_at(now, effective.overdue_seconds)
        return found, await partners_shown(connections, vault(connections, effective), moment)


def _show_minutes(found: Pace) -> None:
    table = Table("minute", "orders", "created", "ready", "links", "in use", "p50", "p99", box=None)
    quiet = True
    for minute in found.minutes:
        if any(_numbers(minute)):
            quiet = False
            numbers = map(str, _numbers(minute))
            seconds = (_seconds(minute.p50_seconds), _seconds(minute.p99_seconds))
            table.add_row(local(minute.at)[:-3], *numbers, *seconds)
    print_table(table)
    if quiet:
        print_line("nothing happened in these minutes")
    for name, line in _lines(found.minutes):
        print_line(f"{name:12} {sparkline(line)}")
    first, last = (local(moment)[11:16] for moment in (found.period_from, found.period_to))
    total, p99 = found.total, _seconds(found.total.p99_seconds)
    said = f"{total.orders} orders, {total.placed} links, {total.activated} in use"
    ending = f"p99 from order to link {p99 or '-'}"
    print_line(f"{first} - {last}: {said}; {ending}")


def _numbers(minute: PaceMinute) -> tuple[int, ...]:
    return (minute.orders, minute.created, minute.ready, minute.placed, minute.activated)


def _lines(minutes: Sequence[PaceMinute]) -> Iterable[tuple[str, list[float | None]]]:
    yield "orders", [each.orders for each in minutes]
    yield "links", [each.placed for each in minutes]
    yield "in use", [each.activated for each in minutes]
    yield "p99 to link", [each.p99_seconds for each in minutes]


def _lanes(found: Pace, lanes: Iterable[PartnerTrace]) -> Table:
    busy = {each.partner: each for each in found.partners}
    table = Table("partner", "taken", "failed", "p99", "open", "oldest", "stands", "", box=None)
    for lane in lanes:
        each = busy.get(lane.partner)
        did = ("0", "0", "") if each is None else _did(each)
        waits = (str(lane.open), local(lane.oldest_open_at), _stands(lane))
        table.add_row(lane.partner, *did, *waits, _bars(found, each) if each else "")
    return table


def _did(each: PacePartner) -> tuple[str, str, str]:
    total = each.total
    return str(total.taken), str(total.failed), _seconds(total.p99_seconds)


def _bars(found: Pace, each: PacePartner) -> str:
    taken = {minute.at: minute.taken for minute in each.minutes}
    return sparkline([taken.get(minute.at) for minute in found.minutes])


def _stands(lane: PartnerTrace) -> str:
    if lane.paused_at is not None:
        until = f" until {local(lane.paused_until)}" if lane.paused_until else ""
        why = f": {lane.paused_reason}" if lane.paused_reason else ""
        return f"paused{until}{why}"
    if lane.unreachable_since is not None:
        return f"unreachable since {local(lane.unreachable_since)}, step {lane.rung} of the ladder"
    return f"{lane.parked} parked" if lane.parked else "goes"


def _seconds(number: float | None) -> str:
    return "" if number is None else f"{number:.1f} s"
