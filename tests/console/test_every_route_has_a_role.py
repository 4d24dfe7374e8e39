"""No page without a role, no change without a token, and nothing from another site."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from adapters.console.app import routers
from adapters.console.home import PATHS
from adapters.console.roles import Role, claim_at, highest
from adapters.console.visits import Needs, csrf_of, open_to_all
from tests.adapters.http_case import Hub
from tests.console.console_case import SESSION, Browser

pytestmark = pytest.mark.anyio


@pytest.fixture
def hub(shared_hub: Hub) -> Hub:
    return shared_hub


ROUTES = [route for router in routers() for route in router.routes if isinstance(route, APIRoute)]
OPEN = {"/login", "/callback", "/signed-out", "/language", "/static/{name}"}


def roles(dependant: Dependant) -> Iterator[Role | None]:
    """The roles that a route asks for; None when it is open."""
    for each in dependant.dependencies:
        if isinstance(each.call, Needs):
            yield each.call.role
        elif each.call is open_to_all:
            yield None
        yield from roles(each)


NEEDED = {
    (method, route.path): list(roles(route.dependant))
    for route in ROUTES
    for method in sorted(route.methods or ())
}
ASKING = [(method, path, role) for (method, path), (role, *_) in NEEDED.items() if role]


def test_every_route_says_once_from_which_role_on_it_is() -> None:
    assert {route: found for route, found in NEEDED.items() if len(found) != 1} == {}


def test_open_to_all_is_only_what_signing_in_needs() -> None:
    assert {path for (_, path), found in NEEDED.items() if found == [None]} == OPEN


async def test_each_route_answers_nobody_and_refuses_who_has_a_lower_role(browser: Browser) -> None:
    for method, path, _ in ASKING:
        answer = await browser.send(method, _filled(path), {}, Origin=browser.hub.base)
        assert (answer.status, path) == (303 if method == "GET" else 401, path)
    for role in Role:
        await browser.sign_in(role.word)
        for method, path, needed in ASKING:
            if role >= needed:
                continue
            form = {"csrf": csrf_of(browser.cookies[SESSION])} if method == "POST" else None
            answer = await browser.send(method, _filled(path), form, Origin=browser.hub.base)
            assert (answer.status, path, role) == (403, path, role)


async def test_what_changes_something_has_the_sessions_token_and_comes_from_our_pages(
    browser: Browser,
) -> None:
    await browser.sign_in("admin")
    token, ours = {"csrf": csrf_of(browser.cookies[SESSION])}, {"Origin": browser.hub.base}
    for method, path, _ in ASKING:
        if method != "POST" or path == "/logout":
            continue
        send = _filled(path)
        assert (await browser.send(method, send, {}, **ours)).status == 403
        assert (await browser.send(method, send, {"csrf": "0" * 64}, **ours)).status == 403
        assert (await browser.send(method, send, token)).status == 403
        assert (await browser.send(method, send, token, Origin="https://a.example")).status == 403
        other = {**ours, "Sec-Fetch-Site": "same-site"}
        assert (await browser.send(method, send, token, **other)).status == 403
        assert (await browser.send(method, send, token, **ours)).status != 403


async def test_the_token_may_come_in_a_header(browser: Browser) -> None:
    await browser.sign_in("viewer")
    given = {"X-CSRF-Token": csrf_of(browser.cookies[SESSION]), "Sec-Fetch-Site": "same-origin"}
    assert (await browser.send("POST", "/console/", {"sought": "x"}, **given)).status == 200


def test_the_highest_role_of_a_claim_counts_and_others_words_do_not() -> None:
    assert highest(["viewer", "operator", "cook"]) is Role.OPERATOR
    assert highest("support viewer") is Role.SUPPORT
    assert [highest(said) for said in (None, [], ["cook"], 4, {"admin": True}, ["ADMIN"])] == [
        None
    ] * 6


def test_a_claim_may_lie_deeper() -> None:
    claims = {"realm_access": {"roles": ["viewer"]}, "https://a.example/roles": ["admin"]}
    assert claim_at(claims, "realm_access.roles") == ["viewer"]
    assert claim_at(claims, "https://a.example/roles") == ["admin"]
    assert claim_at(claims, "realm_access.other.more") is None


def _filled(path: str) -> str:
    filled = path
    while "{" in filled:
        before, _, rest = filled.partition("{")
        filled = f"{before}{uuid4()}{rest.partition('}')[2]}"
    return f"/console{filled}"


def test_everything_that_is_found_leads_to_a_page() -> None:
    paths = [path.format("x").partition("?")[0].removeprefix("/console") for path in PATHS.values()]
    gets = [route for route in ROUTES if "GET" in (route.methods or ())]
    assert [path for path in paths if not any(one.path_regex.match(path) for one in gets)] == []
