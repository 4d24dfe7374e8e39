"""A phase whose end is not in sight claims no percentage, and none stands still at its last."""

from __future__ import annotations

from adapters.cli.progress_bar import Phases, bar
from adapters.postgres.rebuild import Far


def test_each_phase_has_a_line_and_only_facts_are_counted() -> None:
    progress = bar(events=True)
    lines = Phases(progress, "due")
    lines.tell(Far(phase="folding", done=400, total=1_000))
    (folding,) = progress.tasks
    assert folding.percentage == 40
    lines.tell(Far(phase="indexing", done=1_000, total=1_000))
    _, indexing = progress.tasks
    assert folding.finished
    assert (indexing.total, indexing.finished) == (None, False)
    for phase in ("catching up", "comparing", "catching up"):
        lines.tell(Far(phase=phase, done=1_200, total=1_250))
    assert [task.finished for task in progress.tasks] == [True, True, True, True, False]
    lines.tell(Far(phase="swapped", done=1_250, total=1_250))
    assert [task.description for task in progress.tasks] == [
        "due: folding",
        "due: indexing",
        "due: catching up",
        "due: comparing",
        "due: catching up",
    ]
    assert progress.finished
