"""The ten questions of an operator, each asked of a database of a million facts."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from psycopg_pool import AsyncConnectionPool
from rich.table import Table

from aanspraak.domain import ids
from adapters.http.access_answers import answer_access
from adapters.http.access_of_school_answers import OfSchool, access_of_school
from adapters.http.explain_answers import explained_order
from adapters.http.list_answers import Page, overdue_trace, school_trace
from adapters.http.partner_answers import partners_shown
from adapters.http.search_answers import answer_search
from adapters.postgres.directory import Directory
from adapters.postgres.event_log import read_many
from adapters.postgres.reads import Reads
from adapters.postgres.reads_as_of import AT_LAST, as_of, order_as_of
from adapters.postgres.reads_contract import Asked as OfContract
from adapters.postgres.reads_contract import days_of_use, orders_counted
from adapters.postgres.reads_exchanges import Asked, exchanges_of, sent_between
from adapters.postgres.reads_trace import doubles, waiting_on
from adapters.postgres.rebuild import projection_named
from adapters.postgres.rebuild_only import repair, streams_of_order
from adapters.postgres.timelines import entitlement_timeline, order_timeline
from adapters.postgres.vault import Vault
from adapters.wire.access_v1 import AccessQuestion
from adapters.wire.search_v1 import SearchQuestion
from bench.million import FACTS, Known, fill, nine_yesterday
from bench.orders import PORTAL, PRODUCT
from bench.surroundings import OUT, new_database, server
from projections.order_trace import Moment, moment_at
from projections.visibility import OPERATOR
from tests.adapters.vault_case import keys

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

ROUNDS: Final = 5
OVERDUE_SECONDS: Final = 900


def run() -> None:
    """Fill, ask and tell."""
    with server() as running:
        url = new_database(running, "questions")
        known = fill(url)
        table = Table(
            title=f"An operator's questions, of {known.facts:,} facts",
            title_justify="left",
            box=None,
        )
        for column in ("question", "ms, median", "ms, the first time"):
            table.add_column(column, justify="left" if column == "question" else "right")
        for question, times in asyncio.run(_ask_all(url, known)).items():
            table.add_row(question, f"{statistics.median(times):,.0f}", f"{times[0]:,.0f}")
    OUT.print(table)
    OUT.print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    if known.facts < FACTS:
        OUT.print(f"fewer facts than {FACTS:,}")


async def _ask_all(url: str, known: Known) -> dict[str, list[float]]:
    async with AsyncConnectionPool(
        url, min_size=1, max_size=4, open=False, kwargs={"autocommit": True}
    ) as pool:
        asking = Questions(url, pool, known)
        return {
            question: [await _milliseconds(ask) for _ in range(ROUNDS)]
            for question, ask in asking.all().items()
        }


async def _milliseconds(ask: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await ask()
    return 1_000 * (time.perf_counter() - began)


class Questions:
    """Each question as its verb and its read answer it; what is shown of it costs nothing."""

    def __init__(self, url: str, pool: Any, known: Known) -> None:  # noqa: ANN401 - of any connection
        self._url, self._pool, self._known = url, pool, known
        self._vault = Vault(pool, keys())
        self._order = known.waiting.order.delivery_order_id
        self._entitlement = known.delivered.entitled()[0].entitlement_id

    def all(self) -> Mapping[str, Callable[[], Awaitable[object]]]:
        """By what is asked."""
        return {
            "where is my order": self._where,
            "who holds it up": self._partners,
            "since when and what did they answer": self._exchanges,
            "can this pupil open this product": self._access,
            "who of this school can open it, and where it hangs": self._of_all,
            "what did we know then": self._then,
            "what happened to this entitlement and who did it": self._history,
            "which orders are overdue": self._overdue,
            "what would change if we rebuilt (one order)": self._rebuilt,
            "what was sent to this portal between nine and ten (200)": self._sent,
            "how many activations does this contract have": self._contract,
            "find: the beginning of an order number": self._find_order,
            "find: a reference id of a message": self._find_reference,
            "find: words of a title": self._find_title,
            "find: a pupil": self._find_pupil,
            "find: a school": self._find_school,
            "find: the beginning of a contract": self._find_contract,
            "the orders of a school": self._of_school,
            "what can be done with an order": self._explain,
        }

    async def _where(self) -> object:
        order = await Reads(self._pool).order(OPERATOR, self._order)
        if order is None:
            raise LookupError("the order is not there")
        async with self._pool.connection() as conn:
            await doubles(conn, order.order_id, None)
            entries = await order_timeline(conn, order.order_id)
            return entries, await waiting_on(conn, order.order_id)

    async def _partners(self) -> object:
        return await partners_shown(self._pool, self._vault, self._moment())

    async def _exchanges(self) -> object:
        async with self._pool.connection() as conn:
            return await exchanges_of(conn, [self._entitlement], AT_LAST)

    async def _access(self) -> object:
        asked = AccessQuestion.model_validate(
            {
                "productId": PRODUCT,
                "school": {"organisationMasterIdentifier": self._known.school},
                "user": {"userMasterIdentifier": self._known.identifier},
            }
        )
        answer = await answer_access(self._pool, self._vault, asked, datetime.now(UTC))
        if not answer.can_open:
            raise LookupError("the pupil cannot open it")
        return answer

    async def _of_all(self) -> object:
        asked = OfSchool(self._known.school_id, PRODUCT)
        answer = await access_of_school(self._pool, self._vault, asked, datetime.now(UTC))
        if not 0 < answer.can_open < answer.users:
            raise LookupError("some can open it, and some wait for the registry")
        return answer

    async def _then(self) -> object:
        async with self._pool.connection() as conn:
            place = await as_of(conn, str(self._known.facts), datetime.now(UTC))
            return await order_as_of(conn, OPERATOR, self._order, place)

    async def _history(self) -> object:
        async with self._pool.connection() as conn:
            told = await entitlement_timeline(conn, self._entitlement)
            return told, await read_many(conn, [self._entitlement])

    async def _overdue(self) -> object:
        found = await overdue_trace(self._pool, OPERATOR, self._moment(), Page(50))
        if not found.total:
            raise LookupError("nothing is overdue")
        return found

    async def _rebuilt(self) -> object:
        view = projection_named("entitlement_details")
        return await repair(self._url, view, [streams_of_order(self._order)], dry_run=True)

    async def _sent(self) -> object:
        nine = nine_yesterday()
        asked = Asked(PORTAL, nine, nine + timedelta(hours=1), 200)
        async with self._pool.connection() as conn:
            return await sent_between(conn, asked, AT_LAST)

    async def _contract(self) -> object:
        asked = OfContract(contract_id=self._known.delivered.order.contract_id)
        days = await days_of_use(self._pool, OPERATOR, asked)
        return days, await orders_counted(self._pool, OPERATOR, asked)

    async def _find_order(self) -> object:
        return await self._find(str(self._order)[:13])

    async def _find_reference(self) -> object:
        return await self._find(str(ids.request_reference(self._entitlement, PORTAL, 1)))

    async def _find_title(self) -> object:
        return await self._find("wiskunde 3b")

    async def _find_pupil(self) -> object:
        return await self._find(self._known.identifier)

    async def _find_school(self) -> object:
        return await self._find(self._known.school)

    async def _find_contract(self) -> object:
        return await self._find(str(self._known.delivered.order.contract_id)[:16])

    async def _of_school(self) -> object:
        return await school_trace(
            self._pool, self._vault, OPERATOR, self._known.school_id, self._moment(), Page(50)
        )

    async def _explain(self) -> object:
        terms_of = Directory(self._pool).contract
        return await explained_order(self._pool, terms_of, self._order, datetime.now(UTC), "en")

    async def _find(self, text: str) -> object:
        answer = await answer_search(self._pool, self._vault, SearchQuestion(text=text))
        if not answer.hits:
            raise LookupError("nothing was found")
        return answer

    def _moment(self) -> Moment:
        return moment_at(datetime.now(UTC), OVERDUE_SECONDS)
