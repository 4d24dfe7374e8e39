"""A link that a portal was asked for twice, and then refused in its own words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from adapters.postgres.attempts import Attempt, add_attempts
from adapters.postgres.connection import connect
from adapters.postgres.publisher import messages_of
from tests.adapters.http_partners import PORTAL
from tests.adapters.http_stories import CONFIRMATIONS, Ordered, confirmation, eck, entitled
from tests.adapters.vault_case import keys

if TYPE_CHECKING:
    from tests.adapters.http_case import Hub

AT = datetime(2026, 8, 24, 7, 30, tzinfo=UTC)
"""Half past nine in Amsterdam."""
WINDOW = "from=2026-08-24T09:00&to=2026-08-24T10:00"
WORDS = "this school has left us"


async def refused_link(hub: Hub, pupil: int) -> Ordered:
    """What was asked, with an attempt at nine thirty and one a minute later."""
    asked = await entitled(hub, eck(pupil))
    refusal = confirmation(asked, success=False, status=4099, statusMessage=WORDS)
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, refusal)
    await hub.catch_up()
    async with await connect(hub.url, "test") as conn:
        requested = await hub.facts("LinkRequested")
        mine = [each for each in requested if each.stream_id == asked.entitlement_id]
        (link,) = await messages_of(conn, mine)
        tried = (
            Attempt(at=AT, message=link, outcome="failed", error="timeout"),
            Attempt(at=AT + timedelta(minutes=1), message=link, outcome="taken", http_status=200),
        )
        await add_attempts(conn, keys().cipher, list(tried))
    return asked
