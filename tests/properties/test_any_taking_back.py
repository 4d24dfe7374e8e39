"""Cancelled, blocked, unblocked, used: whatever arrives first, it ends as the registry has it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from typing_extensions import override

from aanspraak.application.delivery_progress import EntitlementProgress, OrderProgress
from aanspraak.application.policies import react, started
from aanspraak.domain.entitlement.commands import (
    BlockEntitlement,
    CancelEntitlement,
    UnblockEntitlement,
)
from aanspraak.domain.entitlement.events import EntitlementCreated
from aanspraak.domain.entitlement.evolve import replay
from aanspraak.domain.errors import EntitlementIsCancelled
from projections.entitlement_details import EntitlementDetails, fold
from tests.contracts.partners_at_large import Partners, Will
from tests.domain.entitlements import ENTITLEMENT, create
from tests.projections.facts import Log

if TYPE_CHECKING:
    from aanspraak.domain.entitlement.state import Entitlement
    from aanspraak.domain.recorded import Recorded

ROUNDS = 40
TODAY = date(2026, 9, 1)
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
ONE_PORTAL = create(portals=("portal",))

some = st.integers(0, 999)
wills: st.SearchStrategy[Will] = st.sampled_from(("does", "does", "refuses", "rejects"))


class AnyTakingBack(RuleBasedStateMachine):
    """One entitlement, its registry and portal; `unread` are facts the policies have not seen."""

    def __init__(self) -> None:
        super().__init__()
        self.log = Log()
        self.partners = Partners()
        self.unread: list[Recorded] = []
        self.row: EntitlementDetails | None = None
        self.progress: EntitlementProgress | None = None
        self.cancels = 0
        self.submit(ONE_PORTAL)

    def submit(self, command: object) -> None:
        try:
            facts = self.log.ask(ENTITLEMENT, command)
        except EntitlementIsCancelled:
            return
        self.partners.read(facts)
        self.unread += facts
        for recorded in facts:
            self.row = fold(self.row, recorded)

    @property
    def state(self) -> Entitlement:
        state = replay([recorded.event for recorded in self.log.of(ENTITLEMENT)])  # type: ignore[misc]
        assert state is not None
        return state

    @rule()
    def it_is_to_be_cancelled(self) -> None:
        self.cancels += 1
        command = CancelEntitlement(
            cancel_id=f"cancel-{self.cancels}",
            cause="operator",
            reason_id=None,
            end_date=TODAY,
            now=NOW,
        )
        self.submit(command)

    @rule(again=st.booleans())
    def it_is_to_be_blocked_or_unblocked(self, again: bool) -> None:
        block = BlockEntitlement(reason_id=None, end_date=TODAY, now=NOW)
        self.submit(UnblockEntitlement(reason_id=None, now=NOW) if again else block)

    @precondition(lambda self: self.partners.registry[ENTITLEMENT].usable)
    @rule()
    def its_user_begins(self) -> None:
        self.partners.use(ENTITLEMENT, TODAY + timedelta(days=1))

    @precondition(lambda self: self.partners.sendable)
    @rule(which=some, will=wills)
    def a_message_goes_out(self, which: int, will: Will) -> None:
        keys = self.partners.sendable
        self.partners.send(keys[which % len(keys)], will)

    @precondition(lambda self: self.partners.post)
    @rule(which=some, twice=st.booleans())
    def an_answer_arrives(self, which: int, twice: bool) -> None:
        place = which % len(self.partners.post)
        self.submit(self.partners.arrive(place, twice=twice)[1])

    @precondition(lambda self: self.unread)
    @rule(facts=st.integers(1, 5))
    def the_policies_go_on(self, facts: int) -> None:
        seen, self.unread = self.unread[:facts], self.unread[facts:]
        for recorded in seen:
            self._follow(recorded)

    def _follow(self, recorded: Recorded) -> None:
        if isinstance(recorded.event, EntitlementCreated):
            self.progress = started(recorded.event)
        assert self.progress is not None
        reaction = react(recorded, self.progress, OrderProgress(expected=1))
        self.progress = reaction.entitlement
        for each in reaction.asks:
            if each.stream_id == ENTITLEMENT:
                self.submit(each.command)

    @invariant()
    def it_is_shown_with_the_status_that_it_has(self) -> None:
        assert self.row is not None
        assert self.row.status == self.state.status.value

    @override
    def teardown(self) -> None:
        self._settle()
        there, state = self.partners.registry[ENTITLEMENT], self.state
        assert self.row is not None
        assert self.row.under_way in ("", "block-refused")
        assert state.withdrawal is None
        if state.cancelled:
            assert there.cancelled or not there.ready
        else:
            assert (there.cancelled, there.blocked) == (False, state.blocked)
        if self.partners.shown.get((ENTITLEMENT, "portal")):
            assert there.usable

    def _settle(self) -> None:
        """Everything is delivered and followed, until nothing moves."""
        for _ in range(ROUNDS):
            self.the_policies_go_on_to_the_end()
            if not self.partners.sendable and not self.partners.post:
                return
            for key in self.partners.sendable:
                self.partners.send(key, "does")
            while self.partners.post:
                self.submit(self.partners.arrive(0, twice=False)[1])
        raise AssertionError("it never comes to rest")

    def the_policies_go_on_to_the_end(self) -> None:
        while self.unread:
            self._follow(self.unread.pop(0))


AnyTakingBack.TestCase.settings = settings(max_examples=150, stateful_step_count=30)
TestAnyTakingBack = AnyTakingBack.TestCase
