"""A hub with its console and a provider to sign in at, and persons who use it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode, urljoin

from adapters.asgi import application
from adapters.console.visits import csrf_of
from adapters.sandbox.deployment import free_port
from adapters.sandbox.identity import providing, settings_for
from adapters.security.issuing import new_key, write_private_key
from tests.adapters.http_case import Answer, Hub, running_hub

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from aiohttp import ClientSession

SESSION = "aanspraak-session"
PERSONS = {"viewer": "vera", "support": "sam", "operator": "olga", "admin": "ab"}
"""Who has which role at the sandbox's provider."""


class Reached(Protocol):
    """A hub that answers at `base`."""

    @property
    def base(self) -> str: ...

    @property
    def session(self) -> ClientSession: ...


@dataclass
class Browser:
    """Keeps cookies and follows no redirects by itself; what its pages send, it says so."""

    hub: Reached
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "en"

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.send("GET", path, None, **headers)

    async def post(self, path: str, **form: str) -> Answer:
        """What a form of a page sends."""
        given = {"csrf": csrf_of(self.cookies.get(SESSION, "")), **form}
        return await self.send("POST", path, given, Origin=self.hub.base)

    async def send(
        self, method: str, path: str, form: Mapping[str, str] | None = None, **headers: str
    ) -> Answer:
        url = urljoin(self.hub.base, path)
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Accept-Language": self.language, **({"Cookie": kept} if kept else {}), **headers}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        data = None if form is None else urlencode(form)
        async with self.hub.session.request(
            method, url, data=data, headers=sent, allow_redirects=False
        ) as response:
            self._keep(response.headers.getall("Set-Cookie", []))
            body = await response.read()
            return Answer(status=response.status, headers=response.headers, body=body)

    async def sign_in(self, role: str, going_to: str = "/console/") -> Answer:
        """Sign in at the provider as the person of this role; the answer to coming back."""
        return await self.get(await self.vouched(role, going_to))

    async def vouched(self, role: str, going_to: str = "/console/") -> str:
        """Where the provider sends the browser back to."""
        away = await self.get(f"/console/login?{urlencode({'next': going_to})}")
        chosen = f"{away.headers['Location']}&person={PERSONS[role]}"
        return (await self.get(chosen)).headers["Location"]

    def _keep(self, lines: list[str]) -> None:
        for line in lines:
            for name, cookie in SimpleCookie(line).items():
                self.cookies[name] = cookie.value
                if cookie["max-age"] == "0":
                    del self.cookies[name]


@asynccontextmanager
async def running_console(url: str, folder: Path, **settings: Any) -> AsyncIterator[Hub]:  # noqa: ANN401 - settings
    """A hub with a console, and the sandbox's provider beside it."""
    port, key = free_port(), folder / "provider.json"
    write_private_key(key, new_key())
    async with providing(f"http://127.0.0.1:{port}", key) as provider:
        given = settings_for(folder, port, int(provider.rpartition(":")[2]))
        async with running_hub(
            url, folder, application=application, **given, port=port, **settings
        ) as hub:
            yield hub
