"""A hub that answers over HTTP, for the tests of its API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.http_case import Hub, running_hub


@pytest.fixture
async def hub(database_url: str, tmp_path: Path) -> AsyncIterator[Hub]:
    """Give a hub with its partners and products."""
    async with running_hub(database_url, tmp_path) as running:
        yield running
