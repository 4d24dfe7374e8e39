"""A provider tells of its products: the hub asks for what changed, at the next look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.domain import ids
from aanspraak.domain.product.commands import MissProduct
from adapters.postgres.catalogues import wake

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adapters.http.auth import Call
    from adapters.wire.notifications_v0 import Notification

PRODUCT: Final = "Product"
ABOUT: Final = (PRODUCT, "ProductInfo")


async def take_product_notices(call: Call, told: Iterable[Notification]) -> None:
    """What was deleted is missed at once; for anything else the catalogue itself is asked.

    Only a provider's own products are missed, and only a catalogue that is followed is asked.
    """
    notices = [one for one in told if one.object_type in ABOUT]
    if not notices:
        return
    await call.services.committer.submit_all(
        [
            call.submission(
                ids.product_stream(one.object_id),
                MissProduct(product_id=one.object_id, provider=call.asker),
                f"notification/{one.id}",
            )
            for one in notices
            if one.object_type == PRODUCT and one.is_delete_notification and one.object_id
        ]
    )
    async with call.services.pool.connection() as conn:
        await wake(conn, call.asker, call.services.now())
