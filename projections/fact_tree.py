"""The facts of a story as a tree: each beneath the fact that it came of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aanspraak.domain.recorded import Recorded

_OF_A_FACT: Final = re.compile(r"fact/(\d+)|(\d+)/.+", re.ASCII)
"""The cause of what a policy asks, and of what came of a message: the position of a fact."""


class Branch(NamedTuple):
    """A fact, the position of the fact it came of, and how many stand above it in this story.

    `because` is None where it came of something that is no fact: a request, a clock, an operator.
    """

    recorded: Recorded
    because: int | None
    depth: int


def because_of(causation_id: str) -> int | None:
    """The position of the fact that a cause names; None when it names something else."""
    found = _OF_A_FACT.fullmatch(causation_id)
    return int(found[1] or found[2]) if found else None


def tree(facts: Sequence[Recorded]) -> Iterator[Branch]:
    """Each fact after the one it came of, the oldest first; without that one it is a root."""
    known = {each.position for each in facts}
    beneath: dict[int | None, list[Recorded]] = {}
    for each in sorted(facts):
        above = because_of(each.causation_id)
        # A cause is older; whatever says otherwise would hang beneath itself.
        if above is not None and (above not in known or above >= each.position):
            above = None
        beneath.setdefault(above, []).append(each)
    left = [(each, 0) for each in reversed(beneath.get(None, []))]
    while left:
        recorded, depth = left.pop()
        yield Branch(recorded, because_of(recorded.causation_id), depth)
        below = beneath.get(recorded.position, [])
        left += [(each, depth + 1) for each in reversed(below)]
