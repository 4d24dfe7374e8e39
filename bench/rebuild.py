"""Two views built anew from 500,000 facts, against the library's runner on a share of them."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import Final
from uuid import uuid4

import psycopg

from adapters.postgres import views
from adapters.postgres.rebuild import projection_named, rebuild
from bench.following import follow
from bench.library import run_projection
from bench.school_start import history, stories, strangers, write
from bench.surroundings import Rate, Timed, new_database, server, tell

FACTS: Final = 500_000
FOLLOWED: Final = 100_000
"""The live follower's share, from an empty view on; it keeps all views."""
LIBRARYS: Final = 10_000
"""The library's share."""
REBUILT: Final = ("entitlement_details", "delivery_order_status")

_CAUGHT_UP = "UPDATE view.bookmarks SET position = %s WHERE name = %s"


def run() -> None:
    """Measure and tell."""
    with server() as running:
        url = new_database(running, "rebuild")
        facts = write(url, islice(history(stories(strangers(), uuid4()), activated=True), FACTS))
        followed = _followed(url)
        librarys = run_projection(url, LIBRARYS)
        _pretend_the_follower_caught_up(url, facts)
        blocks = {name: _rebuilt(url, name) for name in REBUILT}
    tell(
        f"Views built anew from {facts:,} facts",
        "facts",
        *(Rate.of(f"rebuild {name}", facts, timed) for name, timed in blocks.items()),
        Rate.of("both, one after the other", facts, *blocks.values()),
        followed,
        librarys,
    )


def _followed(url: str) -> Rate:
    position, timed = asyncio.run(follow(views.follower(url), until=FOLLOWED))
    return Rate.of(f"the live follower, all views, the first {FOLLOWED:,} facts", position, timed)


def _pretend_the_follower_caught_up(url: str, position: int) -> None:
    """A rebuild reads as far as the live follower is."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(_CAUGHT_UP, (position, views.NAME))


def _rebuilt(url: str, name: str) -> Timed:
    with Timed() as timed:
        asyncio.run(rebuild(url, projection_named(name)))
    return timed
