"""A bar on standard error, for work that takes a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    from rich.progress import Task


class _Rate(ProgressColumn):
    """Events per second."""

    @override
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} events/s" if speed else "", style="progress.data.speed")


def bar(*, events: bool = False) -> Progress:
    """A progress bar; of `events`: how many, how fast, and how much time is left."""
    columns: tuple[ProgressColumn, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
    )
    if events:
        counted = TextColumn("{task.completed:,} events")
        columns = (*columns, counted, _Rate(), TimeRemainingColumn())
    return Progress(*columns, TimeElapsedColumn(), console=ERR)
