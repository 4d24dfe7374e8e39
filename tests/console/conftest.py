"""A console, for the tests of what it answers over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.adapters.http_case import Hub
from tests.console.console_case import Browser, running_console


@pytest.fixture
async def hub(database_url: str, tmp_path: Path) -> AsyncIterator[Hub]:
    """Give a hub with a console."""
    async with running_console(database_url, tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
async def shared_hub(
    databases: Callable[[], AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Hub]:
    """Give one hub to all tests of a file that leave it as it was."""
    with databases() as url:
        async with running_console(url, tmp_path_factory.mktemp("console")) as running:
            yield running


@pytest.fixture
def browser(hub: Hub) -> Browser:
    """Give a browser that nobody has signed in with yet."""
    return Browser(hub)
