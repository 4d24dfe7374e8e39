"""What a shop used each reference id for: it names one request of one order, for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aanspraak.application.policies import react_to_reuse
from aanspraak.domain.delivery_order.events import (
    CancellationRequested,
    DeliveryOrderReceived,
    DeliveryOrderRequestRefused,
    QuantityLowered,
    UnchangedRequestTaken,
)
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncConnection

    from aanspraak.application.handle import Submission
    from aanspraak.domain.recorded import Recorded

_REQUESTS: Final = (
    DeliveryOrderReceived,
    DeliveryOrderRequestRefused,
    UnchangedRequestTaken,
    QuantityLowered,
    CancellationRequested,
)


async def remember_requests(
    conn: AsyncConnection[Any], facts: Sequence[Recorded]
) -> list[Submission]:
    """Remember what was used; what is asked because it had been used for another order before.

    Two orders sent at the same moment under one reference id are both taken, for each is decided by
    itself; here it is seen.
    """
    requests = [(each, each.event) for each in facts if isinstance(each.event, _REQUESTS)]
    if not requests:
        return []
    columns = {
        "shop": [event.shop for _, event in requests],
        "reference_id": [event.reference_id for _, event in requests],
        "order_id": [recorded.stream_id for recorded, _ in requests],
    }
    await conn.execute(load("policy")["remember_requests"], columns)
    cursor = await conn.execute(load("policy")["reused_requests"], columns, prepare=False)
    reused = [requests[nth - 1] for (nth,) in await cursor.fetchall()]
    return [ask for recorded, event in reused for ask in react_to_reuse(recorded, event.shop)]
