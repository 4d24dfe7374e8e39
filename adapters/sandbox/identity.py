"""The sandbox's OpenID provider: a page with four persons, one per role of the console.

Never for production: whoever reaches it is whom they choose.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import signal
import time
from base64 import b64decode, urlsafe_b64encode
from contextlib import asynccontextmanager
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote, urlencode

import msgspec
from aiohttp import web
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from adapters.security.key_sets import AsymmetricKey, algorithm_of, public_key_set

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

CLIENT_ID: Final = "aanspraak-console"
CALLBACK: Final = "/console/callback"
SIGNED_OUT: Final = "/console/signed-out"
SECRET_FILE: Final = "console-secret"  # noqa: S105 - the name of a file
PERSONS: Final = {
    "vera": ("Vera", "viewer"),
    "sam": ("Sam", "support"),
    "olga": ("Olga", "operator"),
    "ab": ("Ab", "admin"),
}
"""Who can be chosen, and their role."""
_SECONDS: Final = 300


class _Code(NamedTuple):
    person: str
    challenge: str
    nonce: str
    redirect_uri: str


class Identity:
    """A provider at `issuer` for one client, whose browsers come back to `redirect_uri`."""

    def __init__(self, issuer: str, redirect_uri: str, secret: str, key: AsymmetricKey) -> None:
        self.issuer = issuer
        self._redirect_uri = redirect_uri
        self._secret = secret
        self._key = key
        self._codes: dict[str, _Code] = {}

    def build(self) -> web.Application:
        """Put it together."""
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._configuration)
        app.router.add_get("/jwks", self._jwks)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        app.router.add_get("/logout", self._logout)
        return app

    async def _configuration(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/logout",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [algorithm_of(self._key)],
            }
        )

    async def _jwks(self, _request: web.Request) -> web.Response:
        return web.json_response(public_key_set(self._key))

    async def _authorize(self, request: web.Request) -> web.Response:
        """Show who there is; with `person`, let them in."""
        asked = request.query
        if asked.get("client_id") != CLIENT_ID or asked.get("redirect_uri") != self._redirect_uri:
            raise web.HTTPBadRequest(text="not a client of this provider")
        if asked.get("code_challenge_method") != "S256" or asked.get("response_type") != "code":
            raise web.HTTPBadRequest(text="code flow with PKCE (S256) only")
        person = asked.get("person")
        if person not in PERSONS:
            return web.Response(text=_page(asked), content_type="text/html")
        code = secrets.token_urlsafe(24)
        challenge, nonce = asked.get("code_challenge", ""), asked.get("nonce", "")
        self._codes[code] = _Code(person, challenge, nonce, self._redirect_uri)
        back = urlencode({"code": code, "state": asked.get("state", ""), "iss": self.issuer})
        raise web.HTTPSeeOther(f"{self._redirect_uri}?{back}")

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        given = self._codes.pop(form.get("code", ""), None)
        if not self._is_the_client(request):
            return web.json_response({"error": "invalid_client"}, status=401)
        if given is None or given.challenge != _challenge(form.get("code_verifier", "")):
            return web.json_response({"error": "invalid_grant"}, status=400)
        if form.get("redirect_uri") != given.redirect_uri:
            return web.json_response({"error": "invalid_grant"}, status=400)
        answer = {"access_token": secrets.token_urlsafe(24), "token_type": "Bearer"}
        return web.json_response({**answer, "id_token": self._id_token(given)})

    async def _logout(self, request: web.Request) -> web.Response:
        """It keeps nobody signed in, so there is nothing to end: who asks well is sent back."""
        asked = request.query
        try:
            token = asked.get("id_token_hint", "")
            hint = jwt.decode(token, self._key, algorithms=[algorithm_of(self._key)])
        except (JoseError, ValueError):
            raise web.HTTPBadRequest(text="id_token_hint is none of ours") from None
        back = self._redirect_uri.removesuffix(CALLBACK) + SIGNED_OUT
        if hint.claims["aud"] != CLIENT_ID or asked.get("post_logout_redirect_uri") != back:
            raise web.HTTPBadRequest(text="not a client of this provider")
        raise web.HTTPSeeOther(back)

    def _is_the_client(self, request: web.Request) -> bool:
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return False
        name, _, secret = b64decode(encoded).decode().partition(":")
        known = secrets.compare_digest(unquote(secret), self._secret)
        return known and unquote(name) == CLIENT_ID

    def _id_token(self, given: _Code) -> str:
        now = int(time.time())
        name, role = PERSONS[given.person]
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": given.person,
            "preferred_username": f"{given.person}@distributeur.example",
            "name": name,
            "roles": [role],
            "nonce": given.nonce,
            "iat": now,
            "exp": now + _SECONDS,
        }
        algorithm = algorithm_of(self._key)
        header = {"alg": algorithm, "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=[algorithm])


def settings_for(folder: Path, hub_port: int, identity_port: int) -> dict[str, str]:
    """The settings of a hub whose people sign in at the provider on this port."""
    return {
        "console_url": f"http://127.0.0.1:{hub_port}",
        "console_issuer": f"http://127.0.0.1:{identity_port}",
        "console_client_id": CLIENT_ID,
        "console_client_secret": secret_in(folder),
    }


def secret_in(folder: Path) -> str:
    """The console's secret at the provider of a deployment; made the first time."""
    path = folder / SECRET_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24), encoding="ascii")
    return path.read_text(encoding="ascii")


@asynccontextmanager
async def providing(hub_url: str, issuer_key: Path, port: int = 0) -> AsyncIterator[str]:
    """A provider that listens for as long as the block lasts; gives its address."""
    identity = _beside(issuer_key, hub_url)
    runner = web.AppRunner(identity.build(), access_log=None, shutdown_timeout=0.5)
    try:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        identity.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield identity.issuer
    finally:
        await runner.cleanup()


async def run(hub_url: str, issuer_key: Path, port: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is told the address once it listens."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with providing(hub_url, issuer_key, port) as url:
        ready(url)
        await stopped.wait()


def _beside(issuer_key: Path, hub_url: str) -> Identity:
    key = ECKey.import_key(msgspec.json.decode(issuer_key.read_bytes()))
    key.ensure_kid()
    return Identity("", hub_url + CALLBACK, secret_in(issuer_key.parent), key)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _page(asked: Mapping[str, str]) -> str:
    choices = "".join(
        f'<li><a href="?{escape(urlencode({**asked, "person": person}))}">{name}, {role}</a></li>'
        for person, (name, role) in PERSONS.items()
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Sandbox sign-in</title>'
        '<link rel="icon" href="data:,">'
        f"<main><h1>Sandbox: who are you?</h1><ul>{choices}</ul></main></html>"
    )
