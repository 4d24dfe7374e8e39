"""Whatever both sides say of a consent, in whatever order, these stay true."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aanspraak.application.aggregates import aggregate_of
from aanspraak.domain.consent.commands import (
    ConsentCommand,
    RecordConsentMissed,
    TakeConsentConfirmation,
    TakeConsentRevoke,
)
from aanspraak.domain.consent.events import ConsentEnded, ConsentMessageIssued, ConsentTookEffect
from aanspraak.domain.errors import DomainError
from aanspraak.domain.recorded import Recorded
from projections.consents import Consent, fold
from tests.domain.consents import GIVE, REQUEST, REVOKE, our_reference
from tests.properties.stories import Story

theirs = st.sampled_from(("theirs-1", "theirs-2"))
ours = st.sampled_from((our_reference(1), our_reference(2), "another"))
commands: st.SearchStrategy[ConsentCommand] = st.one_of(
    st.builds(replace, st.just(GIVE), confirmed=st.booleans(), tells=st.booleans()),
    st.just(REVOKE),
    st.builds(replace, st.just(REQUEST), their_reference=theirs),
    st.builds(
        TakeConsentConfirmation,
        our_reference=ours,
        their_reference=theirs,
        status=st.sampled_from(("pending", "accepted", "declined", "revoked")),
    ),
    st.builds(TakeConsentRevoke, our_reference=ours, their_reference=theirs),
    st.just(RecordConsentMissed()),
)


@given(st.lists(commands, max_size=25))
def test_any_consent(asked: list[ConsentCommand]) -> None:
    story = Story(aggregate_of(GIVE))
    for command in asked:
        if not isinstance(story.ask(command), DomainError):
            assert _again_nothing(story, command)
    assert story.folded_at_once_is_the_same()
    _the_effects_take_turns(story)
    _the_messages_are_numbered(story)
    _the_row_says_the_same(story)


def _again_nothing(story: Story, command: ConsentCommand) -> bool:
    """Asked twice is asked once; but a revoke uses up what it names, and says so."""
    try:
        return story.would_follow(command) == ()
    except DomainError:
        return True


def _the_effects_take_turns(story: Story) -> None:
    effects = [
        isinstance(fact, ConsentTookEffect)
        for fact in story.history
        if isinstance(fact, ConsentTookEffect | ConsentEnded)
    ]
    assert effects == [place % 2 == 0 for place in range(len(effects))]
    assert bool(story.state and story.state.holds) is (len(effects) % 2 == 1)


def _the_messages_are_numbered(story: Story) -> None:
    numbers = [fact.number for fact in story.history if isinstance(fact, ConsentMessageIssued)]
    assert numbers == list(range(1, len(numbers) + 1))


def _the_row_says_the_same(story: Story) -> None:
    row: Consent | None = None
    for version, fact in enumerate(story.history, start=1):
        row = fold(row, _recorded(version, fact))
    if row is None:
        assert story.state is None
        return
    state = story.state
    assert (row.ours, row.theirs, row.holds) == (state.ours, state.theirs, state.holds)
    assert row.our_reference == state.our_references[-1]
    assert row.their_reference == state.their_reference


def _recorded(version: int, fact: object) -> Recorded:
    return Recorded(
        position=version,
        stream_id=UUID(int=1),
        version=version,
        recorded_at=datetime(2026, 8, 1, tzinfo=UTC),
        actor="test",
        correlation_id="story",
        causation_id="cause",
        event=fact,
    )
