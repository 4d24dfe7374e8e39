from __future__ import annotations

from dataclasses import replace

import pytest

from aanspraak.domain.errors import (
    JobIsOver,
    NothingToDo,
    SecondOperatorNeeded,
    SecondOperatorUnproven,
    UnknownJob,
)
from aanspraak.domain.job.events import JobAsked, JobCancelled, JobConfirmed, JobEnded
from tests.domain.jobs import (
    ASKER,
    CANCEL,
    CONFIRM,
    CONFIRM_BY_ITS_WORD,
    CONFIRM_ONESELF,
    CONSOLE,
    END,
    LARGE,
    OTHER,
    SMALL,
    WHY,
)
from tests.spec import asked, given


@pytest.mark.parametrize(("amount", "confirm"), [(3, False), (4, True), (None, False)])
def test_above_the_threshold_it_waits_for_another(amount: int | None, confirm: bool) -> None:
    (fact,) = given().when(replace(SMALL, amount=amount)).facts()
    assert isinstance(fact, JobAsked)
    assert (fact.amount, fact.confirm, fact.operator) == (amount, confirm, ASKER)


@pytest.mark.parametrize(("lately", "confirm"), [(0, False), (1, True)])
def test_what_went_lately_without_another_counts_too(lately: int, confirm: bool) -> None:
    (fact,) = given().when(replace(SMALL, lately=lately)).facts()
    assert isinstance(fact, JobAsked)
    assert (fact.lately, fact.confirm) == (lately, confirm)
    given().when(replace(SMALL, amount=0, lately=9)).refused(NothingToDo)


def test_about_nothing_it_is_refused() -> None:
    given().when(replace(SMALL, amount=0)).refused(NothingToDo)


def test_asked_twice_it_is_one() -> None:
    given(*asked(SMALL)).when(SMALL).nothing_happens()


def test_another_operator_confirms_it_once() -> None:
    given(*asked(LARGE)).when(CONFIRM).then(
        JobConfirmed(operator=OTHER, through=CONSOLE, reason_id=WHY)
    )
    given(*asked(LARGE, CONFIRM)).when(CONFIRM).nothing_happens()


def test_who_asked_for_it_does_not_confirm_it() -> None:
    given(*asked(LARGE)).when(CONFIRM_ONESELF).refused(SecondOperatorNeeded)


def test_another_name_is_no_other_operator_by_the_word_of_the_client_that_asked() -> None:
    given(*asked(LARGE)).when(CONFIRM_BY_ITS_WORD).refused(SecondOperatorUnproven)
    through_another = replace(CONFIRM_BY_ITS_WORD, through="client:another")
    given(*asked(LARGE)).when(through_another).then_kinds(JobConfirmed)
    oneself = replace(through_another, operator=ASKER)
    given(*asked(LARGE)).when(oneself).refused(SecondOperatorNeeded)


def test_a_small_one_needs_no_confirmation() -> None:
    given(*asked(SMALL)).when(CONFIRM_ONESELF).nothing_happens()


def test_what_was_cancelled_or_is_over_is_not_confirmed() -> None:
    given(*asked(LARGE, CANCEL)).when(CONFIRM).refused(JobIsOver)
    given(*asked(SMALL, END)).when(CONFIRM).refused(JobIsOver)


def test_whoever_may_operate_cancels_it_once() -> None:
    given(*asked(SMALL)).when(CANCEL).then(JobCancelled(operator=OTHER, reason_id=WHY))
    given(*asked(SMALL, CANCEL)).when(CANCEL).nothing_happens()
    given(*asked(SMALL, END)).when(CANCEL).nothing_happens()


def test_it_ends_once_also_after_it_was_cancelled() -> None:
    given(*asked(SMALL, CANCEL)).when(END).then_kinds(JobEnded)
    given(*asked(SMALL, END)).when(END).nothing_happens()


@pytest.mark.parametrize("command", [CONFIRM, CANCEL, END])
def test_nothing_is_asked_of_a_job_that_nobody_knows(command: object) -> None:
    given().when(command).refused(UnknownJob)
