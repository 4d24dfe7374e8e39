"""What a registry refused goes again: counted, confirmed, killed on its way, cancelled."""

from __future__ import annotations

import signal
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import pytest

from aanspraak.domain import ids
from adapters.sandbox.orders import student_order
from tests.acceptance.conftest import BOOK, facts, until

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400)]

PUPILS: Final = 16
REFUSING: Final = {"refuseProducts": [BOOK], "refuseStatus": 4011}
ASKED: Final = "entitlement.registry-requested"
SETTINGS: Final = {
    "send_again_confirm_above": "10",
    "worker_silence_seconds": "3",
    "believed_clients": '["operator"]',
}
ISSUED: Final = "delivery-order.confirmation-issued"
PROCESSED: Final = "delivery-order.processed"
REJECTED: Final = "delivery-order.confirmation-rejected"
SECOND: Final = {"actor": "a second operator", "reason": "seen with the first"}


async def test_what_was_refused_goes_again_once_whoever_is_killed_and_stops_when_told(
    start_chain: StartChain, database_url: str
) -> None:
    behaviour = {"uitgever": REFUSING, "winkel": {"answers": {BOOK: 400}}}
    async with start_chain(behaviour=behaviour, **SETTINGS) as chain:
        first, second = [await _refused(chain, nth) for nth in range(2)]
        await chain.sandbox("uitgever", "PUT", "behaviour", {})
        job = await _asked(chain, first)
        await _confirmed_by_another(chain, job)
        _start(chain, "work")
        await _far(chain, job, 2)
        _start(chain, "work-too")
        chain.processes.signal("work", signal.SIGKILL)
        over = await _over(chain, job)
        assert (over["status"], over["done"], over["succeeded"]) == ("done", PUPILS, PUPILS)
        assert over["turns"] > 1
        assert over["confirmedBy"] == SECOND["actor"]
        await _links(chain, PUPILS)
        assert set(_requests(database_url, first).values()) == {2}
        await _shop_is_told_again(chain, database_url, first)

        cancelled = await _asked(chain, second, confirm=True)
        await _far(chain, cancelled, 1)
        await chain.operate("POST", f"/jobs/{cancelled}/cancel")
        over = await _over(chain, cancelled)
        assert over["status"] == "cancelled"
        assert 0 < over["done"] < PUPILS
        again = Counter(_requests(database_url, second).values())
        assert again == {1: PUPILS - over["done"], 2: over["done"]}
        history = await chain.verb("history", cancelled)
        for topic in ("job.asked", "job.confirmed", "job.cancelled", "job.ended"):
            assert topic in history


async def _refused(chain: Chain, nth: int) -> Order:
    """An order of which the registry refused every entitlement."""
    pupils = range(nth * PUPILS, (nth + 1) * PUPILS)
    order = student_order("104A158", BOOK, pupils, portals=("portaal",))
    await chain.sandbox("winkel", "POST", "order", order.request())

    async def ask() -> int:
        return int((await _send_again(chain, order, dryRun=True))["messages"])

    await until(ask, lambda number: number == PUPILS, seconds=90, about="refused")
    return order


async def _asked(chain: Chain, order: Order, *, confirm: bool = False) -> str:
    """The job that sends an order again, one message a second; it waits for another operator."""
    answer = await _send_again(chain, order, perSecond=1)
    assert (answer["outcome"], answer["messages"]) == ("waiting", PUPILS)
    job = str(answer["jobId"])
    if confirm:
        await chain.operate("POST", f"/jobs/{job}/confirm", SECOND)
    return job


async def _confirmed_by_another(chain: Chain, job: str) -> None:
    with pytest.raises(aiohttp.ClientResponseError, match="409"):
        await chain.operate("POST", f"/jobs/{job}/confirm")
    answer = await chain.operate("POST", f"/jobs/{job}/confirm", SECOND)
    assert answer["status"] == "queued"


async def _send_again(chain: Chain, order: Order, **body: Any) -> Any:  # noqa: ANN401 - JSON
    about = {"deliveryOrderId": str(order.delivery_order_id), "partner": "uitgever"}
    wanted = {**about, **body}
    return await chain.operate("POST", "/send-again", wanted)


async def _far(chain: Chain, job: str, done: int) -> None:
    """The job has done so many, and is not over."""

    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.get(f"/ops/v1/jobs/{job}")

    seen = await until(ask, lambda one: one["done"] >= done, seconds=90, about="the job")
    assert seen["status"] == "running"


async def _over(chain: Chain, job: str) -> Any:  # noqa: ANN401 - JSON
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.get(f"/ops/v1/jobs/{job}")

    return await until(ask, lambda one: "endedAt" in one, seconds=120, about="the job")


async def _links(chain: Chain, number: int) -> None:
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return (await chain.sandbox("portaal", "GET", "effects"))["links"]

    await until(ask, lambda links: links == number, seconds=90, about="links")


async def _shop_is_told_again(chain: Chain, url: str, order: Order) -> None:
    """What the shop rejected of its order it takes, each answer once, when its fault is mended."""

    async def failed() -> int:
        return int((await _send_again(chain, order, partner="winkel", dryRun=True))["messages"])

    async def told() -> list[Any]:
        orders = await chain.sandbox("winkel", "GET", "orders")
        wanted = str(order.delivery_order_id)
        (found,) = [one for one in orders if one["deliveryOrderId"] == wanted]
        return list(found["confirmations"])

    async def rejected() -> bool:
        """All that the shop was told, the last time that everybody has a link."""
        stream = ids.order_stream(order.delivery_order_id)
        told = [(topic, data) for one, _, topic, data in facts(url) if one == stream]
        topics = Counter(topic for topic, _ in told)
        delivered = max(
            (data["delivered"] for topic, data in told if topic == PROCESSED), default=0
        )
        return delivered == PUPILS and topics[ISSUED] == topics[REJECTED]

    await until(rejected, lambda all_of_it: all_of_it, seconds=90, about="rejected")
    await until(failed, lambda number: number == 1, seconds=90, about="seen")
    assert await told() == []
    await chain.sandbox("winkel", "PUT", "behaviour", {})
    await _send_again(chain, order, partner="winkel")
    (one,) = await until(told, lambda found: len(found) > 0, seconds=90, about="told")
    assert one["success"]
    await until(failed, lambda number: number == 0, seconds=90, about="nothing left")


def _requests(url: str, order: Order) -> Counter[str]:
    """How many messages the registry was sent about each entitlement of an order."""
    lists = [str(stream) for stream, _, topic, _ in facts(url) if topic == ASKED]
    prefix = str(ids.order_stream(order.delivery_order_id))[:13]
    return Counter(stream for stream in lists if stream.startswith(prefix))


def _start(chain: Chain, name: str) -> None:
    chain.processes.start(name, "work", DATABASE_URL=chain.deployment.runtime_url)
