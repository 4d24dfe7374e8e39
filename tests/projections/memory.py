"""Views in memory: the runner is handed rows from dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aanspraak.domain.recorded import Recorded
from projections.registry import PROJECTIONS, Key
from projections.runner import Wanted, fold_batch


@dataclass
class Memory:
    """The rows of every view, by key."""

    rows: dict[str, dict[Key, Any]] = field(
        default_factory=lambda: {projection.name: {} for projection in PROJECTIONS}
    )

    def fold(self, facts: Sequence[Recorded]) -> Memory:
        """Fold a batch, and keep what changed."""
        folding = fold_batch(facts)
        answer: dict[Key, Any] | None = None
        while True:
            try:
                step = folding.send(answer)
            except StopIteration:
                return self
            rows, answer = self.rows[step.projection.name], None
            if isinstance(step, Wanted):
                answer = {key: rows[key] for key in step.keys if key in rows}
                continue
            for key in step.gone:
                del rows[key]
            rows |= step.projection.by_key(step.written)

    def all_of(self, name: str) -> list[Any]:
        """The rows of one view."""
        return list(self.rows[name].values())

    def one(self, name: str) -> Any:  # noqa: ANN401 - a row
        """The only row of a view."""
        (row,) = self.all_of(name)
        return row
