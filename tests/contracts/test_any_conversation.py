"""Whatever shop, registry, portal, roster and operator say, in whatever order: these stay true."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from aanspraak.domain import ids
from aanspraak.domain.contract_terms import EQUAL, KEEP, WITHDRAW, ContractTerms
from aanspraak.domain.entitlement.commands import BlockEntitlement, UnblockEntitlement
from aanspraak.domain.order_users.commands import ListUsers
from adapters.postgres.connection import connect
from adapters.postgres.event_log import last_position, read_after
from adapters.postgres.follower_batch import Bookkeeper
from adapters.postgres.views import NAME, SCHEMA, Views
from tests.contracts import conversation_checks as checks
from tests.contracts.partners_at_large import Partners, Will
from tests.contracts.pool_case import PoolCase, pupil
from tests.domain.orders import MORNING, receive
from tests.domain.schools import add, remove, swap

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from contextlib import AbstractContextManager

    from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder

ROUNDS = 60
TODAY = date(2026, 9, 1)
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
PUPILS = range(1, 7)

some = st.integers(0, 999)
portals = st.sampled_from(("portal", "second", "third"))
pupils = st.sets(st.sampled_from(PUPILS), min_size=1, max_size=4)
wills: st.SearchStrategy[Will] = st.sampled_from(("does", "does", "does", "refuses", "rejects"))


class AnyConversation(RuleBasedStateMachine):
    """`databases` gives a new database for each conversation."""

    databases: Callable[[], AbstractContextManager[str]]

    def __init__(self) -> None:
        super().__init__()
        self.given = ExitStack()
        self.loop = self.given.enter_context(asyncio.Runner())
        url = self.given.enter_context(self.databases())
        self.open = AsyncExitStack()
        self.case = self.do(self._begin(url))
        self.partners = Partners()
        self.views = Views()
        self.requests = 0

    async def _begin(self, url: str) -> PoolCase:
        return PoolCase(conn=await self.open.enter_async_context(await connect(url, "test")))

    def do(self, work: Awaitable[Any]) -> Any:  # noqa: ANN401 - whatever it gives
        async def all_of_it() -> Any:  # noqa: ANN401 - as above
            return await work

        return self.loop.run(all_of_it())

    def submit(self, *asks: tuple[UUID, object]) -> None:
        self.do(self.case.submit(*asks))
        self.do(self._read())

    @initialize(present=pupils)
    def the_school_has_a_roster(self, present: set[int]) -> None:
        self.do(self.case.roster(sorted(present)))

    @rule(named=pupils)
    def the_shop_orders_by_name(self, named: set[int]) -> None:
        people = [pupil(number) for number in sorted(named)]
        command = self._order(delivery_type="school-students", users_count=len(people))
        users = ListUsers(subject_ids=tuple(people), user_reference_ids=tuple(people))
        stream = ids.order_stream(command.delivery_order_id)
        self.submit((command.users_stream, users), (stream, command))

    @rule(quantity=st.sampled_from((None, 1, 3)), on_full=st.sampled_from((KEEP, WITHDRAW)))
    def the_shop_orders_openly(self, quantity: int | None, on_full: Any) -> None:  # noqa: ANN401
        contract = ContractTerms(contract_id="contract-7", on_full=on_full, quantity_floor=EQUAL)
        command = self._order(
            delivery_type="school-all", users_count=0, total_quantity=quantity, contract=contract
        )
        self.submit((ids.order_stream(command.delivery_order_id), command))

    def _order(self, **terms: Any) -> ReceiveDeliveryOrder:  # noqa: ANN401
        self.requests += 1
        delivery_order_id = UUID(int=self.requests)
        stream = ids.order_stream(delivery_order_id)
        command = receive(
            **{
                "delivery_order_id": delivery_order_id,
                "reference_id": f"request-{self.requests}",
                "school_id": self.case.school,
                "users_stream": ids.users_stream(stream, "first"),
                "users_digest": "",
                "portals": ("portal",),
                "start_date": date(2020, 8, 1),
                "activation_until_date": date(2099, 7, 31),
                **terms,
            }
        )
        self.case.orders[stream] = command
        return command

    @precondition(lambda self: self.case.orders)
    @rule(which=some, late=st.integers(0, 2))
    def the_shop_cancels(self, which: int, late: int) -> None:
        self._again(which, late, wished_status="cancelled", end_date=TODAY)

    @precondition(lambda self: self.case.orders)
    @rule(which=some, quantity=st.integers(1, 2))
    def the_shop_lowers(self, which: int, quantity: int) -> None:
        self._again(which, 0, total_quantity=quantity)

    def _again(self, which: int, late: int, **changes: Any) -> None:  # noqa: ANN401
        """Ask something else of an order; as many hours late as a request may be overtaken."""
        self.requests += 1
        stream = _pick(list(self.case.orders), which)
        in_use = self.do(checks.in_use(self.case, stream))
        command = replace(
            self.case.orders[stream],
            reference_id=f"request-{self.requests}",
            in_use=in_use,
            date_last_modified=MORNING + timedelta(hours=self.requests - late),
            **changes,
        )
        self.submit((stream, command))

    @rule(present=pupils)
    def the_roster_changes(self, present: set[int]) -> None:
        self.do(self.case.roster(sorted(present)))

    @precondition(lambda self: self.partners.registry)
    @rule(which=some, mistaken=st.integers(0, 9))
    def somebody_begins_to_use_it(self, which: int, mistaken: int) -> None:
        """At the registry, which knows what may be used; once in a while it is mistaken."""
        there = self.partners.registry
        may = [one for one, has in there.items() if has.usable or (has.ready and not mistaken)]
        if may:
            self.partners.use(_pick(may, which), TODAY + timedelta(days=which % 3))

    @precondition(lambda self: self.partners.registry)
    @rule(which=some, again=st.booleans())
    def an_operator_blocks_or_unblocks(self, which: int, again: bool) -> None:
        stream = _pick(list(self.partners.registry), which)
        block = BlockEntitlement(reason_id=None, end_date=TODAY, now=NOW)
        self.submit((stream, UnblockEntitlement(reason_id=None, now=NOW) if again else block))

    @rule(portal=portals, new_portal=portals, what=st.sampled_from((add, remove, swap)))
    def an_operator_changes_the_portals_of_the_school(
        self,
        portal: str,
        new_portal: str,
        what: Any,  # noqa: ANN401
    ) -> None:
        named = (portal, new_portal) if what is swap else (portal,)
        self.submit((ids.school_stream(self.case.school), what(*named, self.case.school)))

    @precondition(lambda self: self.partners.sendable)
    @rule(which=st.lists(some, min_size=1, max_size=6), will=wills)
    def messages_go_out(self, which: Sequence[int], will: Will) -> None:
        for number in which:
            if keys := self.partners.sendable:
                self.partners.send(_pick(keys, number), will)

    @precondition(lambda self: self.partners.post)
    @rule(which=st.lists(st.tuples(some, st.booleans()), min_size=1, max_size=6))
    def answers_arrive(self, which: Sequence[tuple[int, bool]]) -> None:
        for number, twice in which:
            if self.partners.post:
                place = number % len(self.partners.post)
                self.submit(self.partners.arrive(place, twice=twice))

    @rule(size=st.sampled_from((1, 5, 1000)))
    def the_policies_go_on(self, size: int) -> None:
        self.do(self.case.follow(batches=1, size=size))
        self.do(self._read())

    @rule()
    def the_policies_catch_up(self) -> None:
        self.do(self.case.follow())
        self.do(self._read())

    @rule(size=st.sampled_from((1, 7, 1000)))
    def the_views_go_on(self, size: int) -> None:
        self.do(self._look(size))

    async def _look(self, size: int) -> int:
        """One batch; the position of the views behind it."""
        books = Bookkeeper(name=NAME, schema=SCHEMA, handle=self.views.handle, dead_letters=None)
        position = await books.read_bookmark(self.case.conn)
        facts = await read_after(self.case.conn, position, size)
        return await books.advance(self.case.conn, position, facts) if facts else position

    async def _read(self) -> None:
        while page := await read_after(self.case.conn, self.partners.position):
            self.partners.read(page)

    @override
    def teardown(self) -> None:
        try:
            self.do(self._end())
        finally:
            self.do(self.open.aclose())
            self.given.close()

    async def _end(self) -> None:
        await self._views_catch_up()
        await checks.whoever_is_waited_for_is_listed(self.case)
        await self._settle()
        await self._views_catch_up()
        await checks.all_is_well(self.case, self.partners)

    async def _views_catch_up(self) -> None:
        while await self._look(1000) < await last_position(self.case.conn):
            pass

    async def _settle(self) -> None:
        """Everything is delivered, and everybody has followed, until nothing moves."""
        for _ in range(ROUNDS):
            await self.case.follow()
            await self._read()
            if not self.partners.sendable and not self.partners.post:
                return
            for key in self.partners.sendable:
                self.partners.send(key, "does")
            while self.partners.post:
                await self.case.submit(self.partners.arrive(0, twice=False))
        pytest.fail("it never comes to rest")


def _pick(choices: Sequence[Any], number: int) -> Any:  # noqa: ANN401 - one of them
    return choices[number % len(choices)]


@pytest.mark.timeout(600)
def test_any_conversation(databases: Callable[[], AbstractContextManager[str]]) -> None:
    class WithDatabases(AnyConversation):
        pass

    WithDatabases.databases = staticmethod(databases)
    run_state_machine_as_test(
        WithDatabases,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )
