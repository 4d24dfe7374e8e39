"""A catalogue's URL is kept to see whether there is one; nobody is ever sent it."""

from __future__ import annotations

import psycopg
import pytest

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import REGISTRY
from tests.adapters.http_stories import ACTIVATION, activation, eck, entitled

pytestmark = pytest.mark.anyio

URL = "https://leren.example.org/"
"""Of every product that this hub lists."""


async def test_no_fact_but_the_listing_has_the_url_so_no_message_can(hub: Hub) -> None:
    student = eck(1)
    asked = await entitled(hub, student)
    await hub.call(REGISTRY, "PUT", ACTIVATION, activation(asked.entitlement_id, student))
    await hub.catch_up()
    with psycopg.connect(hub.url) as conn:
        found = conn.execute(
            "SELECT DISTINCT topic FROM log.stored_events"
            " WHERE position(%s in convert_from(state, 'UTF8')) > 0",
            (URL,),
        ).fetchall()
    assert found == [("product.listed",)]
