"""Where the console is: its address, its cookies, and what came from its own pages.

The one place that knows whether browsers come over https. They do, unless the hub is on this very
machine (adapters/security/sign_in.py refuses anything else): then a cookie can be neither Secure
nor called `__Host-`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from fastapi import Request, Response

BASE: Final = "/console"
HOME: Final = f"{BASE}/"
CALLBACK: Final = f"{BASE}/callback"
SESSION: Final = "aanspraak-session"
ATTEMPT: Final = "aanspraak-sign-in"
VOUCHED: Final = "aanspraak-vouched"
SIGNED_OUT: Final = f"{BASE}/signed-out"
LANGUAGE: Final = "aanspraak-language"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The origin (scheme, host and port) at which browsers reach the hub."""

    origin: str
    secure: bool

    @property
    def callback(self) -> str:
        """Where the provider sends browsers back to."""
        return self.origin + CALLBACK

    def read(self, request: Request, cookie: str) -> str | None:
        """A cookie of ours."""
        return request.cookies.get(self._named(cookie))

    def keep(
        self,
        response: Response,
        cookie: str,
        value: str,
        seconds: int | None,
        same_site: Literal["lax", "strict"] = "lax",
    ) -> None:
        """Have the browser keep a cookie for so long, or until it is closed."""
        response.set_cookie(
            self._named(cookie),
            value,
            max_age=seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite=same_site,
        )

    def drop(self, response: Response, cookie: str) -> None:
        """Have the browser drop a cookie."""
        response.delete_cookie(
            self._named(cookie), path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def is_from_our_page(self, request: Request) -> bool:
        """Whether a browser says that a page of ours sends this; one that says nothing does not."""
        site = request.headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            return False
        origin = request.headers.get("origin")
        return origin == self.origin if origin is not None else site == "same-origin"

    def _named(self, cookie: str) -> str:
        return f"__Host-{cookie}" if self.secure else cookie


def own_path(wanted: str | None) -> str:
    """Where to go: a path within the console, and home for anything else.

    Browsers take a backslash for a slash, `%2e` for a dot, and pass over control characters.
    """
    if not wanted or not wanted.startswith(HOME) or "\\" in wanted or not wanted.isprintable():
        return HOME
    parts = urlsplit(wanted)
    dots = {".", ".."} & set(unquote(parts.path).split("/"))
    return HOME if parts.scheme or parts.netloc or dots else wanted
