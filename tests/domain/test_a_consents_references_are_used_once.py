from __future__ import annotations

from dataclasses import replace

import pytest

from aanspraak.domain.consent.commands import (
    RecordConsentMessageGivenUp,
    RecordConsentMessageRejected,
    RecordConsentMessageTaken,
)
from aanspraak.domain.consent.events import (
    ConsentConfirmed,
    ConsentEnded,
    ConsentMessageGivenUp,
    ConsentMessageTaken,
    ConsentNotified,
    ConsentRequested,
    ConsentRevoked,
    ConsentTookEffect,
)
from aanspraak.domain.errors import (
    ConsumerReferenceUnknown,
    ConsumerReferenceUsed,
    ProviderReferenceUnknown,
    ProviderReferenceUsed,
    UnknownReference,
)
from tests.domain.consents import (
    ASK,
    AT_ADMINISTRATION,
    CONFIRM,
    GIVE,
    NOTIFY,
    REQUEST,
    REVOKE,
    TAKE_BACK,
    confirm,
    notify,
    our_reference,
)
from tests.spec import asked, given


@pytest.mark.parametrize("message", [CONFIRM, TAKE_BACK])
def test_of_a_consent_that_nobody_heard_of_the_providers_reference_is_unknown(
    message: object,
) -> None:
    given().when(message).refused(ProviderReferenceUnknown)


def test_a_confirmation_names_the_consent_as_we_do_now() -> None:
    given(*asked(GIVE)).when(confirm(our_reference="x")).refused(ProviderReferenceUnknown)
    again = asked(GIVE, CONFIRM, REVOKE, GIVE)
    given(*again).when(confirm(status="declined")).refused(ProviderReferenceUsed)
    new = confirm(our_reference=our_reference(2), status="declined")
    given(*again).when(new).then_kinds(ConsentConfirmed, ConsentEnded)


def test_a_partner_keeps_its_reference_as_long_as_the_consent() -> None:
    given(*asked(GIVE, CONFIRM)).when(confirm(their_reference="theirs-2")).refused(
        ConsumerReferenceUnknown
    )
    revoke = replace(TAKE_BACK, their_reference="theirs-2")
    given(*asked(GIVE, CONFIRM)).when(revoke).refused(ConsumerReferenceUnknown)


@pytest.mark.parametrize("late", [CONFIRM, REQUEST])
def test_what_comes_late_or_twice_brings_back_nothing_that_was_taken_back(late: object) -> None:
    given(*asked(GIVE, CONFIRM, TAKE_BACK)).when(late).refused(ConsumerReferenceUsed)


def test_a_revoke_may_overtake_the_confirmation_that_it_takes_back() -> None:
    given(*asked(GIVE)).when(TAKE_BACK).then_kinds(ConsentRevoked)
    given(*asked(GIVE, TAKE_BACK)).when(CONFIRM).refused(ConsumerReferenceUsed)


def test_under_a_new_reference_a_partner_may_want_it_again() -> None:
    revoked = asked(GIVE, CONFIRM, TAKE_BACK)
    given(*revoked).when(confirm(their_reference="theirs-2")).then_kinds(
        ConsentConfirmed, ConsentTookEffect
    )
    *kinds, effect = given(*revoked).when(replace(REQUEST, their_reference="theirs-2")).facts()
    assert isinstance(kinds[0], ConsentRequested)
    assert isinstance(effect, ConsentTookEffect)


def test_a_reference_that_was_replaced_is_used_up() -> None:
    replaced = asked(REQUEST, replace(REQUEST, their_reference="theirs-2"))
    given(*replaced).when(REQUEST).refused(ConsumerReferenceUsed)


def test_an_administration_answers_our_request_by_our_reference() -> None:
    given().when(NOTIFY).refused(ConsumerReferenceUnknown)
    given(*asked(ASK)).when(notify(our_reference="x")).refused(ConsumerReferenceUnknown)
    again = asked(ASK, NOTIFY, REVOKE, ASK)
    given(*again).when(notify(status="declined")).refused(ConsumerReferenceUsed)


def test_an_administration_may_notify_under_another_reference_once() -> None:
    history = asked(ASK, NOTIFY)
    given(*history).when(notify(their_reference="theirs-2", status="declined")).then_kinds(
        ConsentNotified, ConsentEnded
    )
    replaced = asked(ASK, NOTIFY, notify(their_reference="theirs-2"))
    given(*replaced).when(notify(status="declined")).refused(ProviderReferenceUsed)


def test_an_administrations_revoke_is_about_what_it_told_of() -> None:
    ours = our_reference(about=AT_ADMINISTRATION)
    revoke = replace(TAKE_BACK, our_reference=ours)
    given(*asked(ASK, NOTIFY)).when(revoke).then_kinds(ConsentRevoked, ConsentEnded)
    unknown = replace(revoke, their_reference="theirs-2")
    given(*asked(ASK, NOTIFY)).when(unknown).refused(ProviderReferenceUnknown)
    without = replace(revoke, our_reference="", their_reference="")
    given(*asked(ASK, NOTIFY)).when(without).then_kinds(ConsentRevoked, ConsentEnded)


def test_the_first_outcome_of_a_message_counts_and_giving_up_is_none() -> None:
    gave_up = RecordConsentMessageGivenUp(number=1, attempts=5)
    taken = RecordConsentMessageTaken(number=1)
    given(*asked(GIVE)).when(gave_up).then_kinds(ConsentMessageGivenUp)
    given(*asked(GIVE, gave_up)).when(gave_up).nothing_happens()
    given(*asked(GIVE, gave_up)).when(taken).then(ConsentMessageTaken(number=1))
    rejected = RecordConsentMessageRejected(number=1, http_status=400, status=11)
    given(*asked(GIVE, taken)).when(rejected).nothing_happens()
    given(*asked(GIVE)).when(RecordConsentMessageTaken(number=2)).refused(UnknownReference)
    given().when(taken).refused(UnknownReference)
