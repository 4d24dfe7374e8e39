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
from bench.following import follow
from bench.orders import PORTAL, PRODUCT, REGISTRY, Pupil, registrations
from bench.school_start import SIZES, Stream, stories, strangers, write
from tests.adapters.vault_case import keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from bench.school_start import Fact, Story

UNANSWERED: Final = 2
"""So many waves of the last order of a school: the registry took it, and confirmed nothing."""
COMPARED: Final = "delivery_order_status"
"""The view that is built anew as well: what its comparison with the log came to is kept."""
_CAUGHT_UP = """
INSERT INTO policy.bookmarks (position, name) VALUES (%s, 'policies')
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
_REMEMBERED = """
INSERT INTO vault.person_references (reference_id, subject_id, hash, hash_key, cipher, cipher_key)
SELECT user_reference_id, subject_id, uuid_send(user_reference_id), 1, '', 1
FROM view.entitlement_details
ON CONFLICT DO NOTHING
"""
_ATTEMPTS = """
INSERT INTO channel.attempts (at, partner, stream_id, number, outcome, http_status, duration_ms)
SELECT %(nine)s::timestamptz + row_number() OVER () * interval '30 milliseconds', %(portal)s,
       entitlement_id, 1, 'taken', 202, 20
FROM view.entitlement_details WHERE ready
"""


class Size(NamedTuple):
    """How much there is: `facts` at most, of schools with so many pupils and products."""

    facts: int
    schools: int
    pupils: int
    """So many at each school, each with one entitlement: eight facts."""
    titles: int
    orders: Sequence[int] = SIZES
    """How many pupils the orders of a school have, in turn."""


MILLION: Final = Size(facts=1_000_000, schools=50, pupils=2_520, titles=20_000)


class Known(NamedTuple):
    """Somebody to be asked about: one pupil of one school, and what that school ordered.

    `large` is its largest order that was delivered; `activated` is of all its orders together.
    """

    identifier: str
    school: str
    school_id: UUID
    delivered: Story
    large: Story
    waiting: Story
    activated: int
    facts: int


def fill(url: str, size: Size = MILLION) -> Known:
    """Write the facts, build the views, and give somebody to ask about."""
    identifier = "https://ketenid.nl/201703/" + "0123456789abcdef" * 8
    schools, pupil = asyncio.run(_vault(url, identifier, size.schools))
    told = [
        list(_stories(school, size, pupil if not nth else None))
        for nth, school in enumerate(schools)
    ]
    facts = write(url, islice(_facts(told, size.titles), size.facts))
    _build(url, facts)
    *delivered, waiting = told[0]
    return Known(
        identifier=identifier,
        school=_code(0),
        school_id=schools[0],
        delivered=delivered[0],
        large=max(delivered, key=lambda story: len(story.pupils)),
        waiting=waiting,
        activated=sum(len(story.pupils) for story in delivered),
        facts=facts,
    )


def _build(url: str, facts: int) -> None:
    """The views as they follow from the facts, and what is no view."""
    asyncio.run(follow(views.follower(url), facts))
    asyncio.run(rebuild(url, projection_named(COMPARED)))
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(_CAUGHT_UP, (facts,))
        conn.execute(_POLICY)
        conn.execute(_REMEMBERED)
        conn.execute(_ATTEMPTS, {"nine": nine_yesterday(), "portal": PORTAL})
        conn.execute("VACUUM ANALYZE")


def nine_yesterday() -> datetime:
    """Nine o'clock, UTC."""
    return datetime.combine(datetime.now(UTC).date() - timedelta(days=1), time(9), UTC)


def _facts(told: list[list[Story]], titles: int) -> Iterator[Fact]:
    for command in registrations():
        yield from Stream(ids.partner_stream(command.partner)).take(command)
    for number in range(titles):
        product = f"978900{number:07}" if number else PRODUCT
        yield from Stream(ids.product_stream(product)).take(_listed(product, number))
    for stories_of_school in told:
        *delivered, last = stories_of_school
        for story in delivered:
            for wave in story.waves(activated=True):
                yield from wave
        for wave in islice(last.waves(activated=False), UNANSWERED + 1):
            yield from wave


def _stories(school_id: UUID, size: Size, first: Pupil | None) -> Iterator[Story]:
    """Orders of a school under one contract; the first pupil of the first may be known."""
    others = islice(strangers(), size.pupils - 1)
    pupils = (first, *others) if first else others
    for story in stories(pupils, school_id, size.orders):
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


async def _vault(url: str, identifier: str, number: int) -> tuple[list[UUID], Pupil]:
    async with AsyncConnectionPool(
        url, min_size=1, max_size=2, open=False, kwargs={"autocommit": True}
    ) as pool:
        vault = Vault(pool, keys())
        schools = [(await vault.school_id(_code(nth), ())).school_id for nth in range(number)]
        (known,) = await vault.remember_many(
            [user_reference(identifier, (), scope=str(schools[0]))]
        )
    return schools, Pupil(known.subject_id, known.reference_id)


def _code(nth: int) -> str:
    return f"{100 + nth}A{200 + nth}"
