"""A database of a million facts: schools, pupils, products, and some of it not yet answered."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg
from psycopg_pool import AsyncConnectionPool

from aanspraak.domain import ids
from aanspraak.domain.product.commands import ListProduct
from adapters.postgres import views
from adapters.postgres.rebuild import projection_named, rebuild
from adapters.postgres.vault import Vault
from adapters.security.persons import user_reference
from bench.orders import PORTAL, PRODUCT, REGISTRY, Pupil, registrations
from bench.school_start import Stream, stories, strangers, write
from tests.adapters.vault_case import keys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from bench.school_start import Fact, Story

FACTS: Final = 1_000_000
SCHOOLS: Final = 50
PUPILS: Final = 2_520
"""So many at each school, each with one entitlement: eight facts."""
TITLES: Final = 20_000
"""So many products are in the catalogue."""
UNANSWERED: Final = 2
"""So many waves of the last order of a school: the registry took it, and confirmed nothing."""
VIEWS: Final = (
    "partners",
    "products",
    "order_requests",
    "entitlement_details",
    "delivery_order_status",
    "activations_by_day",
    "entitlements_by_school",
    "open_exchanges",
)
_CAUGHT_UP = """
INSERT INTO view.bookmarks (position, name) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET position = excluded.position
"""
_POLICY = """
INSERT INTO policy.entitlements
    (entitlement_id, order_id, registry, subject_id, turn, by_school, entitled, refused, in_use,
     blocked, cancelled, kept, cancel_id, links, school_id)
SELECT entitlement_id, order_id, registry, subject_id, turn, false, ready, false,
       first_usage_date IS NOT NULL, false, false, false, '', '[]', school_id
FROM view.entitlement_details
"""
_ATTEMPTS = """
INSERT INTO channel.attempts (at, partner, stream_id, number, outcome, http_status, duration_ms)
SELECT %(nine)s::timestamptz + row_number() OVER () * interval '30 milliseconds', %(portal)s,
       entitlement_id, 1, 'taken', 202, 20
FROM view.entitlement_details WHERE ready
"""


class Known(NamedTuple):
    """Somebody to be asked about: one pupil of one school, and what was ordered."""

    identifier: str
    school: str
    school_id: UUID
    delivered: Story
    waiting: Story
    facts: int


def fill(url: str) -> Known:
    """Write the facts, build the views, and give somebody to ask about."""
    identifier = "https://ketenid.nl/201703/" + "0123456789abcdef" * 8
    schools, pupil = asyncio.run(_vault(url, identifier))
    told = [
        list(_stories(school, pupil if not nth else None)) for nth, school in enumerate(schools)
    ]
    facts = write(url, islice(_facts(told), FACTS))
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(_CAUGHT_UP, (facts, views.NAME))
    for view in VIEWS:
        asyncio.run(rebuild(url, projection_named(view)))
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(_POLICY)
        conn.execute(_ATTEMPTS, {"nine": nine_yesterday(), "portal": PORTAL})
        conn.execute("VACUUM ANALYZE")
    return Known(identifier, _code(0), schools[0], told[0][0], told[0][-1], facts)


def nine_yesterday() -> datetime:
    """Nine o'clock, UTC."""
    return datetime.combine(datetime.now(UTC).date() - timedelta(days=1), time(9), UTC)


def _facts(told: list[list[Story]]) -> Iterator[Fact]:
    for command in registrations():
        yield from Stream(ids.partner_stream(command.partner)).take(command)
    for number in range(TITLES):
        product = f"978900{number:07}" if number else PRODUCT
        yield from Stream(ids.product_stream(product)).take(_listed(product, number))
    for stories_of_school in told:
        *delivered, last = stories_of_school
        for story in delivered:
            for wave in story.waves(activated=True):
                yield from wave
        for wave in islice(last.waves(activated=False), UNANSWERED + 1):
            yield from wave


def _stories(school_id: UUID, first: Pupil | None) -> Iterator[Story]:
    """Orders of a school under one contract; the first pupil of the first may be known."""
    others = islice(strangers(), PUPILS - 1)
    pupils = (first, *others) if first else others
    for story in stories(pupils, school_id):
        yield replace(story, order=replace(story.order, contract_id=f"contract-{school_id}"))


def _listed(product: str, number: int) -> ListProduct:
    return ListProduct(
        product_id=product,
        registry=REGISTRY,
        title=f"Getal en Ruimte deel {number}" if number else "Moderne Wiskunde 3B",
        kind="digital",
        status="available",
        licence_variant="schoolyear",
        default_access_url="https://learning.example.org/",
    )


async def _vault(url: str, identifier: str) -> tuple[list[UUID], Pupil]:
    async with AsyncConnectionPool(
        url, min_size=1, max_size=2, open=False, kwargs={"autocommit": True}
    ) as pool:
        vault = Vault(pool, keys())
        schools = [(await vault.school_id(_code(nth), ())).school_id for nth in range(SCHOOLS)]
        (known,) = await vault.remember_many(
            [user_reference(identifier, (), scope=str(schools[0]))]
        )
    return schools, Pupil(known.subject_id, known.reference_id)


def _code(nth: int) -> str:
    return f"{100 + nth}A{200 + nth}"
