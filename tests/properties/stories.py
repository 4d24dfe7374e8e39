"""What holds for every aggregate: folding, and asking twice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from aanspraak.application.aggregates import Aggregate
from aanspraak.domain.errors import DomainError


class Story:
    """A stream that grows by asking."""

    def __init__(self, aggregate: Aggregate, history: Sequence[object] = ()) -> None:
        self.aggregate = aggregate
        self.history = list(history)

    def ask(self, command: object) -> tuple[object, ...] | DomainError:
        """Decide; what follows is history. Anything else that is raised is a bug."""
        state = self.aggregate.replay(self.history)
        try:
            events = self.aggregate.decide(command, state)
        except DomainError as refusal:
            return refusal
        self.history.extend(events)
        return events

    def would_follow(self, command: object) -> tuple[object, ...]:
        """What asking once more would give; it was accepted before, so it is not refused now."""
        return self.aggregate.decide(command, self.aggregate.replay(self.history))

    def folds_the_same_at_every_cut(self) -> bool:
        whole = self.aggregate.replay(self.history)
        return all(
            reduce(
                self.aggregate.evolve,
                self.history[cut:],
                self.aggregate.replay(self.history[:cut]),
            )
            == whole
            for cut in range(len(self.history) + 1)
        )
