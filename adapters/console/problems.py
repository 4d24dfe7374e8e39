"""What goes wrong on the console, as a page that says what to do."""

from __future__ import annotations

from typing import Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from aanspraak.domain import errors
from adapters.console.visits import (
    SAFE,
    Guest,
    NotFromHere,
    NotThen,
    NotThere,
    RoleRequired,
    SignInFirst,
    go_to,
    sign_in_path,
    who_asked,
)
from adapters.http.problems import FAILURES, Refused, retry_headers

NOT_FOUND: Final = 404
UNKNOWN: Final = 401
NAVIGATE: Final = "navigate"

log = structlog.get_logger(__name__)


def answer_problems(app: FastAPI) -> None:
    """Give every refusal and failure its page."""
    for problem in (
        SignInFirst,
        RoleRequired,
        NotFromHere,
        NotThere,
        RequestValidationError,
        HTTPException,
        Refused,
        errors.DomainError,
        *FAILURES,
    ):
        app.add_exception_handler(problem, answer)


async def answer(request: Request, problem: Exception) -> Response:
    """The page for each; what is no refusal is a failure that may be better in a moment."""
    guest = who_asked(request)
    match problem:
        case SignInFirst():
            return _sign_in(guest, problem)
        case RoleRequired():
            return guest.page("role_required.html", 403, role=problem.role.word)
        case NotFromHere():
            return guest.page("not_from_here.html", 403)
        case NotThere() | RequestValidationError():
            return _not_there(guest, problem)
        case HTTPException(status_code=status):
            return guest.page("not_there.html", status)
        case Refused():
            return guest.page(
                "refused.html", problem.http_status, said=problem.message, refusal=None
            )
        case errors.DomainError():
            return guest.page("refused.html", 409, refusal=problem)
        case _:
            log.warning("request.failed", reason=type(problem).__name__)
            page = guest.page("unavailable.html", 503)
            page.headers.update(retry_headers())
            return page


def _not_there(guest: Guest, problem: Exception) -> Response:
    if isinstance(problem, NotThen):
        path = guest.request.url.path
        return guest.page("not_then.html", NOT_FOUND, at=problem.at, path=path)
    return guest.page("not_there.html", NOT_FOUND)


def _sign_in(guest: Guest, problem: SignInFirst) -> Response:
    """Go to the provider; what a page asked for by itself makes the whole page go there.

    A form is told on a page that it came too late: browsers let none lead to another site
    (`form-action`), and would show nothing at all. A stream that begins anew begins no signing in:
    its cookie would take the place of that of whoever is at it.
    """
    headers, path = guest.request.headers, sign_in_path(problem.going_to)
    if headers.get("hx-request") is not None:
        return Response(status_code=UNKNOWN, headers={"HX-Refresh": "true"})
    if guest.request.method not in SAFE:
        return guest.page("sign_in_first.html", UNKNOWN, sign_in=path)
    if headers.get("sec-fetch-mode", NAVIGATE) != NAVIGATE:
        return Response(status_code=UNKNOWN)
    return go_to(path)
