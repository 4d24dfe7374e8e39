"""How a sandbox partner calls the hub: with a bearer token, and one connection pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

if TYPE_CHECKING:
    from adapters.sandbox.options import SandboxOptions

UNAUTHORISED = 401
_TIMEOUT = ClientTimeout(total=30)


class HubClient:
    """Sends messages to the hub; to be made and closed within a running loop."""

    def __init__(self, options: SandboxOptions) -> None:
        self._hub_url = options.hub_url.rstrip("/")
        self._token_source = options.token_source
        self._token: str | None = None
        self._session = ClientSession(
            connector=TCPConnector(limit=options.hub_concurrency), timeout=_TIMEOUT
        )

    async def send(self, method: str, path: str, body: bytes) -> int | None:
        """The HTTP status of the hub's answer; None when there was none."""
        url = self._hub_url + path
        try:
            headers = await self._headers()
            async with self._session.request(method, url, data=body, headers=headers) as answer:
                await answer.read()
        except (ClientError, TimeoutError, OSError):
            return None
        if answer.status == UNAUTHORISED:
            self._token = None
        return answer.status

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    async def _headers(self) -> dict[str, str]:
        if self._token is None:
            self._token = await self._token_source()
        return {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
