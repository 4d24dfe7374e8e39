"""What somebody who does not look has to hear of: out of facts, and out of followers that stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from aanspraak.domain.incident.events import IncidentOpened, IncidentReopened
from aanspraak.domain.partner.events import PartnerReachable, PartnerUnreachable
from aanspraak.domain.recorded import Recorded

INCIDENT: Final = "incident"
UNREACHABLE: Final = "partner-unreachable"
REACHABLE: Final = "partner-reachable"
STUCK: Final = "follower-stuck"
TEST: Final = "test"
KINDS: Final = (INCIDENT, UNREACHABLE, REACHABLE, STUCK)
STANDS: Final = "does-not-move"
LETTERS: Final = "dead-letters"
_NOTICES: Final = UUID("6a0b2c1e-5d55-4c43-9b36-0c3f7d6b1f52")


class Notice(NamedTuple):
    """One thing to be told; nobody is named in it.

    `about` is the partner, or the follower. `what` is the kind of incident, or why a follower is
    stuck: it does not move while facts wait, or facts lie aside; `number` of them. `at` is when, in
    UTC.
    """

    notice_id: UUID
    kind: str
    about: str
    at: datetime
    what: str = ""
    code: int | None = None
    incident_id: UUID | None = None
    number: int = 1


class Standing(NamedTuple):
    """How a follower stands: its bookmark, and how many facts wait behind it."""

    follower: str
    position: int
    waiting: int


class Stood(NamedTuple):
    """Since when (UTC) a follower stands at a position while facts wait."""

    position: int
    since: datetime


def notice_of(recorded: Recorded, party: str | None = None) -> Notice | None:
    """What a fact gives notice of; `party` is whose incident one is that opens again."""
    event = recorded.event
    match event:
        case IncidentOpened():
            return _of_incident(recorded, event, event.party)._replace(code=event.code)
        case IncidentReopened():
            return _of_incident(recorded, event, party or "")
        case PartnerUnreachable():
            return _notice(recorded, UNREACHABLE, event.partner, event.since)
        case PartnerReachable():
            return _notice(recorded, REACHABLE, event.partner, recorded.recorded_at)
        case _:
            return None


def stuck(
    before: Mapping[str, Stood], seen: Iterable[Standing], now: datetime, patience: timedelta
) -> tuple[Mapping[str, Stood], list[Notice]]:
    """Which followers stand with facts behind them, and what is to be told of it.

    One that stands at the same place is told of once, for the notice has the same id.
    """
    after: dict[str, Stood] = {}
    notices: list[Notice] = []
    for one in seen:
        if not one.waiting:
            continue
        known = before.get(one.follower)
        stood = known if known and known.position == one.position else Stood(one.position, now)
        after[one.follower] = stood
        if now - stood.since >= patience:
            notices.append(standing_still(one, now))
    return after, notices


def standing_still(one: Standing, now: datetime) -> Notice:
    """A follower that does not move."""
    known_as = _id("stuck", one.follower, one.position)
    return Notice(known_as, STUCK, one.follower, now, STANDS, number=one.waiting)


def letters_lie(follower: str, newest: int, number: int, now: datetime) -> Notice:
    """Facts that a follower laid aside, the newest at this position."""
    return Notice(_id("letters", follower, newest), STUCK, follower, now, LETTERS, number=number)


def trial(now: datetime) -> Notice:
    """A notice by which somebody sees that notices come through."""
    return Notice(_id("test", now.isoformat()), TEST, "", now)


def id_of_many(notices: Iterable[Notice]) -> UUID:
    """The id of a message with these notices: the same for the same ones."""
    return _id(*sorted(str(each.notice_id) for each in notices))


def _of_incident(
    recorded: Recorded, event: IncidentOpened | IncidentReopened, party: str
) -> Notice:
    notice = _notice(recorded, INCIDENT, party, recorded.recorded_at)
    return notice._replace(what=event.kind, incident_id=recorded.stream_id)


def _notice(recorded: Recorded, kind: str, about: str, at: datetime) -> Notice:
    return Notice(_id("fact", recorded.position), kind, about, at)


def _id(*parts: object) -> UUID:
    return uuid5(_NOTICES, "/".join(map(str, parts)))
