"""Whatever is asked of an order, in whatever order, these stay true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from typing_extensions import override

from aanspraak.application.aggregates import aggregate_of
from aanspraak.domain.activation_period import ActivationPeriod
from aanspraak.domain.contract_terms import ContractTerms
from aanspraak.domain.delivery_order.commands import (
    CompleteDelivery,
    DeliveryOrderCommand,
    LicenseDeliveryOrder,
    ReceiveDeliveryOrder,
    RecordConfirmationGivenUp,
    RecordConfirmationRejected,
    RecordConfirmationTaken,
)
from aanspraak.domain.delivery_order.events import (
    ConfirmationIssued,
    DeliveryOrderLicensed,
    DeliveryOrderReceived,
    DeliveryOrderRequestRefused,
)
from aanspraak.domain.delivery_order.state import DeliveryOrder, DeliveryOrderStatus
from aanspraak.domain.errors import DomainError, NotYours, UnknownReference
from aanspraak.domain.licence_period import LicencePeriod
from aanspraak.domain.product_terms import ProductTerms
from tests.domain.orders import EVENING, MORNING, RECEIVE, TERMS
from tests.properties.stories import Story


def usually(value: object, *others: object) -> st.SearchStrategy[Any]:
    """Mostly the same, so that one request of many faults is not the only kind there is."""
    return st.sampled_from((*(value,) * 6, *others))


terms = st.builds(
    ProductTerms,
    product_id=st.just(TERMS.product_id),
    registry=st.just("publisher"),
    kind=usually("digital", "combi", "physical"),
    status=usually("available", "not-yet-available", "no-longer-available"),
    licence_period=st.one_of(
        st.builds(LicencePeriod, variant=st.sampled_from(("month", "year", "schoolyear"))),
        st.builds(LicencePeriod, variant=st.just("days"), days=st.integers(1, 10**6)),
    ),
    delivery_types=usually((), ("school-employees",)),
    bundled_products=st.just(()),
    has_access_url=st.booleans(),
    activation_period=st.one_of(
        st.none(),
        st.just(ActivationPeriod(variant="schoolyear")),
        st.builds(ActivationPeriod, variant=st.just("days"), days=st.integers(0, 10**6)),
        st.builds(ActivationPeriod, variant=st.just("date"), until=st.dates()),
    ),
    first_published_date=usually(None, date(2020, 1, 1), date(2030, 1, 1)),
    supported_until_date=usually(None, date(2020, 1, 1), date(2030, 1, 1)),
    end_of_life_date=usually(None, date(2020, 1, 1), date(2030, 1, 1)),
    missed=st.booleans(),
)
requests = st.builds(
    ReceiveDeliveryOrder,
    delivery_order_id=st.just(RECEIVE.delivery_order_id),
    shop=usually("bookshop", "another-shop"),
    reference_id=st.sampled_from(("first", "second", "third", "fourth")),
    contract_id=usually("contract-7", None),
    buyer_school_id=st.just(RECEIVE.buyer_school_id),
    buyer_subject_id=st.none(),
    product_id=st.just(TERMS.product_id),
    product=st.one_of(st.just(TERMS), terms, usually(TERMS, None)),
    delivery_type=usually("school-students", "school-all"),
    school_id=st.just(RECEIVE.school_id),
    organisation_master_identifier=st.none(),
    organisation_ids=st.just(()),
    users_stream=st.just(RECEIVE.users_stream),
    users_count=usually(3, 0, 51, 20_001),
    users_digest=usually(RECEIVE.users_digest, "other digest"),
    codes_taken=usually((), (0,)),
    selection=st.just(("one", "two")),
    unknown_selection=usually((), (1,)),
    quantities=usually((None, None), (10, 20), (0, None)),
    total_quantity=usually(30, None, 29, 0),
    in_use=usually(0, 30),
    contract=st.builds(
        ContractTerms,
        contract_id=st.just("contract-7"),
        release=usually("automatic", "manual"),
        on_full=usually("keep", "withdraw"),
        quantity_floor=usually("above", "equal"),
    ),
    portals=usually(RECEIVE.portals, (), RECEIVE.portals[::-1], (*RECEIVE.portals, "portal-a")),
    unknown_portals=usually((), (0,)),
    start_date=st.just(RECEIVE.start_date),
    activation_until_date=usually(RECEIVE.activation_until_date, date(2026, 7, 31)),
    end_date=st.none(),
    wished_status=usually("ordered", "created", "processed", "licensed", "cancelled"),
    date_created=st.just(MORNING),
    date_last_modified=st.integers(0, 3).map(lambda hours: MORNING + timedelta(hours=hours)),
    user_limit=st.just(20_000),
    small_order=st.just(50),
    now=st.just(EVENING),
)
counts = st.builds(
    CompleteDelivery,
    delivered=st.integers(0, 3),
    refused=st.integers(0, 3),
    now=st.just(EVENING),
)
activations = st.builds(
    LicenseDeliveryOrder, usage_date=st.just(date(2026, 9, 1)), now=st.just(EVENING)
)
numbers = st.integers(0, 8)
outcomes = st.one_of(
    st.builds(RecordConfirmationTaken, number=numbers),
    st.builds(
        RecordConfirmationRejected, number=numbers, http_status=st.just(400), status=st.none()
    ),
    st.builds(RecordConfirmationGivenUp, number=numbers, attempts=st.just(5)),
)
STATUSES = list(DeliveryOrderStatus)


class AnyDeliveryOrder(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.story = Story(aggregate_of(RECEIVE))

    @property
    def order(self) -> DeliveryOrder:
        return self.story.state or DeliveryOrder()

    def kinds(self, kind: type[Any]) -> list[Any]:
        return [fact for fact in self.story.history if isinstance(fact, kind)]

    def ask(self, command: DeliveryOrderCommand) -> tuple[object, ...] | DomainError:
        before = self.order
        came = self.story.ask(command)
        after = self.order
        if isinstance(came, DomainError):
            assert after == before
        if after.status is not before.status:
            assert isinstance(command, CompleteDelivery | LicenseDeliveryOrder)
            assert STATUSES.index(after.status) > STATUSES.index(before.status)
        return came

    @initialize(accepted=usually(True, False))
    def it_may_begin_well(self, *, accepted: bool) -> None:
        if accepted:
            self.story.ask(RECEIVE)

    @rule(command=requests)
    def a_request_comes(self, command: ReceiveDeliveryOrder) -> None:
        known = (command.shop, command.reference_id) in self.order.requests
        accepted = self.order.received is not None
        came = self.ask(command)
        if isinstance(came, DomainError):
            assert type(came) is NotYours
            return
        if not known:
            self._was_processed(came, accepted=accepted)
        for fact in self.story.would_follow(command):
            assert isinstance(fact, ConfirmationIssued)
            assert fact.repeated
            assert fact.receive_id in {told.receive_id for told in self.kinds(ConfirmationIssued)}

    def _was_processed(self, facts: tuple[object, ...], *, accepted: bool) -> None:
        """A first request is accepted, or answered with the status of what was accepted."""
        if isinstance(facts[0], DeliveryOrderReceived):
            assert not accepted
            assert len(facts) == 1
            return
        _, told = facts
        assert isinstance(told, ConfirmationIssued)
        assert (told.new_status is not None) == accepted
        assert told.success == (not isinstance(facts[0], DeliveryOrderRequestRefused))

    @rule(command=st.one_of(counts, activations))
    def a_policy_asks(self, command: CompleteDelivery | LicenseDeliveryOrder) -> None:
        assert not isinstance(self.ask(command), DomainError)
        assert self.story.would_follow(command) == ()

    @rule(command=outcomes)
    def a_message_was_sent(
        self,
        command: RecordConfirmationTaken | RecordConfirmationRejected | RecordConfirmationGivenUp,
    ) -> None:
        sent = len(self.kinds(ConfirmationIssued))
        came = self.ask(command)
        if isinstance(came, DomainError):
            assert type(came) is UnknownReference
            assert not 1 <= command.number <= sent
            return
        assert self.story.would_follow(command) == ()

    @invariant()
    def folding_fact_by_fact_is_folding_at_once(self) -> None:
        assert self.story.folded_at_once_is_the_same()

    @override
    def teardown(self) -> None:
        assert self.story.folded_in_two_parts_is_the_same()

    @invariant()
    def answers_are_numbered_without_a_gap(self) -> None:
        told = self.kinds(ConfirmationIssued)
        assert [answer.number for answer in told] == list(range(1, len(told) + 1))

    @invariant()
    def every_new_answer_has_a_receive_id_of_its_own(self) -> None:
        new = [told.receive_id for told in self.kinds(ConfirmationIssued) if not told.repeated]
        assert len(new) == len(set(new))

    @invariant()
    def it_is_received_once_and_licensed_once(self) -> None:
        assert len(self.kinds(DeliveryOrderReceived)) <= 1
        assert len(self.kinds(DeliveryOrderLicensed)) <= 1

    @precondition(lambda self: self.order.received is None)
    @invariant()
    def what_was_never_accepted_is_neither_processed_nor_licensed(self) -> None:
        assert self.order.status is DeliveryOrderStatus.ORDERED


AnyDeliveryOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
TestAnyDeliveryOrder = AnyDeliveryOrder.TestCase


@given(command=requests, start=st.dates(), until=st.dates(), of=terms)
def test_an_order_with_any_dates_is_taken_or_refused_never_a_bug(
    command: ReceiveDeliveryOrder, start: date, until: date, of: ProductTerms
) -> None:
    asked = replace(command, start_date=start, activation_until_date=until, product=of)
    came = Story(aggregate_of(asked)).ask(asked)
    assert isinstance(came, tuple)
    assert isinstance(came[0], DeliveryOrderReceived | DeliveryOrderRequestRefused)
