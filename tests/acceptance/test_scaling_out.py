"""Of everything two run, on either channel: what one did the other does when it is killed."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest

from adapters.sandbox.deployment import free_port, over_kafka
from adapters.sandbox.orders import student_order
from tests.acceptance.conftest import BOOK, until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.sandbox.chain import Chain
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

PUPILS: Final = 20
TWOFOLD: Final = ("policies", "projections", "publisher", "gateway")
SECONDS: Final = 60.0
"""Within which an order is delivered by what is left, also on a full machine."""


@pytest.fixture(params=["database", "kafka"])
def channel(request: pytest.FixtureRequest) -> Mapping[str, str]:
    if request.param == "database":
        return {}
    return over_kafka(request.getfixturevalue("kafka_server"), f"story-{uuid4().hex[:12]}")


async def test_whichever_of_two_is_killed_the_other_does_its_work(start_chain: StartChain) -> None:
    port = free_port()
    async with start_chain(apart=True, spares=[f"http://127.0.0.1:{port}"]) as chain:
        _start_too(chain, port)
        await _delivered(chain, 1)
        for name in ("serve", *TWOFOLD):
            chain.processes.signal(name, signal.SIGKILL)
        await _delivered(chain, 2)
        chain.start_hub("serve", *TWOFOLD)
        await chain.ready()
        for name in ("serve", *TWOFOLD):
            chain.processes.signal(f"{name}-too", signal.SIGKILL)
        await _delivered(chain, 3)
        for partner in ("uitgever", "portaal"):
            effects = await chain.sandbox(partner, "GET", "effects")
            assert effects["effects"] == 3 * PUPILS


def _start_too(chain: Chain, port: int) -> None:
    url = chain.deployment.runtime_url
    chain.processes.start("serve-too", "serve", DATABASE_URL=url, AANSPRAAK_PORT=str(port))
    for name in TWOFOLD:
        chain.processes.start(f"{name}-too", "follow", name, DATABASE_URL=url)


async def _delivered(chain: Chain, nth: int) -> None:
    pupils = range(nth * PUPILS, (nth + 1) * PUPILS)
    order = student_order("104A158", BOOK, pupils, portals=("portaal",))
    await chain.sandbox("winkel", "POST", "order", order.request())

    async def ask() -> Any:  # noqa: ANN401 - JSON
        return (await chain.trace(order.delivery_order_id) or {}).get("status")

    await until(ask, lambda status: status == "link-placed", SECONDS, f"order {nth}")
