"""The verbs about providers' catalogues, with a sandbox provider that answers over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import Result

from aanspraak.domain.product.events import ProductListed
from adapters.postgres.connection import connect
from adapters.security.issuing import write_private_key
from tests.adapters.catalogue_case import BOOK, BROKEN, PROVIDER, REGISTRY, CatalogueCase
from tests.adapters.catalogue_case import catalogue_case as running_case
from tests.adapters.sandbox_case import KEY
from tests.adapters.verb_case import typed
from tests.contracts.view_rows import follow


@dataclass
class Terminal:
    """An operator at the command line of a hub, whose views follow after each verb."""

    case: CatalogueCase
    folder: Path

    async def verb(self, *given: str) -> Result:
        result = await asyncio.to_thread(typed, self.case.url, self.folder, *given)
        async with await connect(self.case.url, "test") as conn:
            await follow(conn)
        return result

    async def register(self) -> None:
        stage = self.case.stage
        for partner, role, url in (
            (PROVIDER, "catalogue", stage.url + "/catalogue/v2"),
            (REGISTRY, "registry", "https://uitgever.example/entitlement/v1"),
        ):
            given = ("--role", role, "--client-id", partner, "--url", url)
            token_url = ("--token-url", stage.url + "/oauth2/token")
            done = await self.verb("partner", "add", partner, *given, *token_url)
            assert done.exit_code == 0, done.output


@pytest.fixture
async def terminal(database_url: str, tmp_path: Path) -> AsyncIterator[Terminal]:
    write_private_key(tmp_path / "client.json", KEY)
    async with running_case(database_url) as case:
        terminal = Terminal(case, tmp_path)
        await terminal.register()
        yield terminal


async def test_a_catalogue_is_followed_with_a_registry_and_only_by_such_partners(
    terminal: Terminal,
) -> None:
    done = await terminal.verb("catalogue", "follow", PROVIDER, "--registry", REGISTRY)
    assert done.exit_code == 0, done.output
    assert PROVIDER in (await terminal.verb("catalogue", "followed")).output
    unknown = await terminal.verb("catalogue", "follow", "nobody", "--registry", REGISTRY)
    assert unknown.exit_code == 1
    assert "nobody is no partner with the role catalogue" in unknown.output
    no_registry = await terminal.verb("catalogue", "follow", PROVIDER, "--registry", PROVIDER)
    assert "is no partner with the role registry" in no_registry.output


async def test_pulling_tells_what_changed_and_names_the_bad(terminal: Terminal) -> None:
    await terminal.verb("catalogue", "follow", PROVIDER, "--registry", REGISTRY)
    await terminal.case.put(BOOK, BROKEN)
    pulled = await terminal.verb("catalogue", "pull", PROVIDER)
    assert pulled.exit_code == 1
    assert "1 changed, 0 unchanged since the beginning" in pulled.output
    assert f"{BROKEN['productId']}: status " in pulled.output
    await terminal.case.withdraw(BROKEN)
    again = await terminal.verb("catalogue", "pull")
    assert again.exit_code == 0, again.output
    assert "0 changed" in again.output


async def test_a_full_pull_names_what_is_listed_no_more(terminal: Terminal) -> None:
    await terminal.verb("catalogue", "follow", PROVIDER, "--registry", REGISTRY)
    await terminal.case.put(BOOK, {**BOOK, "productId": "9789006100051"})
    await terminal.verb("catalogue", "pull")
    await terminal.case.withdraw(BOOK)
    pulled = await terminal.verb("catalogue", "pull", "--full")
    assert f"{BOOK['productId']}: not listed any more; it stays as it was" in pulled.output


async def test_a_provider_that_fails_is_exit_code_three(terminal: Terminal) -> None:
    await terminal.verb("catalogue", "follow", PROVIDER, "--registry", REGISTRY)
    await terminal.case.stage.behave(answers={"products": 503})
    failed = await terminal.verb("catalogue", "pull")
    assert failed.exit_code == 3
    assert f"{PROVIDER}: http_503" in failed.output
    assert "http_503" in (await terminal.verb("catalogue", "followed")).output


async def test_another_registry_lists_everything_again(terminal: Terminal) -> None:
    await terminal.verb("catalogue", "follow", PROVIDER, "--registry", REGISTRY)
    await terminal.case.put(BOOK)
    await terminal.verb("catalogue", "pull")
    given = ("--role", "registry", "--client-id", "two", "--url", "https://two.example")
    await terminal.verb("partner", "add", "two", *given)
    await terminal.verb("catalogue", "follow", PROVIDER, "--registry", "two")
    await terminal.verb("catalogue", "pull")
    facts = await terminal.case.facts(BOOK)
    listed = [fact.registry for fact in facts if isinstance(fact, ProductListed)]
    assert listed == [REGISTRY, "two"]


async def test_a_product_is_shown_with_its_history(terminal: Terminal) -> None:
    await terminal.verb("catalogue", "follow", PROVIDER, "--registry", REGISTRY)
    await terminal.case.put(BOOK)
    await terminal.verb("catalogue", "pull")
    await terminal.case.put({**BOOK, "status": "temporary-not-available"})
    await terminal.verb("catalogue", "pull")
    shown = (await terminal.verb("catalogue", "show", str(BOOK["productId"]))).output
    assert f"listed by partner:{PROVIDER}" in shown
    assert "status: temporary-not-available (was available)" in shown
    assert (await terminal.verb("catalogue", "show", "nothing")).exit_code == 1


async def test_what_is_left_is_not_pulled(terminal: Terminal) -> None:
    await terminal.verb("catalogue", "follow", PROVIDER, "--registry", REGISTRY)
    assert "followed no more" in (await terminal.verb("catalogue", "leave", PROVIDER)).output
    assert "not followed" in (await terminal.verb("catalogue", "leave", PROVIDER)).output
    assert (await terminal.verb("catalogue", "pull", PROVIDER)).exit_code == 1
    assert "no catalogue is followed" in (await terminal.verb("catalogue", "followed")).output
