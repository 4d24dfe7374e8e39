"""The hub gets its tokens from each partner: one request for all who ask, a new one in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from joserfc.jwk import KeySet

from adapters.security.issuing import AssertionRefused, new_key, read_assertion, write_private_key
from adapters.security.key_sets import UnusableKeys, public_key_set, read_private_key
from adapters.security.token_client import TokenClient, TokenEndpoint, TokenUnavailable

if TYPE_CHECKING:
    from pathlib import Path

KEY = new_key("RSA")
Answer = Callable[[web.Request], Awaitable[web.Response]]


@dataclass
class TokenServer:
    """A partner's token endpoint, which numbers its tokens and keeps the forms it was sent."""

    expires_in: object = 3600
    forms: list[dict[str, str]] = field(default_factory=list)
    answer: Answer | None = None
    url: str = ""

    async def give(self, request: web.Request) -> web.Response:
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        if self.answer:
            return await self.answer(request)
        await asyncio.sleep(0.01)
        said: dict[str, object] = {"access_token": f"token-{len(self.forms)}"}
        if self.expires_in is not None:
            said["expires_in"] = self.expires_in
        return web.json_response({**said, "token_type": "bearer"})

    def endpoint(self, partner: str = "lr-1") -> TokenEndpoint:
        return TokenEndpoint(partner=partner, url=self.url, scopes=("eduv.entitlement.licensor",))


@dataclass
class Clock:
    now: float = 1_780_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def server() -> AsyncIterator[TokenServer]:
    partner, app = TokenServer(), web.Application()
    app.router.add_post("/token", partner.give)
    async with TestServer(app, host="127.0.0.1") as running:
        partner.url = str(running.make_url("/token"))
        yield partner


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(clock: Clock) -> AsyncIterator[TokenClient]:
    async with ClientSession() as session:
        yield TokenClient(session, KEY, "aanspraakmanager", clock)


async def test_the_hub_proves_who_it_is_with_its_own_key(
    client: TokenClient, server: TokenServer, clock: Clock
) -> None:
    assert await client.token(server.endpoint()) == "token-1"
    (form,) = server.forms
    assertion = form.pop("client_assertion")
    assert form == {
        "grant_type": "client_credentials",
        "client_id": "aanspraakmanager",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "scope": "eduv.entitlement.licensor",
    }
    keys = KeySet.import_key_set(public_key_set(KEY))  # type: ignore[arg-type]
    with pytest.raises(AssertionRefused):
        read_assertion(assertion, keys, token_url="https://elsewhere.example/token")


async def test_a_token_endpoint_takes_the_hubs_assertion_and_no_other(
    server: TokenServer,
) -> None:
    keys = KeySet.import_key_set(public_key_set(KEY))  # type: ignore[arg-type]
    async with ClientSession() as session:
        await TokenClient(session, KEY, "hub").token(server.endpoint())
        await TokenClient(session, new_key(), "hub").token(server.endpoint())
    ours, forged = (form["client_assertion"] for form in server.forms)
    assert read_assertion(ours, keys, token_url=server.url) == "hub"
    with pytest.raises(AssertionRefused):
        read_assertion(forged, keys, token_url=server.url)


async def test_all_who_ask_at_once_share_one_request(
    client: TokenClient, server: TokenServer
) -> None:
    asked = await asyncio.gather(*(client.token(server.endpoint()) for _ in range(50)))
    assert set(asked) == {"token-1"}
    assert await client.token(server.endpoint()) == "token-1"
    assert len(server.forms) == 1


async def test_each_partner_has_a_token_of_its_own(
    client: TokenClient, server: TokenServer
) -> None:
    assert await client.token(server.endpoint("lr-1")) != await client.token(
        server.endpoint("lp-1")
    )


@pytest.mark.parametrize(
    ("expires_in", "kept", "renewed"),
    [(3600, 3539, 3541), ("3600", 3539, 3541), (100, 89, 91), (None, 53, 55), (0, None, 1)],
)
async def test_a_token_is_renewed_shortly_before_it_expires(
    client: TokenClient,
    server: TokenServer,
    clock: Clock,
    expires_in: object,
    kept: int | None,
    renewed: int,
) -> None:
    server.expires_in = expires_in
    await client.token(server.endpoint())
    if kept is not None:
        clock.now += kept
        assert await client.token(server.endpoint()) == "token-1"
        clock.now -= kept
    clock.now += renewed
    assert await client.token(server.endpoint()) == "token-2"


async def test_a_token_the_partner_no_longer_takes_is_dropped_once(
    client: TokenClient, server: TokenServer
) -> None:
    stale = await client.token(server.endpoint())
    client.invalidate(server.endpoint(), stale)
    fresh = await client.token(server.endpoint())
    client.invalidate(server.endpoint(), stale)
    assert await client.token(server.endpoint()) == fresh == "token-2"


def answering(status: int = 200, text: str = "") -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        answering(401, '{"error": "invalid_client: secret"}'),
        answering(500, "secret"),
        answering(307),
        answering(200, "secret"),
        answering(200, '{"access_token": ""}'),
        answering(200, '{"access_token": "secret\\r\\nX-Evil: 1"}'),
        answering(200, '{"access_token": "secret", "token_type": "mac"}'),
        answering(200, '{"access_token": "' + "secret" * 20_000 + '"}'),
        answering(200, '{"expires_in": 3600}'),
    ],
)
async def test_an_endpoint_that_gives_no_token_is_as_good_as_unreachable(
    client: TokenClient, server: TokenServer, answer: Answer
) -> None:
    server.answer = answer
    with pytest.raises(TokenUnavailable, match="lr-1") as unavailable:
        await client.token(server.endpoint())
    assert "secret" not in str(unavailable.value)
    server.answer = None
    assert await client.token(server.endpoint()) == "token-2"


async def test_an_endpoint_that_is_not_there_is_unavailable(client: TokenClient) -> None:
    nowhere = TokenEndpoint(partner="lr-1", url="http://127.0.0.1:9/token", scopes=())
    waiting = [client.token(nowhere) for _ in range(3)]
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(answer, TokenUnavailable) for answer in answers)


async def test_one_who_hangs_up_does_not_take_the_token_from_the_others(
    client: TokenClient, server: TokenServer
) -> None:
    gone = asyncio.ensure_future(client.token(server.endpoint()))
    stays = asyncio.ensure_future(client.token(server.endpoint()))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == "token-1"
    assert len(server.forms) == 1


def test_the_hubs_own_key_is_read_from_a_file_that_only_it_can_read(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    write_private_key(path, KEY)
    assert path.stat().st_mode & 0o077 == 0
    assert read_private_key(path).as_dict(private=True) == KEY.as_dict(private=True)


@pytest.mark.parametrize(
    "content", ["", "{}", '{"kty": "oct", "k": "c2VjcmV0"}', '{"kty":"EC","crv":"P-256"}']
)
def test_a_file_without_a_private_key_is_refused_without_showing_it(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "key.json"
    path.write_text(content)
    with pytest.raises(UnusableKeys, match=r"key\.json") as refused:
        read_private_key(path)
    assert "c2VjcmV0" not in str(refused.value)


def test_what_is_published_of_a_key_cannot_sign() -> None:
    (published,) = public_key_set(KEY)["keys"]
    assert published["kid"] == KEY.kid
    assert not {"d", "p", "q"} & published.keys()
