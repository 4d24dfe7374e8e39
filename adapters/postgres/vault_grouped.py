"""Questions that are asked at the same moment, answered together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

_Q = TypeVar("_Q")
_A = TypeVar("_A")


class Grouped(Generic[_Q, _A]):
    """One query is under way at a time; what is asked meanwhile becomes the next one.

    Alone, a question is asked at once; under load a round trip is shared by many.
    """

    def __init__(self, answer: Callable[[Sequence[_Q]], Awaitable[Sequence[_A]]]) -> None:
        self._answer = answer
        self._open: tuple[list[_Q], asyncio.Task[Sequence[_A]]] | None = None
        self._latest: asyncio.Task[Sequence[_A]] | None = None

    async def ask(self, question: _Q) -> _A:
        """Give the answer; what the query raises is raised to everybody in the group."""
        questions, answers = self._open or self._begin()
        questions.append(question)
        index = len(questions) - 1
        return (await asyncio.shield(answers))[index]

    def _begin(self) -> tuple[list[_Q], asyncio.Task[Sequence[_A]]]:
        questions: list[_Q] = []
        self._latest = asyncio.create_task(self._run(questions, self._latest))
        self._latest.add_done_callback(_seen)
        self._open = questions, self._latest
        return self._open

    async def _run(
        self, questions: Sequence[_Q], before: asyncio.Task[Sequence[_A]] | None
    ) -> Sequence[_A]:
        if before is not None:
            await asyncio.wait((before,))
        self._open = None
        return await self._answer(questions)


def _seen(task: asyncio.Task[Sequence[_A]]) -> None:
    """Look at an error that nobody hears of when all who asked hung up."""
    if not task.cancelled():
        task.exception()
