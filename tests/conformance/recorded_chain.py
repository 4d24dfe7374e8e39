"""A chain in which every exchange goes through a relay, to the hub as to its partners."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from typing_extensions import override

from adapters.sandbox.chain import Chain, SandboxPartner
from tests.conformance.official import HERE
from tests.conformance.relay import Record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from adapters.sandbox.deployment import Deployment


@dataclass(frozen=True, kw_only=True)
class RelayedPartner(SandboxPartner):
    """A partner that the hub reaches by way of `relay`; its tokens it gives at its own address."""

    relay: str

    @override
    def entry(self) -> dict[str, str]:
        """The partner as it is registered."""
        own = super().entry()
        said = {name: value.replace(self.url, self.relay) for name, value in own.items()}
        return {**said, "tokenUrl": own["tokenUrl"]}


@asynccontextmanager
async def judged_chain(
    deployment: Deployment,
    partners: Sequence[SandboxPartner],
    *,
    apart: bool,
    spares: Sequence[str] = (),
) -> AsyncIterator[Chain]:
    """A chain whose story must conform to the official texts, if these are here; not started."""
    async with recorded_chain(deployment, partners, apart=apart, spares=spares) as (chain, record):
        yield chain
    found = record.faults() if HERE else {}
    assert not found, "\n".join(f"{count} times {fault}" for fault, count in found.items())


@asynccontextmanager
async def recorded_chain(
    deployment: Deployment,
    partners: Sequence[SandboxPartner],
    *,
    apart: bool = False,
    spares: Sequence[str] = (),
) -> AsyncIterator[tuple[Chain, Record]]:
    """A chain, not started, and the record of what is said in it.

    Where the hub does not answer, one of the `spares` is asked.
    """
    record = Record()
    async with AsyncExitStack() as stack:
        front = await stack.enter_async_context(record.before(deployment.hub_url, *spares))
        relayed = []
        for partner in partners:
            own = {each.name: getattr(partner, each.name) for each in fields(partner)}
            relay = await stack.enter_async_context(record.before(partner.url))
            relayed.append(RelayedPartner(**own, relay=relay))
        reached = replace(deployment, port=urlsplit(front).port or 0)
        yield await stack.enter_async_context(Chain(reached, relayed, apart=apart)), record
