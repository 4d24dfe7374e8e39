"""A bar on standard error, for work that takes a while."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text
from typing_extensions import override

from adapters.cli.terminal import ERR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Task, TaskID

    from adapters.postgres.rebuild import Far

COUNTED: Final = ("folding", "catching up")
"""The phases of a rebuild in which facts are counted. The others are the database's work, of which
it does not say how far it is."""
LAST: Final = "swapped"


class _Events(ProgressColumn):
    """How many events, in a phase that counts them."""

    @override
    def render(self, task: Task) -> Text:
        return Text(f"{task.completed:,.0f} events" if task.fields.get("counted", True) else "")


class _Rate(ProgressColumn):
    """Events per second."""

    @override
    def render(self, task: Task) -> Text:
        speed = (task.finished_speed or task.speed) if task.fields.get("counted", True) else None
        return Text(f"{speed:,.0f} events/s" if speed else "", style="progress.data.speed")


def bar(*, events: bool = False) -> Progress:
    """A progress bar; of `events`: how many, how fast, and how much time is left."""
    columns: tuple[ProgressColumn, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
    )
    if events:
        columns = (*columns, _Events(), _Rate(), TimeRemainingColumn())
    return Progress(*columns, TimeElapsedColumn(), console=ERR)


@contextmanager
def phases(view: str) -> Iterator[Callable[[Far], None]]:
    """A bar for what a rebuild tells of itself."""
    with bar(events=True) as progress:
        lines = Phases(progress, view)
        yield lines.tell
        lines.end()


class Phases:
    """A line for each phase of a rebuild: one at its end has its time, and says no more."""

    def __init__(self, progress: Progress, view: str) -> None:
        self._progress = progress
        self._view = view
        self._phase = ""
        self._line: TaskID | None = None

    def tell(self, far: Far) -> None:
        """How far it is; a phase without an end in sight moves, and claims no percentage."""
        if far.phase != self._phase:
            self.end()
            self._begin(far.phase)
        if self._line is not None and far.phase in COUNTED:
            self._progress.update(self._line, completed=far.done, total=far.total)

    def end(self) -> None:
        """The phase is over, whether or not its last facts were told one by one."""
        if self._line is not None:
            (task,) = [one for one in self._progress.tasks if one.id == self._line]
            done = task.total or 1
            self._progress.update(self._line, completed=done, total=done)
            self._line = None

    def _begin(self, phase: str) -> None:
        self._phase = phase
        if phase != LAST:
            said = f"{self._view}: {phase}"
            counted = phase in COUNTED
            self._line = self._progress.add_task(said, total=None, counted=counted)
