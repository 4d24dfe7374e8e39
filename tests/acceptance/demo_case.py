"""The demo's school start, played to where it stands still, with a console to look at it from."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aiohttp import ClientSession
from typer.testing import CliRunner

from adapters.cli import app
from adapters.sandbox.chain import Chain, SandboxPartner
from adapters.sandbox.deployment import free_port, prepare
from adapters.sandbox.identity import settings_for
from adapters.sandbox.school_start import DOWN, PORTALS, PRODUCTS, SHOP, orders, partners
from tests.acceptance.conftest import QUICK, until
from tests.console.console_case import Browser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from adapters.sandbox.school_start import Planned

UP: Final = PORTALS[0]
ANOTHER: Final = "leerportaal-noord"
"""A portal that nobody in the demo has."""
CONTRACT: Final = "RC-2026-17"
OVERDUE_SECONDS: Final = "5"
STILL: Final = frozenset({"link-placed", "in-use", "set-ready", "action-needed"})


class Reached(NamedTuple):
    """Where a hub answers, and what it is asked with."""

    base: str
    session: ClientSession


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The chain after its school start, what was ordered, and an operator at the console."""

    chain: Chain
    planned: list[Planned]
    browser: Browser

    async def page(self, path: str, **form: str) -> str:
        """A page of the console, the job's where one was asked for."""
        sent = self.browser.post(path, **form) if form else self.browser.get(path)
        answer = await sent
        if answer.status == 303:
            return await self.page(answer.headers["Location"])
        assert answer.status == 200, (path, answer.status)
        return unescape(answer.body.decode())

    async def verb(self, *words: str, typing: str = "") -> str:
        """What a verb prints that ends well, run in this process."""
        told = self.chain.deployment.environment
        done = await asyncio.to_thread(CliRunner().invoke, app, words, input=typing, env=told)
        assert done.exit_code == 0, (words, done.output, done.exception)
        return done.output

    async def ask(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """What the API answers an operator."""
        return await self.chain.get(path)

    async def post(self, path: str, body: Mapping[str, object]) -> Any:  # noqa: ANN401 - JSON
        """The same where the question goes in a body: it may name a person."""
        token = self.chain.deployment.token("operator", "operator")
        headers = {"Authorization": f"Bearer {token}"}
        hub = self.browser.hub
        async with hub.session.post(hub.base + path, json=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def order(self, school: str, portal: str) -> Any:  # noqa: ANN401 - JSON
        """The trace of the first order of a school at a portal."""
        for each in self.planned:
            named = each.order.specification.get("school") == {
                "organisationMasterIdentifier": school
            }
            if named and portal in each.order.portals:
                return await self.chain.trace(each.order.delivery_order_id)
        raise LookupError(school)


@asynccontextmanager
async def played(url: str, folder: Path) -> AsyncIterator[Demo]:
    """Play it; one portal is down and stays so, and another waits for the tests."""
    port, identity_port = free_port(), free_port()
    settings = {**QUICK, "overdue_seconds": OVERDUE_SECONDS}
    signing_in = settings_for(folder, port, identity_port)
    deployment = prepare(folder, url, port, **settings, **signing_in)
    everybody = [*partners(), SandboxPartner(partner=ANOTHER, role="portal")]
    async with (
        Chain(deployment, everybody, apart=False, identity_port=identity_port) as chain,
        ClientSession() as session,
    ):
        await chain.register(PRODUCTS)
        await chain.start()
        chain.start_hub("work")
        planned = list(orders())
        for each in planned:
            await chain.sandbox(SHOP, "POST", "order", each.order.request())
        browser = Browser(Reached(deployment.hub_url, session))
        await browser.sign_in("operator")
        demo = Demo(chain=chain, planned=planned, browser=browser)
        await _stands_still(demo)
        yield demo


async def _stands_still(demo: Demo) -> None:
    """What can be delivered is, who activates at once did, and the rest waits for one portal."""
    for each in demo.planned:
        ask = partial(demo.chain.trace, each.order.delivery_order_id)
        so = _is_late if DOWN in each.order.portals else _is_still
        await until(ask, so, seconds=150, about=each.title)
    for name, one in demo.chain.partners.items():
        if one.role == "registry":
            ask = partial(demo.chain.sandbox, name, "GET", "effects")
            await until(ask, lambda effects: bool(effects["waiting"] == 0), about=name)


def _is_still(trace: Any) -> bool:  # noqa: ANN401 - JSON
    return bool(trace) and trace["status"] in STILL and not trace["waitingOn"]


def _is_late(trace: Any) -> bool:  # noqa: ANN401 - JSON
    """Nobody but the portal is waited for; or it was refused altogether."""
    waiting = trace["waitingOn"] if trace else []
    if trace and not waiting:
        return bool(trace["status"] == "action-needed")
    return bool(waiting) and all(one.get("overdue") and one["partner"] == DOWN for one in waiting)
