"""The ten questions of an operator, whole pages and verbs, of a database of a million facts."""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.table import Table

from bench.asked import NotAnswered, Question, ask_page, ask_verb
from bench.million import MILLION, fill
from bench.surroundings import OUT, new_database, server
from bench.telephone import one_order, questions
from tests.adapters.vault_case import key_settings
from tests.adapters.verb_case import environment
from tests.console.console_case import Browser, running_console
from tests.console.mending_case import worker_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bench.million import Known

PAGES: Final = 12
"""So often a page is asked for: more often than the database thinks anew about a query."""
VERBS: Final = 5
STARTS: Final = 5
PROMISED_MS: Final = 1_000.0


class Times(NamedTuple):
    """Milliseconds that a page and the work of a verb took, time after time."""

    page: Sequence[float]
    verb: Sequence[float]

    @property
    def slowest(self) -> float:
        """The median of the slower of the two."""
        return max(statistics.median(self.page), statistics.median(self.verb))


def run() -> None:
    """Fill, ask, tell; ends the process with 1 when an answer is not there within a second."""
    with server() as running, tempfile.TemporaryDirectory(prefix="aanspraak-bench-") as folder:
        url = new_database(running, "questions")
        known = fill(url)
        told = environment(url, Path(folder), **key_settings())
        found = asyncio.run(_ask_all(url, Path(folder), known, told))
        started = [_milliseconds(lambda: _start(told)) for _ in range(STARTS)]
    _tell(known.facts, found)
    OUT.print(f"a verb's process, which asks nothing, takes {statistics.median(started):,.0f} ms")
    OUT.print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    slow = [question for question, times in found.items() if times.slowest > PROMISED_MS]
    answered = len(found) > len(questions(known))
    if slow or not answered or known.facts < 0.99 * MILLION.facts:
        sys.exit(f"not answered, over {PROMISED_MS:,.0f} ms, or too few facts: {slow}")


def _tell(facts: int, found: Mapping[str, Times]) -> None:
    title = f"An operator's questions, of {facts:,} facts (ms)"
    table = Table(title=title, title_justify="left", box=None)
    for column in ("question", "page", "first", "longest", "verb", "longest"):
        table.add_column(column, justify="left" if column == "question" else "right")
    for question, (page, verb) in found.items():
        table.add_row(
            question,
            *(f"{each:,.0f}" for each in (statistics.median(page), page[0], max(page))),
            *(f"{each:,.0f}" for each in (statistics.median(verb), max(verb))),
        )
    OUT.print(table)


async def _ask_all(
    url: str, folder: Path, known: Known, told: Mapping[str, str]
) -> dict[str, Times]:
    """By an operator at the console of a hub on this database, with a worker beside it."""
    async with running_console(url, folder) as hub, worker_of(hub):
        hub.clock.at = datetime.now(UTC)
        browser = Browser(hub)
        await browser.sign_in("operator")
        await ask_page(browser, one_order(known))  # what a process that serves did long ago
        found = {}
        for each in (*questions(known), one_order(known)):
            try:
                found[each.asked] = await _ask(browser, told, each)
            except NotAnswered as error:
                OUT.print(f"not answered: {each.asked}: {error}", style="red", markup=False)
        return found


async def _ask(browser: Browser, told: Mapping[str, str], question: Question) -> Times:
    pages = []
    for _ in range(PAGES):
        began = time.perf_counter()
        await ask_page(browser, question)
        pages.append(1_000 * (time.perf_counter() - began))
    verbs = [
        await asyncio.to_thread(_milliseconds, lambda: ask_verb(told, question))
        for _ in range(VERBS)
    ]
    return Times(pages, verbs)


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - began)


def _start(told: Mapping[str, str]) -> None:
    """Python, and all that the verb imports: it refuses before it looks at the database."""
    command = (sys.executable, "-m", "adapters.cli", "trace", "orders")
    subprocess.run(command, env={**os.environ, **told}, capture_output=True, check=False)
