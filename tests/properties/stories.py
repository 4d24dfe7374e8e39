"""What holds for every aggregate: folding, and asking twice."""

from __future__ import annotations

from functools import reduce
from typing import Any

from aanspraak.application.aggregates import Aggregate
from aanspraak.domain.errors import DomainError


class Story:
    """A stream that grows by asking; `state` is folded fact by fact as they come."""

    def __init__(self, aggregate: Aggregate) -> None:
        self.aggregate = aggregate
        self.history: list[object] = []
        self.state: Any = aggregate.replay(())

    def ask(self, command: object) -> tuple[object, ...] | DomainError:
        """Decide; what follows is history. Anything else that is raised is a bug."""
        try:
            events = self.aggregate.decide(command, self.state)
        except DomainError as refusal:
            return refusal
        self.history.extend(events)
        self.state = reduce(self.aggregate.evolve, events, self.state)
        return events

    def would_follow(self, command: object) -> tuple[object, ...]:
        """What asking once more would give; it was accepted before, so it is not refused now."""
        return self.aggregate.decide(command, self.state)

    def folded_at_once_is_the_same(self) -> bool:
        return bool(self.aggregate.replay(self.history) == self.state)

    def folded_in_two_parts_is_the_same(self) -> bool:
        """At every cut."""
        return all(
            reduce(
                self.aggregate.evolve,
                self.history[cut:],
                self.aggregate.replay(self.history[:cut]),
            )
            == self.state
            for cut in range(len(self.history) + 1)
        )
