"""The terms that orders under a contract are taken on, as the directory finds them."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from aanspraak.domain import ids
from aanspraak.domain.contract_terms import ContractTerms
from adapters.postgres.directory import Directory
from adapters.postgres.views import Views
from tests.domain.contracts import PAY_FIRST
from tests.projections.facts import Log

pytestmark = pytest.mark.anyio


async def test_a_contract_without_rules_has_the_defaults_and_so_has_no_contract(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    log = Log()
    log.ask(ids.contract_stream("C-1"), PAY_FIRST)
    pool: Any = AsyncConnectionPool(database_url, min_size=1, max_size=1, open=False)
    async with pool:
        directory = Directory(pool)
        assert await directory.contract("C-1") == ContractTerms(contract_id="C-1")
        await Views().handle(conn, log.facts)
        assert await directory.contract("C-1") == PAY_FIRST.terms
        assert await directory.contract("C-2") == ContractTerms(contract_id="C-2")
        assert await directory.contract(None) == ContractTerms()
