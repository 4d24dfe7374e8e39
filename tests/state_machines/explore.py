"""Try every command in every state that can be reached, and write down what came of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from aanspraak.application.aggregates import Aggregate, aggregate_of
from aanspraak.domain.errors import DomainError

History = tuple[object, ...]
NOTHING = "nothing yet"


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What may be asked, and how a history is called.

    All of `asks` is tried in every state; only what is in `follows` (nothing given: all of it)
    leads on to further states, and after `depth` of them we stop looking: counts and numbers have
    no end.
    """

    title: str
    prose: str
    asks: Mapping[str, object]
    name: Callable[[History], str]
    given: History = ()
    follows: frozenset[str] = frozenset()
    depth: int = 20

    def leads_on(self, ask: str) -> bool:
        return not self.follows or ask in self.follows


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command in one state: the facts, or the refusal, and how the state is called after."""

    before: str
    ask: str
    leads_on: bool
    facts: History
    refusal: DomainError | None
    after: str


def explore(machine: Machine) -> Iterator[Step]:
    """Walk breadth first; two histories that leave the same state are one."""
    for _, steps in _walk(machine):
        yield from steps


def states(machine: Machine) -> Iterator[History]:
    """A history for each state that the walk comes by."""
    for history, _ in _walk(machine):
        yield history


def _walk(machine: Machine) -> Iterator[tuple[History, list[Step]]]:
    aggregate = aggregate_of(next(iter(machine.asks.values())))
    seen = {_identity(machine, aggregate, machine.given)}
    edge = deque([(0, machine.given)])
    while edge:
        depth, history = edge.popleft()
        steps = list(_try_all(machine, aggregate, history))
        yield history, steps
        for step in steps:
            if not step.leads_on or depth == machine.depth:
                continue
            longer = (*history, *step.facts)
            if (identity := _identity(machine, aggregate, longer)) not in seen:
                seen.add(identity)
                edge.append((depth + 1, longer))


def _try_all(machine: Machine, aggregate: Aggregate, history: History) -> Iterator[Step]:
    before = machine.name(history)
    state = aggregate.replay(history)
    for ask, command in machine.asks.items():
        try:
            facts = aggregate.decide(command, state)
        except DomainError as refusal:
            yield Step(
                before=before, ask=ask, leads_on=False, facts=(), refusal=refusal, after=before
            )
            continue
        yield Step(
            before=before,
            ask=ask,
            leads_on=machine.leads_on(ask),
            facts=facts,
            refusal=None,
            after=machine.name((*history, *facts)),
        )


def _identity(machine: Machine, aggregate: Aggregate, history: History) -> Hashable:
    state = aggregate.replay(history)
    if not is_dataclass(state):
        return (machine.name(history), state)
    values = (getattr(state, field.name) for field in fields(state))
    return (
        machine.name(history),
        *(frozenset(value.items()) if isinstance(value, Mapping) else value for value in values),
    )
