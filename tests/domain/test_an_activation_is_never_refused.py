from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from aanspraak.domain.entitlement.commands import ReportInitialActivation
from aanspraak.domain.entitlement.events import InitialActivationReported
from aanspraak.domain.errors import NotYours
from tests.domain.entitlements import (
    ACTIVATE,
    CREATE,
    ENTITLED,
    PUPIL,
    SOMEBODY_ELSE,
    activate,
    create,
    registry_says,
)
from tests.spec import asked, given

READY = asked(CREATE, ENTITLED)
IN_USE = asked(CREATE, ENTITLED, ACTIVATE)
REFUSED = registry_says(success=False, status=4099)


def reported(
    command: ReportInitialActivation, *, history: tuple[object, ...] = READY
) -> InitialActivationReported:
    (fact,) = given(*history).when(command).facts()
    assert isinstance(fact, InitialActivationReported)
    return fact


def test_what_the_registry_says_is_a_fact() -> None:
    given(*READY).when(ACTIVATE).then(
        InitialActivationReported(
            registry="publisher",
            user_subject_id=PUPIL,
            product_id="9789001234567",
            usage_date=date(2026, 9, 1),
            expiration_date=date(2027, 7, 31),
            first=True,
            expiration_moved=False,
            source="reported",
            anomalies=(),
        )
    )


@pytest.mark.parametrize(
    "history", [asked(CREATE), asked(CREATE, REFUSED)], ids=["not yet ready", "refused"]
)
def test_before_the_registry_said_it_was_ready_it_counts_too(history: tuple[object, ...]) -> None:
    fact = reported(ACTIVATE, history=history)
    assert (fact.first, fact.anomalies) == (True, ())


def test_what_we_found_at_the_registry_is_a_fact_that_says_so() -> None:
    found = replace(ACTIVATE, source="reconciled")
    assert reported(found).source == "reconciled"
    given(*asked(CREATE, ENTITLED, found)).when(found).nothing_happens()


def test_what_we_found_is_none_when_it_was_reported_in_other_words() -> None:
    in_other_words = replace(
        ACTIVATE,
        source="reconciled",
        usage_date=date(2026, 9, 2),
        user_subject_id=SOMEBODY_ELSE,
        expiration_date=date(2027, 7, 30),
    )
    given(*IN_USE).when(in_other_words).nothing_happens()


def test_what_we_found_is_a_fact_when_it_lasts_longer_or_is_another_product() -> None:
    found = replace(ACTIVATE, source="reconciled")
    longer = replace(found, expiration_date=date(2028, 7, 31))
    assert reported(longer, history=IN_USE).expiration_moved
    another = replace(found, product_id="exercises")
    assert not reported(another, history=IN_USE).first


def test_repeated_word_for_word_it_is_one() -> None:
    given(*IN_USE).when(ACTIVATE).nothing_happens()


def test_every_report_can_be_repeated_not_only_the_last() -> None:
    bundled = activate(product_id="9789007654321")
    history = asked(CREATE, ENTITLED, ACTIVATE, bundled)
    for command in (ACTIVATE, bundled):
        given(*history).when(command).nothing_happens()


@pytest.mark.parametrize(
    "change",
    [
        {"product_id": "9789007654321"},
        {"expiration_date": date(2028, 7, 31)},
        {"expiration_date": date(2027, 1, 1)},
        {"usage_date": date(2026, 9, 2)},
        {"user_subject_id": SOMEBODY_ELSE},
    ],
    ids=["another product of the bundle", "a later end", "an earlier end", "another day", "a user"],
)
def test_anything_else_is_a_new_fact_but_not_a_first_use(change: dict[str, object]) -> None:
    assert not reported(activate(**change), history=IN_USE).first


def test_another_product_of_the_bundle_is_as_it_should_be() -> None:
    assert reported(activate(product_id="9789007654321")).anomalies == ()


def test_a_product_that_is_not_of_the_bundle_is_noticed() -> None:
    anomalies = reported(activate(product_id="9789009999999")).anomalies
    assert anomalies == ("activated-another-product",)


def test_another_user_is_noticed() -> None:
    theirs = activate(user_subject_id=SOMEBODY_ELSE, another_user=True)
    assert reported(theirs).anomalies == ("activated-by-another-user",)


def test_a_user_known_by_another_identifier_is_not_another_user() -> None:
    assert reported(activate(user_subject_id=SOMEBODY_ELSE)).anomalies == ()


@pytest.mark.parametrize(
    ("usage_date", "anomalies"),
    [
        (date(2026, 7, 31), ("activated-outside-period",)),
        (date(2026, 8, 1), ()),
        (date(2027, 7, 31), ()),
        (date(2027, 8, 1), ("activated-outside-period",)),
    ],
    ids=["the day before", "the first day", "the last day", "the day after"],
)
def test_the_period_is_judged_by_the_usage_date(
    usage_date: date, anomalies: tuple[str, ...]
) -> None:
    used = activate(usage_date=usage_date, expiration_date=date(2028, 7, 31))
    assert reported(used).anomalies == anomalies


def test_a_licence_that_ends_before_its_first_use_is_taken_and_looked_at() -> None:
    day = date(2026, 9, 1)
    backwards = activate(usage_date=day, expiration_date=date(2026, 8, 31))
    assert reported(backwards).anomalies == ("activation-ends-before-it-begins",)
    assert reported(activate(usage_date=day, expiration_date=day)).anomalies == ()


def test_what_is_in_use_may_be_used_after_the_activation_period() -> None:
    next_product = activate(
        product_id="9789007654321",
        usage_date=date(2027, 8, 15),
        expiration_date=date(2028, 7, 31),
    )
    assert reported(next_product, history=IN_USE).anomalies == ()


def test_what_is_in_use_may_not_have_been_used_before_the_activation_period() -> None:
    earlier = activate(usage_date=date(2026, 7, 1))
    assert reported(earlier, history=IN_USE).anomalies == ("activated-outside-period",)


def test_everything_that_is_wrong_is_noticed_and_it_is_first_use_all_the_same() -> None:
    fact = reported(
        activate(
            user_subject_id=SOMEBODY_ELSE,
            another_user=True,
            usage_date=date(2025, 1, 1),
            product_id="9789009999999",
        )
    )
    assert fact.first
    assert fact.anomalies == (
        "activated-by-another-user",
        "activated-outside-period",
        "activated-another-product",
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "moved"),
    [
        (date(2027, 7, 31), date(2027, 8, 1), True),
        (date(2027, 7, 31), date(2027, 7, 31), False),
        (date(2027, 7, 31), date(2027, 7, 30), False),
        (None, date(2026, 10, 1), True),
    ],
)
def test_a_later_end_overwrites_ours_never_an_earlier_one(
    ours: date | None, theirs: date, *, moved: bool
) -> None:
    history = asked(create(expiration_date=ours), ENTITLED)
    assert reported(activate(expiration_date=theirs), history=history).expiration_moved == moved


def test_our_end_is_the_latest_of_all_that_were_reported() -> None:
    latest = activate(expiration_date=date(2028, 7, 31))
    between = activate(expiration_date=date(2028, 1, 1))
    history = asked(CREATE, ENTITLED, latest)
    assert not reported(between, history=history).expiration_moved


def test_another_registry_is_turned_away_and_leaves_no_fact() -> None:
    given(*READY).when(activate(registry="another-publisher")).refused(NotYours)
