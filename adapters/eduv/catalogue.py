"""Pulling a provider's catalogue: what changed becomes facts, what is bad an incident."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import structlog

from aanspraak.application.catalogue_pull import FAILURES_THAT_MATTER, next_pull_at, since_of
from adapters.eduv.catalogue_answer import Bad, Entries, NoList, read_entries
from adapters.eduv.catalogue_facts import Taken, take
from adapters.eduv.catalogue_incidents import report_bad, report_failing, resolve
from adapters.eduv.partner_reader import NoAnswer
from adapters.postgres.catalogues import PullRow, listed_by, pulling, read_pull, save_pull
from adapters.wire.catalogue_v2 import Product, ProductInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from psycopg import AsyncConnection

    from aanspraak.domain.catalogue.events import CatalogueFollowed
    from adapters.eduv.catalogue_incidents import TextKeeper
    from adapters.eduv.partner_reader import PartnerReader
    from projections.partners import Partner

PRODUCTS: Final = "/products"
INFO: Final = "/products/info"
_NO_LIST: Final = "no_list"
_EMPTY: Final = "empty"
_NOT_THERE: Final = "http_404"
_NOT_LIKE_THAT: Final = "http_400"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulled:
    """What came of a pull; with `error`, the short code of a failure, nothing else did.

    `since` None: everything was asked for.
    """

    provider: str
    since: datetime | None
    taken: Taken = field(default_factory=Taken)
    bad: tuple[Bad, ...] = ()
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class CataloguePuller:
    """All it needs; `every` is the time between pulls, `ladder` that after failures in a row."""

    reader: PartnerReader
    texts: TextKeeper
    every: timedelta
    ladder: Sequence[timedelta]
    now: Callable[[], datetime]

    async def pull(
        self,
        conn: AsyncConnection[Any],
        partner: Partner,
        followed: CatalogueFollowed,
        *,
        full: bool = False,
    ) -> Pulled:
        """Ask what changed since the last success, or everything, and take it.

        Raises:
            BeingPulled: another process is at it.
        """
        async with pulling(conn, partner.partner):
            now = self.now()
            row = await read_pull(conn, partner.partner)
            row = row or PullRow(provider=partner.partner, next_attempt_at=now)
            since = None if full else since_of(row.last_success_at, now)
            try:
                return await self._pull(conn, partner, followed, row, since)
            except NoAnswer as failure:
                return await self._failed(conn, row, since, failure)

    async def _pull(
        self,
        conn: AsyncConnection[Any],
        partner: Partner,
        followed: CatalogueFollowed,
        row: PullRow,
        since: datetime | None,
    ) -> Pulled:
        began = self.now()
        since, products = await self._products(partner, since)
        known = await listed_by(conn, partner.partner) if since is None else []
        if known and not products.named:
            raise NoAnswer(_EMPTY)
        infos = await self._infos(partner, since)
        story = f"catalogue/{partner.partner}/{began.isoformat()}"
        missing = [one for one in known if one not in products.named]
        taken = await take(conn, followed, products.good, infos.good, missing, story)
        others = _of_others((*infos.bad, *taken.refused), products.bad)
        bad = (*products.bad, *others)
        await report_bad(conn, self.texts, partner.partner, bad, story)
        await resolve(conn, partner.partner, _good(products, bad), story)
        await self._succeeded(conn, row, began, full=since is None)
        _tell(partner.partner, since, taken, bad)
        return Pulled(provider=partner.partner, since=since, taken=taken, bad=bad)

    async def _succeeded(
        self, conn: AsyncConnection[Any], row: PullRow, began: datetime, *, full: bool
    ) -> None:
        await save_pull(
            conn,
            replace(
                row,
                last_success_at=began,
                last_full_at=began if full else row.last_full_at,
                last_attempt_at=began,
                next_attempt_at=next_pull_at(self.every, self.ladder, 0, self.now()),
                failures=0,
                last_error=None,
            ),
        )

    async def _products(
        self, partner: Partner, since: datetime | None
    ) -> tuple[datetime | None, Entries[Product]]:
        """The products, and since when; who does not take our moment is asked for everything."""
        try:
            return since, await self._entries(partner, PRODUCTS, Product, since)
        except NoAnswer as refused:
            if since is None or refused.code != _NOT_LIKE_THAT:
                raise
        return None, await self._entries(partner, PRODUCTS, Product, None)

    async def _infos(self, partner: Partner, since: datetime | None) -> Entries[ProductInfo]:
        """What portals are shown of them; a provider may have no such thing."""
        try:
            return await self._entries(partner, INFO, ProductInfo, since)
        except NoAnswer as refused:
            if refused.code != _NOT_THERE:
                raise
        return Entries(good=(), bad=())

    async def _entries(
        self, partner: Partner, path: str, model: type[Any], since: datetime | None
    ) -> Entries[Any]:
        query = {"since": _zulu(since)} if since else {}
        body = await self.reader.get(partner, partner.url + path, query)
        try:
            return read_entries(body, model, path)
        except NoList:
            raise NoAnswer(_NO_LIST) from None

    async def _failed(
        self, conn: AsyncConnection[Any], row: PullRow, since: datetime | None, failure: NoAnswer
    ) -> Pulled:
        """Nothing was taken, or only a part that is taken again; later the same is asked anew."""
        now, failures = self.now(), row.failures + 1
        again_at = next_pull_at(self.every, self.ladder, failures, now, failure.retry_after)
        await save_pull(
            conn,
            replace(
                row,
                last_attempt_at=now,
                next_attempt_at=again_at,
                failures=failures,
                last_error=failure.code,
            ),
        )
        log.warning("catalogue.failed", partner=row.provider, error=failure.code, failures=failures)
        if failures >= FAILURES_THAT_MATTER:
            await report_failing(conn, row.provider, now)
        return Pulled(provider=row.provider, since=since, error=failure.code)


def _of_others(bad: Sequence[Bad], named: Sequence[Bad]) -> list[Bad]:
    """A product that is named already is not named again."""
    known = {one.product_id for one in named}
    return [one for one in bad if one.product_id not in known]


def _good(products: Entries[Product], bad: Sequence[Bad]) -> set[str]:
    return {one.product_id for one in products.good} - {one.product_id for one in bad}


def _zulu(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _tell(provider: str, since: datetime | None, taken: Taken, bad: Sequence[Bad]) -> None:
    log.info(
        "catalogue.pulled",
        partner=provider,
        since=since.isoformat() if since else None,
        changed=len(taken.changed),
        unchanged=taken.unchanged,
        bad=len(bad),
    )
    if taken.missed:
        log.warning("catalogue.missed", partner=provider, products=len(taken.missed))
