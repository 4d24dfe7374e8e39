"""What a registry refused, sending it again, and what a worker does with the job of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.jobs.carrying import Carrier
from adapters.jobs.sending_again import SendingAgain
from adapters.postgres.send_again import alone
from tests.adapters.http_partners import REGISTRY
from tests.adapters.http_stories import CONFIRMATIONS, Ordered, confirmation, eck, ordered
from tests.adapters.numbers_case import operated

if TYPE_CHECKING:
    from tests.adapters.http_case import Hub


async def carry_out(hub: Hub, job_id: str) -> None:
    """Do it to its end, and have everybody follow."""
    sending = SendingAgain(now=hub.clock, allowed=alone(hub.services.settings))
    carrier = Carrier(url=hub.url, kinds={"send-again": sending})
    await carrier.carry_out(UUID(job_id))
    await hub.catch_up()


async def refused(hub: Hub, who: dict[str, Any] | None = None) -> Ordered:
    """An order for somebody, by default the first, that the registry refused."""
    asked = await ordered(hub, who or eck(1))
    await refuse(hub, asked)
    return asked


async def refuse(hub: Hub, asked: Ordered) -> None:
    """Have the registry refuse it."""
    refusal = confirmation(asked, success=False, status=4011)
    assert (await hub.call(REGISTRY, "PUT", CONFIRMATIONS, refusal)).status == 202
    await hub.catch_up()


async def send_again(hub: Hub, **body: Any) -> Any:  # noqa: ANN401 - fields of the message
    """Ask for it as an operator."""
    return await operated(hub, "POST", "/send-again", body)
