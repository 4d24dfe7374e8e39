"""The ports: what the application needs from outside, whoever provides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence
    from datetime import datetime

    from aanspraak.application.messages import Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """A message and its place in its lane; offsets of a lane rise, with gaps."""

    offset: int
    message: Message


class ChannelAway(Exception):
    """The channel cannot be reached now. Nothing is wrong with the messages: try again."""


class LanesLost(ChannelAway):
    """What lay in a partner's lanes is gone, and what comes now begins anew."""


class RecordRefused(Exception):
    """A record that a partner wrote cannot be taken. The reason is a word, never what it said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel(Protocol):
    """What stands between the log and the partners: per partner three lanes, each in order.

    Every message arrives at least once; (partner, key, number) tells whether it was seen before.
    Anything asked of it may raise ChannelAway. Where lanes can be lost, whoever reads one is told
    LanesLost until it asks again how far that one is dealt with. Where messages are kept for a
    time only, those that went before they were dealt with are told of, and the rest goes on.
    """

    def send(self, messages: Sequence[Message]) -> Awaitable[None]:
        """Put messages at the end of their partners' lanes, in this order."""
        ...

    def receive(
        self, partner: str, lane: str, after: int, limit: int
    ) -> Awaitable[Sequence[Received]]:
        """The next messages of a lane after an offset, at most `limit`; none is no error."""
        ...

    def acknowledge(self, partner: str, lane: str, offset: int) -> Awaitable[None]:
        """All of a lane up to this offset is dealt with. It never moves back."""
        ...

    def acknowledged(self, partner: str, lane: str) -> Awaitable[int]:
        """The offset up to which a lane is dealt with; 0 before anything is."""
        ...

    def waiting_since(self, partner: str, lane: str) -> Awaitable[datetime | None]:
        """When the first message of a lane that is not dealt with was recorded; None: all are."""
        ...

    def sent_before(self, partner: str, lane: str, moment: datetime) -> Awaitable[int]:
        """The offset after which a lane holds all that was sent since a moment."""
        ...
