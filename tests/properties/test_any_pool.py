"""Whatever a roster says, whatever is activated and cancelled, these stay true of a pool."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from aanspraak.application.pool import Brake, PoolOrder, Turn, resolve
from tests.application.pools import order

PEOPLE = st.sets(st.integers(0, 40))
STREAMS = [UUID(int=number) for number in (1, 2, 3)]


class AnyPool(RuleBasedStateMachine):
    """Three orders; the roster and the registry do as they like."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: dict[UUID, PoolOrder] = {}
        self.turns: dict[tuple[UUID, UUID, int], Turn] = {}

    @rule(
        stream=st.sampled_from(STREAMS),
        people=PEOPLE,
        quantity=st.sampled_from((None, 1, 5)),
        on_full=st.sampled_from(("keep", "withdraw")),
        braked=st.booleans(),
    )
    def the_roster_says(
        self, stream: UUID, people: set[int], quantity: int | None, on_full: str, braked: bool
    ) -> None:
        said = order(stream, people, total_quantity=quantity, on_full=on_full, braked=braked)
        self.orders[stream] = said
        self.follow()

    @rule(stream=st.sampled_from(STREAMS), paused=st.booleans())
    def a_cancellation_begins_or_is_refused(self, stream: UUID, paused: bool) -> None:
        if stream in self.orders:
            self.orders[stream] = replace(self.orders[stream], paused=paused)
            self.follow()

    @rule(stream=st.sampled_from(STREAMS))
    def an_order_is_cancelled(self, stream: UUID) -> None:
        if not any(turn.in_use for turn in self.turns.values() if turn.order == stream):
            self.orders.pop(stream, None)
            self.turns = {key: each for key, each in self.turns.items() if each.order != stream}
            self.follow()

    @precondition(lambda self: self.turns)
    @rule(data=st.data(), outcome=st.sampled_from(("in use", "cancelled", "kept")))
    def the_registry_says(self, data: st.DataObject, outcome: str) -> None:
        key = data.draw(st.sampled_from(sorted(self.turns)))
        turn = self.turns[key]
        if outcome == "in use":
            self.turns[key] = replace(turn, in_use=True)
        elif turn.state == "leaving":
            self.turns[key] = replace(turn, state=outcome)
        self.follow()

    def follow(self) -> None:
        pool = self.pool()
        for change in resolve(pool, self.turns.values(), Brake()):
            for subject_id, nth, cause in change.left:
                leaver = self.turns[change.order, subject_id, nth]
                assert not leaver.in_use
                assert leaver.state == "live"
                leaving = replace(leaver, state="leaving", cause=cause)
                self.turns[change.order, subject_id, nth] = leaving
            for match, nth in change.joined:
                key = (change.order, match.subject_id, nth)
                assert key not in self.turns
                self.turns[key] = Turn(order=change.order, subject_id=match.subject_id, turn=nth)

    def pool(self) -> list[PoolOrder]:
        """The orders that are there, oldest first, with the activations that there were."""
        used = Counter(turn.order for turn in self.turns.values() if turn.in_use)
        return [
            replace(self.orders[stream], activations=used[stream])
            for stream in STREAMS
            if stream in self.orders
        ]

    @invariant()
    def nobody_is_twice_live_in_a_pool(self) -> None:
        live = Counter(turn.subject_id for turn in self.turns.values() if turn.state != "cancelled")
        assert all(count == 1 for count in live.values())

    @invariant()
    def resolved_again_nothing_changes(self) -> None:
        for change in resolve(self.pool(), self.turns.values(), Brake()):
            assert (change.joined, change.left) == ([], [])

    @invariant()
    def without_a_limit_everybody_on_the_roster_has_one(self) -> None:
        held = {turn.subject_id for turn in self.turns.values() if turn.holds}
        for each in self.orders.values():
            if each.total_quantity is None and not each.paused:
                assert {match.subject_id for match in each.matches} <= held


AnyPool.TestCase.settings = settings(max_examples=150, stateful_step_count=30)
TestAnyPool = AnyPool.TestCase
