"""Views in memory: the runner is handed rows from dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aanspraak.domain.recorded import Recorded
from projections.registry import PROJECTIONS, Key
from projections.runner import fold_batch


@dataclass
class Memory:
    """The rows of every view, by key."""

    rows: dict[str, dict[Key, Any]] = field(
        default_factory=lambda: {projection.name: {} for projection in PROJECTIONS}
    )

    def fold(self, facts: Sequence[Recorded]) -> Memory:
        """Fold a batch, and keep what changed."""
        asking = fold_batch(facts)
        try:
            wanted = next(asking)
            while True:
                rows = self.rows[wanted.projection.name]
                found = {key: rows[key] for key in wanted.keys if key in rows}
                wanted = asking.send(found)
        except StopIteration as done:
            for change in done.value:
                rows = self.rows[change.projection.name]
                for key in change.gone:
                    del rows[key]
                rows |= change.projection.by_key(change.written)
        return self

    def all_of(self, name: str) -> list[Any]:
        """The rows of one view."""
        return list(self.rows[name].values())

    def one(self, name: str) -> Any:  # noqa: ANN401 - a row
        """The only row of a view."""
        (row,) = self.all_of(name)
        return row
