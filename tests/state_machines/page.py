"""docs/state-machines.md, made of what the rules answer: `python -m tests.state_machines.page`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from aanspraak.domain.delivery_order.events import ConfirmationIssued, DeliveryOrderRequestRefused
from aanspraak.domain.status_codes import STATUS_CODES, code_of
from tests.state_machines.explore import Machine, Step, explore
from tests.state_machines.machines import MACHINES

PAGE = Path(__file__).parents[2] / "docs" / "state-machines.md"
INTRODUCTION = """\
# State machines

What the rules answer to every command in every state that can be reached. This page is generated
from `decide` and `evolve` (`python -m tests.state_machines.page`), and a test keeps it true.

In a table, a cell lists what can follow: facts, `-` when it was already so, or a refusal with its
functional status code. More than one line means that it depends on more than the status.
"""


def page() -> str:
    """The whole text."""
    return "\n".join([INTRODUCTION, *(section(machine) for machine in MACHINES), refusals()])


@cache
def explored(title: str) -> tuple[Step, ...]:
    """The steps of the machine with this title; looking for them takes seconds."""
    (machine,) = (machine for machine in MACHINES if machine.title == title)
    return tuple(explore(machine))


def section(machine: Machine) -> str:
    """One machine: what it is, its picture and its table."""
    steps = explored(machine.title)
    return "\n".join([f"## {machine.title}\n", f"{machine.prose}\n", diagram(steps), table(steps)])


def diagram(steps: Sequence[Step]) -> str:
    """The steps that lead to another state, as Mermaid draws them."""
    arrows: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for step in steps:
        if step.leads_on and step.before != step.after:
            arrows[step.before, step.after][step.ask.replace("`", "").replace(":", "")] = None
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {_id(name)}: {name}" for name in _names(steps) if _id(name) != name]
    lines += [f"    [*] --> {_id(steps[0].before)}"]
    lines += [
        f"    {_id(before)} --> {_id(after)}: {' / '.join(asks)}"
        for (before, after), asks in arrows.items()
    ]
    return "\n".join([*lines, "```\n"])


def table(steps: Sequence[Step]) -> str:
    """Commands down, states across; what follows in the cells."""
    cells: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for step in steps:
        cells[step.ask, step.before][outcome(step)] = None
    names = _names(steps)
    rows = [
        (ask, *("<br>".join(sorted(cells[ask, name])) for name in names))
        for ask in dict.fromkeys(step.ask for step in steps)
    ]
    return "\n".join(_rows(("", *names), rows))


def outcome(step: Step) -> str:
    """What came of a command, in the words of the code."""
    if step.refusal:
        return f"*{type(step.refusal).__name__}* {code_of(step.refusal)}"
    return " + ".join(_fact(fact) for fact in step.facts) or "-"


def refusals() -> str:
    """Every refusal, its functional code and what a partner reads."""
    rows = [
        (f"`{refusal.__name__}`", str(code), refusal.__doc__ or "")
        for refusal, code in STATUS_CODES.items()
    ]
    return "\n".join(["## Refusals\n", *_rows(("Refusal", "status", "statusMessage"), rows)])


def _fact(fact: object) -> str:
    match fact:
        case DeliveryOrderRequestRefused():
            return f"{type(fact).__name__} ({fact.reason} {fact.status})"
        case ConfirmationIssued():
            said = fact.new_status or "no status"
            again = ", again" if fact.repeated else ""
            return (
                f"ConfirmationIssued ({said}, {'success' if fact.success else 'no success'}{again})"
            )
        case _:
            return type(fact).__name__


def _names(steps: Iterable[Step]) -> tuple[str, ...]:
    """The states in the order in which they are first seen."""
    return tuple(dict.fromkeys(step.before for step in steps))


def _id(name: str) -> str:
    return name.replace(" ", "_")


def _rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield "|" + " --- |" * len(header)
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
