"""Commands and facts to try the log with."""

from __future__ import annotations

from uuid import UUID, uuid4

from psycopg import AsyncConnection

from aanspraak.application.handle import Submission
from aanspraak.domain.incident.commands import OpenIncident
from aanspraak.domain.incident.events import IncidentOpened
from aanspraak.domain.partner.commands import RegisterPartner
from adapters.postgres.event_codec import encode
from adapters.postgres.queries import load


def open_incident(stream_id: UUID | None = None, *, code: int = 1) -> Submission:
    """A command that leads to one fact the first time, and to none after that."""
    command = OpenIncident(party="registry", code=code, kind="late", concerning="order")
    return submission(stream_id or uuid4(), command)


def register_partner(stream_id: UUID, title: str, *, role: str = "shop") -> Submission:
    """A command that leads to a fact, unless the title is the same; an unknown role is refused."""
    command = RegisterPartner(
        partner="boekhandel",
        role=role,
        title=title,
        client_id="boekhandel",
        url="https://shop.example/v2",
        token_url="https://shop.example/token",
        scope="shop",
    )
    return submission(stream_id, command)


def submission(stream_id: UUID, command: object) -> Submission:
    """Ask for a command, as a tester would."""
    return Submission(
        stream_id=stream_id,
        command=command,
        actor="tester",
        correlation_id="story",
        causation_id=str(uuid4()),
    )


def incident_state() -> bytes:
    """The state of a fact with the topic `incident.opened`."""
    fact = IncidentOpened(
        party="registry",
        code=1,
        kind="late",
        concerning="order",
        order=None,
        entitlement_id=None,
        text_id=None,
    )
    return encode(fact, actor="tester", correlation_id="story", causation_id="cause")


async def append_raw(
    conn: AsyncConnection[object],
    ids: list[UUID],
    expected: list[int],
    *,
    state: bytes | None = None,
) -> list[tuple[UUID, int, int]]:
    """Append one fact per id straight through log.append; stream, version and position of each."""
    parameters = {
        "ids": ids,
        "expected": expected,
        "topics": ["incident.opened"] * len(ids),
        "states": [state or incident_state()] * len(ids),
    }
    return await (await conn.execute(load("log")["append"], parameters)).fetchall()  # type: ignore[return-value]
