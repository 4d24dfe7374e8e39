"""given(facts).when(command).then(facts): one rule as a sentence, for every aggregate."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from aanspraak.application.aggregates import aggregate_of
from aanspraak.domain.errors import DomainError


def given(*history: object) -> Given:
    """What happened."""
    return Given(history=history)


def asked(*commands: object) -> tuple[object, ...]:
    """All facts of a stream after these commands, asked one after the other."""
    history: tuple[object, ...] = ()
    for command in commands:
        history += given(*history).when(command).facts()
    return history


@dataclass(frozen=True, kw_only=True)
class Given:
    """A history, waiting for its command."""

    history: tuple[object, ...]

    def when(self, command: object) -> When:
        return When(history=self.history, command=command)


@dataclass(frozen=True, kw_only=True)
class When:
    """A history and a command, waiting to be decided."""

    history: tuple[object, ...]
    command: object

    def facts(self) -> tuple[object, ...]:
        """What follows."""
        aggregate = aggregate_of(self.command)
        return aggregate.decide(self.command, aggregate.replay(self.history))

    def then(self, *expected: object) -> None:
        """Expect exactly these facts."""
        assert self.facts() == expected

    def then_kinds(self, *expected: type) -> None:
        """Expect facts of exactly these kinds, whatever they say."""
        assert tuple(type(fact) for fact in self.facts()) == expected

    def nothing_happens(self) -> None:
        """Expect that it was already so."""
        self.then()

    def refused(self, error: type[DomainError], detail: str = "") -> None:
        """Expect this refusal, with this detail."""
        with pytest.raises(DomainError) as refusal:
            self.facts()
        assert type(refusal.value) is error
        assert refusal.value.detail == detail
