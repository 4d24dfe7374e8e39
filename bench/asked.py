"""A question of an operator: asked of its page as a browser does, and of its verb as typed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple

from typer.testing import CliRunner

from adapters.cli import app

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.console.console_case import Browser

NOTHING: Final[Mapping[str, str]] = {}
PATIENCE_SECONDS: Final = 30.0
LOOK_SECONDS: Final = 0.01


class NotAnswered(Exception):
    """A page or a verb did not say what it was asked for."""


class Question(NamedTuple):
    """What is asked, of whom, and what both have to say; a form is posted, `typing` is typed in.

    `looks_through`: what it asks for has no index, so it looks through a part of the log.
    """

    asked: str
    page: str
    verb: tuple[str, ...]
    says: str
    form: Mapping[str, str] = NOTHING
    typing: str = ""
    looks_through: bool = False


async def ask_page(browser: Browser, question: Question) -> str:
    """The whole page, as a browser gets it; where that is a job's, once it is over.

    Raises NotAnswered.
    """
    path = f"/console{question.page}"
    sent = browser.post(path, **question.form) if question.form else browser.get(path)
    answer = await sent
    if job := answer.headers.get("Location"):
        return await _over(browser, job, question.says)
    text = answer.body.decode()
    if answer.status != 200 or question.says not in text:
        raise NotAnswered(f"{path}: {answer.status}, without {question.says}")
    return text


async def _over(browser: Browser, job: str, says: str) -> str:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while says not in (text := (await browser.get(job)).body.decode()):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise NotAnswered(f"{job}: without {says}") from None
    return text


def ask_verb(environment: Mapping[str, str], question: Question) -> str:
    """What a verb prints, run in this process; raises NotAnswered."""
    told = CliRunner().invoke(app, question.verb, input=question.typing, env=environment)
    if told.exit_code != 0 or question.says not in told.output:
        raise NotAnswered(f"{question.verb}: {told.exit_code}, {told.output[:1_000]}")
    return told.output
