"""The verb `attention`: what needs somebody now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.bootstrap import database_url, pool, utc_now
from adapters.cli.incident_lines import STYLES
from adapters.cli.moments import local
from adapters.cli.options import InLanguage, Language
from adapters.cli.terminal import print_line
from adapters.cli.working import run, settings
from adapters.http.attention_answers import attention
from projections.order_trace import moment_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.config import Settings
    from adapters.wire.attention_v1 import Attention


def show_attention(language: InLanguage = Language.ENGLISH) -> None:
    """Show what needs somebody now: incidents, partners that get nothing, what waits or stands."""
    found = run(_read(settings(), language.value))
    for text, style in _lines(found):
        print_line(text, style)


async def _read(effective: Settings, language: str) -> Attention:
    moment = moment_at(utc_now(), effective.overdue_seconds)
    over_kafka = effective.channel == "kafka"
    async with pool(database_url(effective), "attention") as connections:
        return await attention(connections, moment, over_kafka=over_kafka, language=language)


def _lines(found: Attention) -> Iterator[tuple[str, str]]:
    yield f"{found.high} high, {found.normal} normal, {found.low} low incidents open", "bold"
    for each in found.incidents:
        said = f"  {each.open} x {each.explanation}, since {local(each.since)}"
        yield said, STYLES[each.severity]
    for away in found.partners:
        until = f" until {local(away.until)}" if away.until else ""
        yield f"{away.partner} is {away.state} since {local(away.since)}{until}", "yellow"
    if found.overdue:
        yield f"{found.overdue} orders are overdue, since {local(found.overdue_since)}", "yellow"
    for follower in found.behind:
        yield f"{follower.follower} is {follower.seconds} s behind, {follower.facts} facts", "red"
    for name in found.absent:
        yield f"no process runs {name}", "red"
    for number, what in (
        (found.held, "orders wait for their release"),
        (found.dead_letters, "facts lie aside (aanspraak dead-letters)"),
        (found.waiting_jobs, "jobs wait for a second operator (aanspraak jobs)"),
        (found.failed_jobs, "jobs failed in the last day (aanspraak jobs)"),
        (found.unheard, "notices did not get there in the last week"),
    ):
        if number:
            yield f"{number} {what}", "yellow"
