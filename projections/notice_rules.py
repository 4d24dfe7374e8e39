"""When notices go: many of a kind together, and at night only what cannot wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from aanspraak.domain.calendar_days import AMSTERDAM
from projections.notices import Notice, id_of_many

SUMMARY: Final = "summary"
"""The kind of a message with notices of several kinds that quiet hours held up."""


class Rules(NamedTuple):
    """How long notices of a kind are gathered, and when only urgent kinds are told.

    Quiet hours are in Europe/Amsterdam, and may go past midnight; None: there are none.
    """

    window: timedelta
    quiet: tuple[time, time] | None
    urgent: frozenset[str]

    def is_quiet(self, at: datetime) -> bool:
        """Whether a moment lies in quiet hours; their end does not."""
        if self.quiet is None:
            return False
        begin, end = self.quiet
        local = at.astimezone(AMSTERDAM).time()
        if begin <= end:
            return begin <= local < end
        return local >= begin or local < end


class Message(NamedTuple):
    """Notices that are told together, the oldest first."""

    message_id: UUID
    kind: str
    notices: tuple[Notice, ...]


def ready(waiting: Iterable[Notice], now: datetime, rules: Rules) -> list[Message]:
    """The messages that go now, out of what was not told yet.

    The first notice of a kind opens a window; when that closes all of the kind go. What would have
    gone in quiet hours goes when they are over, together, whatever kinds it is.
    """
    held: list[Notice] = []
    messages: list[Message] = []
    for kind, notices in _by_kind(waiting):
        closes = notices[0].at + rules.window
        may_wait = kind not in rules.urgent
        if closes > now or (may_wait and rules.is_quiet(now)):
            continue
        if may_wait and rules.is_quiet(closes):
            held += notices
        else:
            messages.append(message_of(kind, notices))
    if held:
        kinds = {each.kind for each in held}
        messages.append(message_of(kinds.pop() if len(kinds) == 1 else SUMMARY, held))
    return messages


def message_of(kind: str, notices: Sequence[Notice]) -> Message:
    """A message with just these notices; the same ones make the same message."""
    return Message(id_of_many(notices), kind, tuple(sorted(notices, key=_age)))


def _by_kind(waiting: Iterable[Notice]) -> Iterator[tuple[str, list[Notice]]]:
    kinds: dict[str, list[Notice]] = {}
    for each in sorted(waiting, key=_age):
        kinds.setdefault(each.kind, []).append(each)
    yield from kinds.items()


def _age(notice: Notice) -> tuple[datetime, UUID]:
    return notice.at, notice.notice_id
