"""What is done every night: the vault is swept, and the hub compared with its partners."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import psycopg
import structlog

from adapters.bootstrap import utc_now
from adapters.postgres import jobs, reconciliations
from adapters.postgres.connection import connect
from adapters.postgres.vault_sweep import sweep_of

if TYPE_CHECKING:
    from datetime import date

    from adapters.eduv.reconcile import Reconciler
    from adapters.jobs.nights import Stage
    from adapters.postgres.reconciliations import Kind

STILL_LIVE: Final = timedelta(days=7)
"""So long after its activation period an order is still compared: what is late has come by then."""
KEPT: Final = timedelta(days=90)
"""How long it is kept what nights found, registries said, and jobs were."""

log = structlog.get_logger(__name__)


def stages(url: str, comparing: Reconciler) -> tuple[Stage, ...]:
    """The stages of a night. The vault first, and once more if it was busy."""
    return (
        ("sweeping-the-vault", partial(_sweep, url)),
        ("comparing-with-registries", partial(_compare, comparing, "registry")),
        ("comparing-with-shops", partial(_compare, comparing, "shop")),
        ("sweeping-the-vault", partial(_sweep, url)),
        ("tidying-up", partial(_tidy, url)),
    )


async def _sweep(url: str, night: date) -> None:
    """Busy as the vault may be, the rest goes on."""
    async with await connect(url, "work") as conn:
        try:
            swept = await sweep_of(conn, night)
        except psycopg.errors.LockNotAvailable:
            log.warning("vault.busy", follower="work")
        else:
            if swept is not None:
                log.info("vault.swept", **swept._asdict())


async def _compare(comparing: Reconciler, kind: Kind, night: date) -> None:
    await comparing.run_night(kind, night, live_on=night - STILL_LIVE)


async def _tidy(url: str, _night: date) -> None:
    async with await connect(url, "work") as conn:
        await reconciliations.clear(conn, utc_now() - KEPT)
        await jobs.forget_old(conn, KEPT.days)
