"""Who visits a page of the console: each route says from which role on, and asks it here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Final, TypeAlias
from urllib.parse import parse_qs, quote

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from typing_extensions import override

from adapters.console.languages import chosen
from adapters.console.parts import Console
from adapters.console.place import BASE, LANGUAGE, SESSION, own_path
from adapters.console.roles import Role
from adapters.http.body import read_body
from adapters.http.services import Services
from adapters.postgres.console_sessions import Session

SAFE: Final = ("GET", "HEAD")
FORM: Final = "application/x-www-form-urlencoded"
FORM_BYTES: Final = 65_536
U0000: Final = "\x00"
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "x-csrf-token"
REFRESHING: Final = "x-refreshing"
"""A page asks again by itself: nobody did something, so no session lasts longer by it."""


class SignInFirst(Exception):
    """Nobody is signed in; `going_to` is where they wanted to go."""

    def __init__(self, going_to: str) -> None:
        super().__init__(going_to)
        self.going_to = going_to


class RoleRequired(Exception):
    """The page is for a higher role."""

    def __init__(self, role: Role) -> None:
        super().__init__(role.word)
        self.role = role


class NotFromHere(Exception):
    """What would change something was not sent by a page of ours for this session."""


class NotThere(Exception):
    """There is nothing of that name."""


class NotThen(NotThere):
    """It was not there at that moment; None: what was asked for is no moment of the past."""

    def __init__(self, at: datetime | None) -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True)
class Guest:
    """A request of somebody, known or not, and how they are answered."""

    request: Request

    @cached_property
    def console(self) -> Console:
        """The parts of the console."""
        console: Console = self.request.app.state.console
        return console

    @property
    def services(self) -> Services:
        """The parts of the process."""
        return self.console.services

    @cached_property
    def language(self) -> str:
        """The language they read."""
        kept = self.console.place.read(self.request, LANGUAGE)
        return chosen(kept, self.request.headers.get("accept-language"))

    @property
    def context(self) -> dict[str, Any]:
        """What every page has."""
        return {"visit": None, "csrf": "", "here": self.here, "now": self.services.now()}

    @property
    def here(self) -> str:
        """This page, to come back to."""
        url = self.request.url
        query = f"?{url.query}" if url.query and self.request.method in SAFE else ""
        return own_path(url.path + query)

    @property
    def sent_by(self) -> str:
        """The page that sent this form, to come back to; home when no page of ours did."""
        given = self.request.headers.get("referer", "")
        return own_path(given.removeprefix(self.console.place.origin))

    def page(self, template: str, status: int = 200, **context: object) -> HTMLResponse:
        """A page in their language."""
        return HTMLResponse(self.render(template, **context), status)

    def render(self, template: str, **context: object) -> str:
        """A template in their language."""
        return self.console.pages.render(self.language, template, {**self.context, **context})


@dataclass(frozen=True)
class Visit(Guest):
    """A request of somebody who is signed in; `form` is what they sent."""

    session: Session
    cookie: str
    form: Mapping[str, str]
    name: str

    @property
    def role(self) -> Role:
        """What they may."""
        return Role[self.session.role.upper()]

    @property
    def csrf(self) -> str:
        """What their forms must carry: nobody can know it but who has the cookie."""
        return csrf_of(self.cookie)

    @property
    @override
    def context(self) -> dict[str, Any]:
        """What every page has, and who visits."""
        return {**super().context, "visit": self, "csrf": self.csrf}

    def may(self, role: str) -> bool:
        """Whether they have this role, or a higher one."""
        return self.role >= Role[role.upper()]


def csrf_of(cookie: str) -> str:
    """The token of a session's forms."""
    return hashlib.sha256(b"form of " + cookie.encode(errors="replace")).hexdigest()


def go_to(path: str) -> RedirectResponse:
    """Have the browser ask for another page of ours."""
    return RedirectResponse(path, 303)


@dataclass(frozen=True)
class Needs:
    """The dependency of a route that is for a role and those above it."""

    role: Role

    async def __call__(self, request: Request) -> Visit:
        """Who visits.

        Raises:
            NotThere: its address holds what no name of anything can.
            SignInFirst: nobody is signed in, or no longer.
            NotFromHere: it would change something, and no page of ours sent it.
            RoleRequired: their role is lower.
        """
        guest = Guest(request)
        _refuse_u0000(request)
        cookie = guest.console.place.read(request, SESSION)
        by_somebody = REFRESHING not in request.headers
        sessions = guest.console.sessions
        session = await sessions.find(cookie, used=by_somebody) if cookie else None
        if cookie is None or session is None:
            raise SignInFirst(guest.here if request.method in SAFE else guest.sent_by)
        form = await _form(guest, cookie)
        visit = Visit(request, session, cookie, form, await guest.console.name_of(session))
        request.state.visit = visit
        if visit.role < self.role:
            raise RoleRequired(self.role)
        return visit


def who_asked(request: Request) -> Guest:
    """Who visits, as far as that was found out: a page that says what went wrong is theirs too."""
    found: Guest = getattr(request.state, "visit", None) or Guest(request)
    return found


async def open_to_all(request: Request) -> Guest:
    """The dependency of a route that anybody may ask: for signing in and what that needs."""
    guest = Guest(request)
    if request.method not in SAFE and not guest.console.place.is_from_our_page(request):
        raise NotFromHere
    return guest


def _refuse_u0000(request: Request) -> None:
    """The database takes no such text; what it would be asked for is not there."""
    if any(U0000 in text for text in (request.scope["path"], *request.query_params.values())):
        raise NotThere


async def _form(guest: Guest, cookie: str) -> Mapping[str, str]:
    """What a form of ours sent; nothing for a request that changes nothing.

    Raises:
        NotFromHere: it has not the session's token, or a browser says that another site sent it.
    """
    request = guest.request
    if request.method in SAFE:
        return {}
    form = await read_form(request)
    given = request.headers.get(CSRF_HEADER) or form.get(CSRF_FIELD, "")
    if given != csrf_of(cookie) or not guest.console.place.is_from_our_page(request):
        raise NotFromHere
    return form


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form; of one that is given twice the last.

    Raises:
        NotFromHere: it is no form.
    """
    if not request.headers.get("content-type", "").startswith(FORM):
        raise NotFromHere
    body = await read_body(request, FORM_BYTES)
    fields = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
    return {name: values[-1].replace(U0000, "") for name, values in fields.items()}


def sign_in_path(going_to: str) -> str:
    """Where to sign in, to go there afterwards."""
    return f"{BASE}/login?next={quote(own_path(going_to), safe='/')}"


Open: TypeAlias = Annotated[Guest, Depends(open_to_all)]
Viewing: TypeAlias = Annotated[Visit, Depends(Needs(Role.VIEWER))]
Supporting: TypeAlias = Annotated[Visit, Depends(Needs(Role.SUPPORT))]
Operating: TypeAlias = Annotated[Visit, Depends(Needs(Role.OPERATOR))]
Administering: TypeAlias = Annotated[Visit, Depends(Needs(Role.ADMIN))]
