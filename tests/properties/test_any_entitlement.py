"""Whatever partners say of an entitlement, in whatever order, these stay true."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from aanspraak.application.aggregates import aggregate_of
from aanspraak.domain.entitlement.commands import (
    CreateEntitlement,
    EntitlementCommand,
    RecordRequestDropped,
    RecordRequestGivenUp,
    RecordRequestRejected,
    RecordRequestTaken,
    ReportInitialActivation,
    RequestLinks,
    TakeConfirmation,
)
from aanspraak.domain.entitlement.events import (
    EntitlementEntitled,
    InitialActivationReported,
    LinkLost,
    LinkPlaced,
    LinkRefused,
    LinkRequested,
    RegistryRefused,
    RegistryRequested,
    UnexpectedConfirmationReceived,
)
from aanspraak.domain.entitlement.state import Entitlement, EntitlementStatus
from aanspraak.domain.errors import DomainError, NotYours, UnknownReference
from tests.domain.entitlements import CREATE, EVENING, NOON, PUPIL, SOMEBODY_ELSE, reference
from tests.properties.stories import Story

partners = st.sampled_from(("publisher", "publisher", "portal-a", "portal-b", "stranger"))
references = st.one_of(st.builds(reference, partners, st.integers(1, 3)), st.just(UUID(int=0)))
confirmations = st.builds(
    TakeConfirmation,
    partner=partners,
    reference_id=references,
    receive_id=st.sampled_from(("one", "two", "three", "four")),
    processed_timestamp=st.integers(0, 2).map(lambda hours: NOON + timedelta(hours=hours)),
    success=st.booleans(),
    status=st.sampled_from((0, 4099)),
    status_message_id=st.none(),
    new_entitlement_status=st.sampled_from(
        (None, "created", "entitled", "entitled", "licensed", "cancelled", "blocked")
    ),
    portal=st.sampled_from((None, "portal-a", "portal-b")),
    url_status=st.sampled_from(
        (None, "initialized", "processed", "processed", "expired", "cancelled", "blocked")
    ),
)
portals = st.lists(st.sampled_from(("portal-a", "portal-b")), max_size=3).map(tuple)
link_requests = st.builds(RequestLinks, portals=portals, now=st.just(EVENING))
activations = st.builds(
    ReportInitialActivation,
    registry=st.sampled_from(("publisher", "publisher", "publisher", "stranger")),
    user_subject_id=st.sampled_from((PUPIL, SOMEBODY_ELSE)),
    another_user=st.booleans(),
    product_id=st.sampled_from(("9789001234567", "9789007654321", "9789009999999")),
    usage_date=st.sampled_from((date(2026, 7, 1), date(2026, 9, 1), date(2027, 9, 1))),
    expiration_date=st.sampled_from((date(2027, 7, 31), date(2028, 7, 31), date(2026, 12, 31))),
)
numbers = st.integers(0, 3)
outcomes = st.one_of(
    st.builds(RecordRequestTaken, partner=partners, number=numbers),
    st.builds(
        RecordRequestRejected,
        partner=partners,
        number=numbers,
        http_status=st.just(400),
        status=st.none(),
    ),
    st.builds(RecordRequestDropped, partner=partners, number=numbers, reason=st.just("forgotten")),
    st.builds(RecordRequestGivenUp, partner=partners, number=numbers, attempts=st.just(5)),
)
creations = st.builds(
    lambda portals, expiration_date, lane: CreateEntitlement(
        **{
            **vars(CREATE),
            "portals": portals,
            "expiration_date": expiration_date,
            "lane": lane,
        }
    ),
    portals,
    st.sampled_from((None, date(2027, 7, 31))),
    st.sampled_from(("prompt", "bulk")),
)
STATUSES = list(EntitlementStatus)
CONFIRMING = (
    EntitlementEntitled
    | RegistryRefused
    | LinkPlaced
    | LinkRefused
    | LinkLost
    | UnexpectedConfirmationReceived
)


class AnyEntitlement(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.story = Story(aggregate_of(CREATE))

    @property
    def entitlement(self) -> Entitlement:
        assert isinstance(self.story.state, Entitlement)
        return self.story.state

    def kinds(self, *kinds: type[Any]) -> list[Any]:
        return [fact for fact in self.story.history if isinstance(fact, kinds)]

    def ask(self, command: EntitlementCommand) -> tuple[object, ...] | DomainError:
        """Ask; and once more, which must change nothing."""
        before = self.entitlement
        came = self.story.ask(command)
        after = self.entitlement
        if isinstance(came, DomainError):
            assert after == before
            return came
        if after.status is not before.status:
            assert isinstance(command, TakeConfirmation | ReportInitialActivation)
            assert STATUSES.index(after.status) > STATUSES.index(before.status)
        assert self.story.would_follow(command) == ()
        return came

    @initialize(command=creations)
    def it_is_created(self, command: CreateEntitlement) -> None:
        self.story.ask(command)
        assert self.story.would_follow(command) == ()

    @rule(command=creations)
    def it_is_created_again(self, command: CreateEntitlement) -> None:
        assert self.ask(command) == ()

    @rule(command=confirmations)
    def a_partner_confirms(self, command: TakeConfirmation) -> None:
        request = self.entitlement.requests.get(command.reference_id)
        came = self.ask(command)
        if isinstance(came, DomainError):
            assert type(came) is (NotYours if request else UnknownReference)
            return
        assert request is not None
        assert request.partner == command.partner

    @rule(command=link_requests)
    def a_policy_asks_for_links(self, command: RequestLinks) -> None:
        assert not isinstance(self.ask(command), DomainError)

    @rule(command=activations)
    def it_is_activated(self, command: ReportInitialActivation) -> None:
        came = self.ask(command)
        if isinstance(came, DomainError):
            assert type(came) is NotYours
            assert command.registry == "stranger"
            return
        assert self.entitlement.status is EntitlementStatus.LICENSED
        ends = self.entitlement.expiration_date
        assert ends is not None
        assert ends >= command.expiration_date

    @rule(command=outcomes)
    def a_message_was_sent(
        self,
        command: RecordRequestTaken
        | RecordRequestRejected
        | RecordRequestDropped
        | RecordRequestGivenUp,
    ) -> None:
        sent = self.entitlement.numbers.get(command.partner, 0)
        came = self.ask(command)
        if isinstance(came, DomainError):
            assert type(came) is UnknownReference
            assert not 1 <= command.number <= sent

    @invariant()
    def folding_fact_by_fact_is_folding_at_once(self) -> None:
        assert self.story.folded_at_once_is_the_same()

    @override
    def teardown(self) -> None:
        assert self.story.folded_in_two_parts_is_the_same()

    @invariant()
    def it_is_used_for_the_first_time_at_most_once(self) -> None:
        used = [fact.first for fact in self.kinds(InitialActivationReported)]
        assert used == [True, *[False] * (len(used) - 1)][: len(used)]

    @invariant()
    def no_link_is_asked_for_before_it_is_ready_or_in_use(self) -> None:
        ready = False
        for fact in self.story.history:
            ready = ready or isinstance(fact, EntitlementEntitled | InitialActivationReported)
            assert ready or not isinstance(fact, LinkRequested)

    @invariant()
    def messages_to_a_partner_are_numbered_without_a_gap(self) -> None:
        sent: dict[str, list[int]] = defaultdict(list)
        for fact in self.story.history:
            if isinstance(fact, RegistryRequested):
                sent[fact.registry].append(fact.number)
            if isinstance(fact, LinkRequested):
                sent[fact.portal].append(fact.number)
        for counted in sent.values():
            assert counted == list(range(1, len(counted) + 1))

    @invariant()
    def every_message_has_a_reference_id_of_its_own(self) -> None:
        named = [fact.reference_id for fact in self.kinds(RegistryRequested, LinkRequested)]
        assert len(named) == len(set(named))

    @invariant()
    def only_what_was_asked_is_confirmed(self) -> None:
        registry = {fact.reference_id for fact in self.kinds(RegistryRequested)}
        links = {fact.reference_id: fact.portal for fact in self.kinds(LinkRequested)}
        for fact in self.kinds(EntitlementEntitled, RegistryRefused):
            assert fact.reference_id in registry
        for fact in self.kinds(LinkPlaced, LinkRefused, LinkLost):
            assert links[fact.reference_id] == fact.portal

    @invariant()
    def a_confirmation_counts_once(self) -> None:
        said = [
            (fact.reference_id, fact.receive_id)
            for fact in self.story.history
            if isinstance(fact, CONFIRMING)
        ]
        assert len(said) == len(set(said))


AnyEntitlement.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
TestAnyEntitlement = AnyEntitlement.TestCase
