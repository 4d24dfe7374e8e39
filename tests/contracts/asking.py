"""Commands and facts to try the log with."""

from __future__ import annotations

from uuid import UUID, uuid4

from psycopg import AsyncConnection

from aanspraak.application.handle import Submission
from aanspraak.domain.incident.commands import OpenIncident
from aanspraak.domain.partner.commands import RegisterPartner
from adapters.postgres.event_codec import encode, topic_of
from adapters.postgres.queries import load


def open_incident(stream_id: UUID | None = None, *, code: int = 1) -> Submission:
    """A command that leads to one fact the first time, and to none after that."""
    command = OpenIncident(party="registry", code=code, kind="late", concerning="order")
    return _submission(stream_id or uuid4(), command)


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
    return _submission(stream_id, command)


def _submission(stream_id: UUID, command: object) -> Submission:
    return Submission(
        stream_id=stream_id,
        command=command,
        actor="tester",
        correlation_id="story",
        causation_id=str(uuid4()),
    )


def states(*events: object) -> tuple[list[str], list[bytes]]:
    """Topics and states of facts, as log.append takes them."""
    who = {"actor": "tester", "correlation_id": "story", "causation_id": "cause"}
    return [topic_of(event) for event in events], [encode(event, **who) for event in events]


async def append_raw(
    conn: AsyncConnection[object], ids: list[UUID], expected: list[int], *, state: bytes = b"{}"
) -> list[tuple[UUID, int, int]]:
    """Append one fact per id straight through log.append; stream, version and position of each."""
    parameters = {
        "ids": ids,
        "expected": expected,
        "topics": ["test.happened"] * len(ids),
        "states": [state] * len(ids),
    }
    return await (await conn.execute(load("log")["append"], parameters)).fetchall()  # type: ignore[return-value]
