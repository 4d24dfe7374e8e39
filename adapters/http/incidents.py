"""Incidents that a request gives rise to: what an operator has to look at."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from aanspraak.domain import ids
from aanspraak.domain.incident.commands import OpenIncident
from adapters.http.auth import Call

NOT_YOURS: Final = "not-yours"
UNKNOWN_REFERENCE: Final = "unknown-reference"
UNKNOWN_ENTITLEMENT: Final = "unknown-entitlement"
USERS_DISAGREE: Final = "user-identifiers-disagree"
SCHOOL_DISAGREES: Final = "school-identifiers-disagree"


async def open_incident(
    call: Call,
    kind: str,
    code: int,
    *,
    order: UUID | None = None,
    entitlement_id: UUID | None = None,
) -> None:
    """Have it looked at; one incident per party, code and order (or, without one, party).

    What it is about is put on its list here, for the policies do not see it.
    """
    concerning = str(order or call.asker)
    command = OpenIncident(
        party=call.asker,
        code=code,
        kind=kind,
        concerning=concerning,
        order=order,
        entitlement_id=entitlement_id,
        grows=True,
    )
    stream = ids.incident_stream(call.asker, code, concerning)
    await call.services.committer.submit(call.submission(stream, command, str(stream)))
