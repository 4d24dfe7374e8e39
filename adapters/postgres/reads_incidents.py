"""Incidents as they are read: rows of the view, lists of the policies, words in the vault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from aanspraak.domain.incident.events import IncidentOpened
from adapters.postgres.clock_incidents import OVERDUE
from adapters.postgres.event_log import read_many
from adapters.postgres.fetching import all_as
from adapters.postgres.queries import load
from adapters.postgres.vault_texts import NO_LONGER_READABLE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.vault import Vault

SQL: Final = load("incidents")
_OPERATOR: Final = "operator:"


class IncidentTrace(NamedTuple):
    """An incident; `concerned` counts its list, the dates and licences are those of its order.

    `mended` of its list are no longer wrong. Moments are UTC.
    """

    incident_id: UUID
    party: str
    code: int
    kind: str
    order_id: UUID | None
    delivery_order_id: UUID | None
    entitlement_id: UUID | None
    text_id: UUID | None
    first_opened_at: datetime
    opened_at: datetime
    times: int
    closed_at: datetime | None
    closed_cause: str | None
    closed_by: str | None
    reason_id: UUID | None
    activation_until_date: date | None
    total_licensed: int | None
    licensed_until: date | None
    concerned: int
    mended: int


class Brief(NamedTuple):
    """Whose an incident is, and what it is called."""

    incident_id: UUID
    party: str
    code: int
    kind: str


class Cause(NamedTuple):
    """A kind on an incident's list: how many of it are wrong still, and how many are mended."""

    kind: str
    open: int
    mended: int


class Affected(NamedTuple):
    """An entitlement, or an order, that an incident is about; since when, and until when."""

    stream_id: UUID
    kinds: list[str]
    since: datetime
    mended_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which incidents are asked for, at which moment; None: whatever it is.

    `seconds` is how long a partner without a time of its own has for a confirmation.
    """

    now: datetime
    seconds: float
    incident_id: UUID | None = None
    party: str | None = None
    kind: str | None = None
    order_id: UUID | None = None
    school_id: UUID | None = None
    open: bool | None = None
    since: datetime | None = None
    after: UUID | None = None
    limit: int = 200


async def incidents(conn: AsyncConnection[Any], asked: Asked) -> list[IncidentTrace]:
    """Incidents, the newest first; those after the one that `after` names are older."""
    names = Asked.__dataclass_fields__
    parameters = {name: getattr(asked, name) for name in names}
    return await all_as(IncidentTrace, conn, SQL["incidents"], parameters)


async def of_order(conn: AsyncConnection[Any], order: UUID) -> dict[UUID, Brief]:
    """What incidents of an order are called, by id."""
    rows = await all_as(Brief, conn, SQL["of_order"], {"order_id": order})
    return {row.incident_id: row for row in rows}


async def causes(conn: AsyncConnection[Any], incident_id: UUID) -> list[Cause]:
    """What is on an incident's list, by kind, in the order in which it came."""
    return await all_as(Cause, conn, SQL["causes"], {"incident_id": incident_id})


async def affected(
    conn: AsyncConnection[Any], incident: IncidentTrace, asked: Asked
) -> list[Affected]:
    """What an incident is about, by id: at most `limit`, after the id that `after` names."""
    parameters: dict[str, object] = {"after": asked.after, "limit": asked.limit}
    if incident.kind != OVERDUE:
        parameters |= {"incident_id": incident.incident_id}
        return await all_as(Affected, conn, SQL["affected"], parameters)
    if incident.closed_at is not None:
        return []
    parameters |= {"party": incident.party, "now": asked.now, "seconds": asked.seconds}
    return await all_as(Affected, conn, SQL["overdue"], parameters)


async def party_of(conn: AsyncConnection[Any], incident_id: UUID) -> str:
    """Whose an incident is, from the log itself; "" when there is none."""
    opened = [each.event for each in await history(conn, incident_id)]
    return next((each.party for each in opened if isinstance(each, IncidentOpened)), "")


async def history(conn: AsyncConnection[Any], incident_id: UUID) -> list[Recorded]:
    """The facts of an incident, oldest first."""
    return (await read_many(conn, [incident_id]))[incident_id]


async def said(
    conn: AsyncConnection[Any], vault: Vault, facts: Sequence[Recorded]
) -> tuple[dict[str, str], dict[UUID, str]]:
    """The names of the operators, by actor, and the texts that these facts hold the keys of.

    For operators alone. What was forgotten or redacted is said to be no longer readable.
    """
    names = await operators(conn, vault, [each.actor for each in facts])
    keys = [
        key
        for each in facts
        for field in ("reason_id", "text_id")
        if (key := getattr(each.event, field, None))
    ]
    return names, await vault.shown_texts(keys) if keys else {}


async def operators(
    conn: AsyncConnection[Any], vault: Vault, actors: Sequence[str]
) -> dict[str, str]:
    """The names of those of these actors that are operators, by actor; for operators alone.

    Of one that was forgotten it is said that it is no longer readable.
    """
    subjects = {
        UUID(actor.removeprefix(_OPERATOR)): actor
        for actor in actors
        if actor.startswith(_OPERATOR)
    }
    found = []
    if subjects:
        found = await all_as(_Named, conn, SQL["operators"], {"ids": list(subjects)})
    names = await vault.readable_references([one.reference_id for one in found])
    return dict.fromkeys(subjects.values(), NO_LONGER_READABLE) | {
        subjects[one.subject_id]: str(names[one.reference_id].get("operator", ""))
        for one in found
        if one.reference_id in names
    }


class _Named(NamedTuple):
    subject_id: UUID
    reference_id: UUID
