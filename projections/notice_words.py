"""Notices in words, English and Dutch: a line for each, and a title for many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from aanspraak.domain.calendar_days import AMSTERDAM
from projections.incident_kinds import tell
from projections.languages import LANGUAGES
from projections.notice_rules import SUMMARY, Message
from projections.notices import (
    INCIDENT,
    LETTERS,
    REACHABLE,
    STANDS,
    STUCK,
    TEST,
    UNREACHABLE,
    Notice,
)

LINES_AT_MOST: Final = 20
"""Of a message; how many there are is said all the same."""

_ONE: Final[Mapping[str, tuple[str, str]]] = {
    INCIDENT: ("{explanation}{code}", "{explanation}{code}"),
    UNREACHABLE: ("{about} cannot be reached", "{about} is niet te bereiken"),
    REACHABLE: ("{about} can be reached again", "{about} is weer te bereiken"),
    STANDS: (
        "the follower {about} does not move; {number} facts wait",
        "volger {about} komt niet verder; {number} feiten wachten",
    ),
    LETTERS: (
        "the follower {about} could not handle {number} facts (aanspraak dead-letters)",
        "volger {about} kon {number} feiten niet verwerken (aanspraak dead-letters)",
    ),
    TEST: ("a trial: notices come through", "een proef: meldingen komen aan"),
}
_MANY: Final[Mapping[str, tuple[str, str]]] = {
    INCIDENT: ("{count} new incidents", "{count} nieuwe incidenten"),
    UNREACHABLE: ("{count} partners cannot be reached", "{count} partijen niet te bereiken"),
    REACHABLE: ("{count} partners can be reached again", "{count} partijen weer te bereiken"),
    STUCK: ("{count} followers are stuck", "{count} volgers zitten vast"),
    SUMMARY: ("while it was quiet: {counts}", "tijdens de stille uren: {counts}"),
    TEST: ("{count} trials", "{count} proeven"),
}
_MORE: Final = ("and {rest} more", "en nog {rest}")


def title_of(message: Message, language: str = "en") -> str:
    """What a message is about, in one line."""
    nth = LANGUAGES.index(language)
    if len(message.notices) == 1:
        return line_of(message.notices[0], language)
    return _titled(message.kind, _counted(message), nth)


def lines_of(message: Message, language: str = "en") -> list[str]:
    """A line for each notice with its time in Europe/Amsterdam; of many the first ones."""
    shown = message.notices[:LINES_AT_MOST]
    lines = [
        f"{each.at.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}  {line_of(each, language)}"
        for each in shown
    ]
    rest = len(message.notices) - len(shown)
    nth = LANGUAGES.index(language)
    return [*lines, _MORE[nth].format(rest=rest)] if rest else lines


def line_of(notice: Notice, language: str = "en") -> str:
    """One notice."""
    words = _ONE[notice.what if notice.kind == STUCK else notice.kind]
    explanation = ""
    if notice.kind == INCIDENT:
        explanation = tell(notice.what, notice.about, language).explanation
    return words[LANGUAGES.index(language)].format(
        about=notice.about,
        number=notice.number,
        explanation=explanation,
        code=f" ({notice.code})" if notice.code is not None else "",
    )


def _counted(message: Message) -> Counter[str]:
    return Counter(each.kind for each in message.notices)


def _titled(kind: str, counted: Counter[str], nth: int) -> str:
    if kind != SUMMARY:
        return _MANY[kind][nth].format(count=counted[kind])
    parts = [_MANY[each][nth].format(count=number) for each, number in counted.items()]
    return _MANY[SUMMARY][nth].format(counts=", ".join(parts))
