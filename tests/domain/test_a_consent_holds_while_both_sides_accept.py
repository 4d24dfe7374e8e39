from __future__ import annotations

from dataclasses import replace

import pytest

from aanspraak.domain.consent.commands import RecordConsentMissed
from aanspraak.domain.consent.events import (
    ConsentConfirmed,
    ConsentDeclined,
    ConsentEnded,
    ConsentGiven,
    ConsentMessageIssued,
    ConsentMissed,
    ConsentNotified,
    ConsentRegistered,
    ConsentRequested,
    ConsentRevoked,
    ConsentTookEffect,
)
from tests.domain.consents import (
    ASK,
    AT_ADMINISTRATION,
    CONFIRM,
    GIVE,
    NOTIFY,
    REASON,
    REQUEST,
    REVOKE,
    SCHOOL,
    SETTLE,
    TAKE_BACK,
    confirm,
    our_reference,
)
from tests.spec import asked, given

TOOK_EFFECT = ConsentTookEffect(
    school_id=SCHOOL, partner="portal-a", api="entitlement-api", scope="entitlement.portal"
)


def test_given_by_us_it_waits_for_the_partner_who_is_told() -> None:
    given().when(GIVE).then_kinds(ConsentRegistered, ConsentGiven, ConsentMessageIssued)
    *_, message = given().when(GIVE).facts()
    assert isinstance(message, ConsentMessageIssued)
    assert (message.kind, message.status, message.number) == ("notification", "accepted", 1)
    assert (message.our_reference, message.their_reference) == (our_reference(), None)


def test_confirmed_by_the_partner_it_takes_effect() -> None:
    given(*asked(GIVE)).when(CONFIRM).then(
        ConsentConfirmed(
            their_reference="theirs-1", status="accepted", by_partner=True, reason_id=None
        ),
        TOOK_EFFECT,
    )


def test_asked_for_by_the_partner_it_waits_for_us() -> None:
    given().when(REQUEST).then_kinds(ConsentRegistered, ConsentRequested)
    given(*asked(REQUEST)).when(GIVE).then_kinds(
        ConsentGiven, ConsentMessageIssued, ConsentTookEffect
    )


def test_asked_for_after_we_gave_it_takes_effect_and_our_reference_is_told() -> None:
    *_, told, effect = given(*asked(GIVE)).when(REQUEST).facts()
    assert isinstance(told, ConsentMessageIssued)
    assert (told.kind, told.number, told.their_reference) == ("notification", 2, "theirs-1")
    assert effect == TOOK_EFFECT


def test_an_operator_may_know_that_the_partner_accepts_and_then_nobody_is_told() -> None:
    given().when(SETTLE).then_kinds(
        ConsentRegistered, ConsentConfirmed, ConsentGiven, ConsentTookEffect
    )
    given(*asked(GIVE)).when(SETTLE).then_kinds(ConsentConfirmed, ConsentTookEffect)


def test_a_partner_that_cannot_be_told_is_not() -> None:
    given().when(replace(GIVE, tells=False)).then_kinds(ConsentRegistered, ConsentGiven)


@pytest.mark.parametrize("again", [GIVE, SETTLE, CONFIRM, REQUEST])
def test_what_is_so_already_changes_nothing(again: object) -> None:
    given(*asked(GIVE, CONFIRM)).when(again).nothing_happens()


@pytest.mark.parametrize("status", ["pending", "declined"])
def test_a_partner_that_does_not_accept_any_more_ends_it(status: str) -> None:
    given(*asked(GIVE, CONFIRM)).when(confirm(status=status)).then_kinds(
        ConsentConfirmed, ConsentEnded
    )


def test_taken_back_by_us_it_ends_and_the_partner_is_told() -> None:
    *_, told, ended = given(*asked(GIVE, CONFIRM)).when(REVOKE).facts()
    assert isinstance(told, ConsentMessageIssued)
    assert (told.kind, told.status, told.their_reference) == ("revoke", "revoked", "theirs-1")
    assert isinstance(ended, ConsentEnded)
    given(*asked(GIVE, CONFIRM, REVOKE)).when(REVOKE).nothing_happens()
    given().when(REVOKE).nothing_happens()


def test_taken_back_before_the_partner_confirmed_it_is_told_as_declined() -> None:
    given(*asked(GIVE)).when(REVOKE).then_kinds(ConsentRevoked, ConsentMessageIssued)
    *_, told = given(*asked(GIVE)).when(REVOKE).facts()
    assert isinstance(told, ConsentMessageIssued)
    assert (told.kind, told.status) == ("notification", "declined")


def test_what_a_partner_asked_for_may_be_declined_and_asked_for_again() -> None:
    declined = asked(REQUEST, REVOKE)
    assert ConsentDeclined(reason_id=REASON) in declined
    given(*declined).when(REQUEST).nothing_happens()
    given(*declined).when(replace(REQUEST, their_reference="theirs-2")).then(
        ConsentRequested(their_reference="theirs-2")
    )


def test_taken_back_by_the_partner_it_ends() -> None:
    given(*asked(GIVE, CONFIRM)).when(TAKE_BACK).then_kinds(ConsentRevoked, ConsentEnded)
    given(*asked(GIVE, CONFIRM, TAKE_BACK)).when(TAKE_BACK).nothing_happens()
    as_confirmation = confirm(status="revoked")
    given(*asked(GIVE, CONFIRM)).when(as_confirmation).then_kinds(ConsentRevoked, ConsentEnded)


def test_given_again_it_takes_effect_again_under_another_reference() -> None:
    history = asked(GIVE, CONFIRM, REVOKE)
    given(*history).when(GIVE).then_kinds(ConsentGiven, ConsentMessageIssued, ConsentTookEffect)
    assert given(*history).when(GIVE).facts()[0] == ConsentGiven(
        our_reference=our_reference(2), reason_id=REASON
    )


def test_a_partner_without_the_schools_consent_ends_it_until_it_confirms_again() -> None:
    history = asked(GIVE, CONFIRM)
    given(*history).when(RecordConsentMissed()).then_kinds(ConsentMissed, ConsentEnded)
    missed = asked(GIVE, CONFIRM, RecordConsentMissed())
    given(*missed).when(RecordConsentMissed()).nothing_happens()
    given(*missed).when(CONFIRM).then_kinds(ConsentConfirmed, ConsentTookEffect)


def test_at_an_administration_we_ask_and_it_notifies() -> None:
    *_, message = given().when(ASK).facts()
    assert isinstance(message, ConsentMessageIssued)
    assert (message.kind, message.hub_is) == ("request", "consumer")
    given(*asked(ASK)).when(NOTIFY).then_kinds(ConsentNotified, ConsentTookEffect)
    *_, revoked = asked(ASK, NOTIFY)
    assert isinstance(revoked, ConsentTookEffect)
    assert revoked.partner == AT_ADMINISTRATION.partner


def test_what_an_administration_offers_of_itself_waits_for_us() -> None:
    offered = replace(NOTIFY, our_reference=None)
    given().when(offered).then_kinds(ConsentRegistered, ConsentNotified)
    given(*asked(offered)).when(ASK).then_kinds(ConsentGiven, ConsentTookEffect)
    given(*asked(offered)).when(REVOKE).then(ConsentDeclined(reason_id=REASON))
