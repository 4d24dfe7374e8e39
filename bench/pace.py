"""What the pace costs: following all views with and without it, and building it anew."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import psycopg

from adapters.postgres import views
from adapters.postgres.follower import Follower
from adapters.postgres.rebuild import projection_named, rebuild
from adapters.postgres.views import Views
from bench.following import follow
from bench.school_start import history, stories, strangers, write
from bench.surroundings import OUT, Rate, Timed, new_database, server, tell
from projections import pace
from projections.registry import PROJECTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.school_start import Fact
    from projections.registry import Projection

FACTS: Final = 200_000
REBUILT: Final = ("pace", "activations_by_day", "delivery_order_status", "entitlement_details")
_BARE: Final = tuple(each for each in PROJECTIONS if each.name != pace.NAME)
_SIZE: Final = """
SELECT count(*), coalesce(avg(pg_column_size(p)), 0)::int FROM view.pace p
"""


def run() -> None:
    """Measure and tell."""
    with server() as running:
        facts = list(islice(history(stories(strangers(), uuid4()), activated=True), FACTS))
        bare = _followed(new_database(running, "without_pace"), facts, _BARE)
        url = new_database(running, "with_pace")
        whole = _followed(url, facts, PROJECTIONS)
        rebuilt = [_rebuilt(url, name) for name in REBUILT]
        with psycopg.connect(url) as conn:
            rows, size = conn.execute(_SIZE).fetchone() or (0, 0)
    tell(f"The pace of {FACTS:,} facts, followed", "facts", whole, bare)
    tell(f"The pace of {FACTS:,} facts, built anew", "facts", *rebuilt)
    OUT.print(f"it has {rows} rows of {size} bytes on average")


def _followed(url: str, facts: Sequence[Fact], projections: Sequence[Projection]) -> Rate:
    written = write(url, facts)
    follower = Follower(
        url=url, name=views.NAME, schema=views.SCHEMA, handle=Views(projections).handle
    )
    _, timed = asyncio.run(follow(follower, until=written))
    what = "all views" if len(projections) == len(PROJECTIONS) else "all but the pace"
    return Rate.of(f"followed, {what}", written, timed)


def _rebuilt(url: str, name: str) -> Rate:
    with Timed() as timed:
        asyncio.run(rebuild(url, projection_named(name)))
    return Rate.of(f"rebuild {name}", FACTS, timed)
