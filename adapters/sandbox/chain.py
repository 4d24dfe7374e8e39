"""A whole chain on this machine: the processes of the hub, and those of its partners."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

import aiohttp

from adapters.config import environment_key
from adapters.sandbox.deployment import Deployment, free_port
from adapters.sandbox.processes import Processes
from adapters.wire import activationcode_v0, consent_v0, usage_v1

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

FOLLOWERS: Final = (
    *("policies", "projections", "publisher", "gateway", "clock"),
    *("catalogue", "roster", "notices"),
)
HUB: Final = ("serve", "work", *FOLLOWERS)
TOGETHER: Final = "followers"
"""The process of all followers, where they do not have one each."""
PARTNERS: Final = "partners"
"""The process of all partners, where they do not have one each."""
IDENTITY: Final = "identity"
"""The process of the provider at which people sign in."""
BASE_PATHS: Final = {
    "shop": "/delivery/v2",
    "registry": "/entitlement/v1",
    "portal": "/entitlement/v1",
    "catalogue": "/catalogue/v2",
    "administration": "/{api}",
}
READY_SECONDS: Final = 60.0
CONSENT_ROLES: Final = ("portal", "administration")
CONSENTING: Final = ("104A158", "107B221", "110C305", "25PW")
"""Schools that consent to every portal, and to their administration being read."""


class NotReady(Exception):
    """A process did not answer in time."""


@dataclass(frozen=True, kw_only=True)
class SandboxPartner:
    """One partner: its id, what it is, where it listens, and further options of its verb."""

    partner: str
    role: str
    title: str = ""
    behaviour: Mapping[str, object] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    codes: bool = False
    """Whether the publisher lets the hub request activation codes."""

    @property
    def url(self) -> str:
        """The root of its server."""
        return f"http://127.0.0.1:{self.port}"

    def entry(self) -> dict[str, str]:
        """The partner as `aanspraak partner import` reads it."""
        return {
            "partner": self.partner,
            "role": self.role,
            "title": self.title or self.partner,
            "clientId": self.partner,
            "url": self.url + BASE_PATHS[self.role],
            "tokenUrl": self.url + "/oauth2/token",
            "scope": "",
            "usageUrl": self.url + usage_v1.BASE_PATH if self.role == "registry" else "",
            "activationCodesUrl": self.url + activationcode_v0.BASE_PATH if self.codes else "",
            "consentUrl": self.url + consent_v0.BASE_PATH if self.role == "portal" else "",
        }


class Chain:
    """Starts, asks and stops the processes of a deployment and of its partners.

    `apart`: every follower is a process of its own, as where many pupils depend on it, and every
    partner too; otherwise the followers share one, and the partners another. With `identity_port`
    there is also a provider at which people sign in to the console.
    """

    def __init__(
        self,
        deployment: Deployment,
        partners: Sequence[SandboxPartner],
        *,
        apart: bool = True,
        identity_port: int | None = None,
    ) -> None:
        self.deployment = deployment
        self.apart = apart
        self.identity_port = identity_port
        self.partners = {partner.partner: partner for partner in partners}
        self.processes = Processes(deployment.folder / "logs", deployment.environment)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the session that asks; nothing is started yet."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything."""
        if self._session is not None:
            await self._session.close()
        await asyncio.to_thread(self.processes.stop_all)

    async def verb(self, *arguments: str) -> str:
        """Run a verb of the command line to its end; its output, whatever its exit code."""
        return await asyncio.to_thread(self.processes.finish, *arguments)

    async def register(
        self,
        products: Sequence[Mapping[str, object]],
        consenting: Sequence[str] = CONSENTING,
    ) -> None:
        """Migrate, and make the partners and products known, and which schools consent."""
        entries = [partner.entry() for partner in self.partners.values()]
        consents = [
            {"partner": one.partner, "school": {"organisationMasterIdentifier": school}}
            for one in self.partners.values()
            for school in consenting
            if one.role in CONSENT_ROLES
        ]
        verbs = (
            ("migrate",),
            ("partner", "import", self._written("partners.json", entries)),
            ("catalogue", "import", self._written("products.json", products)),
            ("consent", "import", self._written("consents.json", consents)),
        )
        await asyncio.to_thread(self.processes.finish_all, verbs)

    def start_stream(self) -> None:
        """Start the event stream, which needs Kafka."""
        self.processes.start("stream", *_verb("stream"), DATABASE_URL=self.deployment.runtime_url)

    def start_hub(self, *names: str) -> None:
        """Start the processes of the hub, or some of them."""
        url = self.deployment.runtime_url
        for name in names or (HUB if self.apart else ("serve", TOGETHER)):
            self.processes.start(name, *_verb(name), DATABASE_URL=url, **self._means_of(name))

    def _means_of(self, name: str) -> dict[str, str]:
        """What only this process is given: a worker rebuilds views as their owner."""
        owner = self.deployment.environment["DATABASE_URL"]
        return {environment_key("rebuild_database_url"): owner} if name == "work" else {}

    def start_partner(self, name: str) -> None:
        """Start a partner."""
        partner = self.partners[name]
        self.processes.start(
            f"{partner.role}-{name}",
            "sandbox",
            partner.role,
            *("--name", name),
            *("--hub", self.deployment.hub_url),
            *("--port", str(partner.port)),
            *("--issuer-key", str(self.deployment.issuer_key)),
            *("--behaviour", json.dumps(partner.behaviour)),
        )

    def start_partners(self) -> None:
        """Start all partners in one process."""
        entries = [
            {"kind": one.role, "name": name, "port": one.port, "behaviour": one.behaviour}
            for name, one in self.partners.items()
        ]
        self.processes.start(
            PARTNERS,
            *("sandbox", "partners", self._written("serving.json", entries)),
            *("--hub", self.deployment.hub_url),
            *("--issuer-key", str(self.deployment.issuer_key)),
        )

    def start_identity(self, port: int) -> None:
        """Start the provider at which people sign in to the console."""
        self.processes.start(
            IDENTITY,
            *("sandbox", "identity", "--port", str(port)),
            *("--hub", self.deployment.hub_url),
            *("--issuer-key", str(self.deployment.issuer_key)),
        )

    async def start(self) -> None:
        """Start everything and wait until it answers."""
        self.start_hub()
        if self.identity_port is not None:
            self.start_identity(self.identity_port)
        if self.apart:
            for name in self.partners:
                self.start_partner(name)
        else:
            self.start_partners()
        await self.ready()

    async def ready(self) -> None:
        """Wait until the hub takes requests and has followed its log, and every partner answers.

        Raises:
            NotReady: after a minute.
            ProcessEnded: when one ended of itself.
        """
        partners = [f"{each.url}/sandbox/behaviour" for each in self.partners.values()]
        providers = [f"http://127.0.0.1:{self.identity_port}/jwks"] if self.identity_port else []
        for url in (f"{self.deployment.hub_url}/readyz", *partners, *providers):
            await self._answering(url, "")
        for follower in ("policies", "projections", "publisher"):
            caught_up = f'aanspraak_follower_lag_events{{follower="{follower}"}} 0.0'
            await self._answering(f"{self.deployment.hub_url}/metrics", caught_up)

    async def get(self, path: str, caller: str = "operator", role: str = "operator") -> Any:  # noqa: ANN401 - JSON
        """Ask the hub; the JSON that it answers with 200.

        Raises:
            aiohttp.ClientResponseError: for any other status.
        """
        headers = {"Authorization": f"Bearer {self.deployment.token(caller, role)}"}
        url = self.deployment.hub_url + path
        async with self._asking.get(url, headers=headers, raise_for_status=True) as response:
            return await response.json()

    async def operate(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> Any:  # noqa: ANN401 - JSON
        """Act on the hub as its operator, who signs; the JSON that it answers with.

        Raises:
            aiohttp.ClientResponseError: for a status that is not good.
        """
        headers = {"Authorization": f"Bearer {self.deployment.token('operator', 'operator')}"}
        signed = {"actor": "operator", "reason": "as the story has it", **(body or {})}
        url = f"{self.deployment.hub_url}/ops/v1{path}"
        async with self._asking.request(
            method, url, json=signed, headers=headers, raise_for_status=True
        ) as response:
            return await response.json(content_type=None)

    async def trace(self, delivery_order_id: object) -> Any:  # noqa: ANN401 - JSON, or None
        """Where an order stands; None while the hub does not know it, or does not answer."""
        try:
            return await self.get(f"/trace/v1/orders/{delivery_order_id}")
        except aiohttp.ClientError:
            return None

    async def sandbox(self, partner: str, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Use the control API of a partner."""
        url = f"{self.partners[partner].url}/sandbox/{path}"
        async with self._asking.request(method, url, json=body, raise_for_status=True) as response:
            return await response.json(content_type=None)

    @property
    def _asking(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the chain is not open")
        return self._session

    def _written(self, name: str, entries: object) -> str:
        path = self.deployment.folder / name
        path.write_text(json.dumps(entries), encoding="utf-8")
        return str(path)

    async def _answering(self, url: str, saying: str) -> None:
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            self.processes.check()
            try:
                async with self._asking.get(url) as response:
                    if response.ok and saying in await response.text():
                        return
            except (aiohttp.ClientError, OSError):
                pass
            await asyncio.sleep(0.1)
        raise NotReady(url)


def _verb(name: str) -> tuple[str, ...]:
    """The verb of a process of the hub."""
    if name in {"serve", "work"}:
        return (name,)
    return ("follow", *FOLLOWERS) if name == TOGETHER else ("follow", name)
