"""Signing in and out, and choosing a language."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import structlog
from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from adapters.console.languages import LOCALES
from adapters.console.parts import Console
from adapters.console.place import ATTEMPT, LANGUAGE, SESSION, SIGNED_OUT, VOUCHED, own_path
from adapters.console.roles import claim_at, highest
from adapters.console.visits import Guest, Open, Viewing, go_to, read_form
from adapters.security.openid import Attempt, SignInFailed
from adapters.security.persons import NobodyNamed, UnreadableText, operator

ATTEMPT_SECONDS: Final = 600
LONGEST_TOKEN: Final = 3_500
"""A longer one is no cookie; without it the provider may ask whether they mean it."""
YEAR_SECONDS: Final = 365 * 24 * 3600

router = APIRouter()
log = structlog.get_logger(__name__)


@router.get("/login")
async def login(guest: Open) -> Response:
    """Send the browser to the provider."""
    going_to = own_path(guest.request.query_params.get("next"))
    try:
        url, attempt = await guest.console.openid.begin(going_to)
    except SignInFailed as failed:
        return _refused(guest, failed)
    answer = RedirectResponse(url, 303)
    kept = urlsafe_b64encode(msgspec.json.encode(attempt)).decode()
    guest.console.place.keep(answer, ATTEMPT, kept, ATTEMPT_SECONDS)
    return answer


@router.get("/callback")
async def callback(guest: Open) -> Response:
    """Let in whom the provider vouches for, under a session that nobody had before."""
    console = guest.console
    try:
        attempt = _attempt(console.place.read(guest.request, ATTEMPT))
        vouched = await console.openid.finish(attempt, dict(guest.request.query_params))
        cookie = await _let_in(console, vouched.claims)
    except SignInFailed as failed:
        return _refused(guest, failed)
    if former := console.place.read(guest.request, SESSION):
        await console.sessions.end(former)
    answer = go_to(own_path(attempt.going_to))
    console.place.drop(answer, ATTEMPT)
    console.place.keep(answer, SESSION, cookie, None)
    if len(vouched.id_token) <= LONGEST_TOKEN:
        console.place.keep(answer, VOUCHED, vouched.id_token, None)
    return answer


@router.post("/logout")
async def logout(visit: Viewing) -> Response:
    """End the session at once, wherever its cookie is used; then that at the provider.

    A page leads there: browsers do not let a form lead to another site (`form-action`).
    """
    console = visit.console
    await console.sessions.end(visit.cookie)
    id_token = console.place.read(visit.request, VOUCHED)
    away = await console.openid.leaving(id_token, console.place.origin + SIGNED_OUT)
    answer = Guest(visit.request).page("signing_out.html", away=away) if away else go_to(SIGNED_OUT)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    for cookie in (SESSION, VOUCHED):
        console.place.drop(answer, cookie)
    return answer


@router.get("/signed-out")
async def signed_out(guest: Open) -> Response:
    """Say so, and offer to sign in again."""
    return guest.page("signed_out.html")


@router.post("/language")
async def language(guest: Open) -> Response:
    """Keep the language that somebody chose."""
    form = await read_form(guest.request)
    answer = go_to(own_path(form.get("next")))
    if form.get("language") in LOCALES:
        guest.console.place.keep(answer, LANGUAGE, form["language"], YEAR_SECONDS)
    return answer


def _attempt(kept: str | None) -> Attempt:
    try:
        return msgspec.json.decode(urlsafe_b64decode(kept or ""), type=Attempt)
    except ValueError:
        raise SignInFailed("this browser did not begin to sign in, or too long ago") from None


async def _let_in(console: Console, claims: Mapping[str, Any]) -> str:
    """The cookie of somebody's new session.

    Raises:
        SignInFailed: they have no role here, or the provider does not name them.
    """
    role = highest(claim_at(claims, console.sign_in.roles_claim))
    if role is None:
        raise SignInFailed("no role")
    name = claim_at(claims, console.sign_in.name_claim)
    try:
        (known,) = await console.services.vault.remember_many([operator(str(name or ""))])
    except (NobodyNamed, UnreadableText):
        raise SignInFailed("the provider does not name them") from None
    log.info("console.signed_in", role=role.word)
    return await console.sessions.begin(known.subject_id, known.reference_id, role.word)


def _refused(guest: Guest, failed: SignInFailed) -> Response:
    log.warning("console.sign_in_failed", reason=str(failed))
    answer = guest.page("sign_in_failed.html", 403, no_role=str(failed) == "no role")
    guest.console.place.drop(answer, ATTEMPT)
    return answer
