"""Messages that failed: which are meant, whose they are, and letting go what is parked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from aanspraak.domain import ids
from adapters.postgres.fetching import all_as, all_rows
from adapters.postgres.queries import load
from adapters.wire.ops_send_again_v1 import MessageMeant, MessagesOfPartner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from adapters.postgres.jobs import Item

SQL: Final = load("send_again")
SAMPLE: Final = 10
KINDS: Final = (
    "registry-refused",
    "cancellation-refused",
    "block-refused",
    "link-refused",
    "refresh-refused",
    "link-withdrawal-refused",
    "link-expired",
    "link-cancelled",
    "link-blocked",
    "request-rejected",
    "request-given-up",
)
"""What of an incident's list a new message about an entitlement may mend."""
OF_ORDERS: Final = ("confirmation-rejected",)
"""What of it a new message about an order may mend."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """Which messages: about an entitlement, an order, an incident, or all failed of a partner.

    `since` and `until` are when they failed; `everything`: links that were taken, too.
    """

    partner: str | None = None
    entitlement_id: UUID | None = None
    delivery_order_id: UUID | None = None
    incident_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    everything: bool = False


async def list_failed(conn: AsyncConnection[Any], job_id: UUID, meant: Meant) -> None:
    """Write down what is meant as the things that a job is about, in the caller's transaction."""
    first, last = _range(meant)
    given: Mapping[str, object] = {
        "job_id": job_id,
        "partner": meant.partner,
        "first": first,
        "last": last,
        "incident": meant.incident_id,
        "kinds": list(KINDS),
        "of_orders": list(OF_ORDERS),
        "since": meant.since,
        "until": meant.until,
    }
    await conn.execute(SQL["list_failed"], given, prepare=False)
    if meant.everything and first is not None:
        await conn.execute(SQL["list_links"], given, prepare=False)


async def partners_of(conn: AsyncConnection[Any], job_id: UUID) -> tuple[MessagesOfPartner, ...]:
    """How many messages a job is about, by partner."""
    return tuple(
        MessagesOfPartner(partner=name, messages=messages)
        for name, messages in await all_rows(conn, SQL["per_partner"], (job_id,))
    )


async def sample_of(conn: AsyncConnection[Any], job_id: UUID) -> tuple[MessageMeant, ...]:
    """Some of what a job is about."""
    given = {"job_id": job_id, "limit": SAMPLE}
    return tuple(await all_as(_sampled, conn, SQL["sample"], given))


async def let_go(
    conn: AsyncConnection[Any], items: Sequence[Item], now: datetime
) -> set[tuple[str, UUID]]:
    """Let go what of these is parked, within the caller's transaction; partner and key of each."""
    given = {"partners": [one.name for one in items], "keys": [one.key for one in items]}
    free = await all_rows(conn, SQL["let_go"], {**given, "now": now})
    return {(partner, key) for partner, key in free}


async def what_they_are(conn: AsyncConnection[Any], keys: Sequence[UUID]) -> Mapping[UUID, bool]:
    """Of these keys the entitlements (True), and orders whose shop would not be told (False).

    Others are orders with nothing but parked messages, consents or stocks of codes.
    """
    given = {"keys": list(keys), "of_orders": list(OF_ORDERS)}
    return dict(await all_rows(conn, SQL["what_they_are"], given))


def _range(meant: Meant) -> tuple[UUID | None, UUID | None]:
    """An order lies together, with all that belongs to it."""
    if meant.entitlement_id is not None:
        return meant.entitlement_id, meant.entitlement_id
    if meant.delivery_order_id is not None:
        return ids.order_range(ids.order_stream(meant.delivery_order_id))
    return None, None


def _sampled(
    partner: str,
    entitlement_id: UUID | None,
    delivery_order_id: UUID | None,
    why: str,
    at: datetime,
) -> MessageMeant:
    return MessageMeant(
        partner=partner,
        entitlement_id=entitlement_id,
        delivery_order_id=delivery_order_id,
        why=why,
        since=at.astimezone(UTC),
    )
