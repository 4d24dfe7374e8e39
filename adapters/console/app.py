"""The operators' console: pages for people, an application of its own beneath `/console`."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse

from adapters.console import (
    access,
    access_of_school,
    assets_served,
    contracts,
    dead_letters,
    entitlements,
    exchanges,
    fact_log,
    home,
    hub,
    incidents,
    jobs,
    login,
    mending,
    messages,
    orders,
    overdue,
    overview,
    partners,
    rebuilding,
    replaying,
    schools,
    sending,
)
from adapters.console.headers import Guarded
from adapters.console.parts import console_of
from adapters.console.place import BASE, HOME
from adapters.console.problems import answer_problems
from adapters.http.app import UNTOLD
from adapters.http.services import Services
from adapters.security.sign_in import SignIn


def create_console(services: Services, sign_in: SignIn) -> FastAPI:
    """Put the console together; it starts nothing."""
    app = FastAPI(
        title="Console", openapi_url=None, docs_url=None, redoc_url=None, telemetry=UNTOLD
    )
    app.router.redirect_slashes = False
    app.state.console = console_of(services, sign_in)
    for router in routers():
        app.include_router(router)
    answer_problems(app)
    app.add_middleware(Guarded, secure=sign_in.secure)
    return app


def routers() -> tuple[APIRouter, ...]:
    """The pages, one file per topic."""
    return (
        home.router,
        orders.router,
        entitlements.router,
        messages.router,
        mending.router,
        access.router,
        access_of_school.router,
        schools.router,
        overview.router,
        hub.router,
        partners.router,
        incidents.router,
        jobs.router,
        rebuilding.router,
        overdue.router,
        contracts.router,
        fact_log.router,
        exchanges.router,
        replaying.router,
        dead_letters.router,
        sending.router,
        login.router,
        assets_served.router,
    )


def mount(app: FastAPI, console: FastAPI) -> None:
    """Let the hub answer with the console beneath `/console`."""
    app.router.add_route(BASE, _to_home)
    app.mount(BASE, console)


async def _to_home(_request: Request) -> RedirectResponse:
    return RedirectResponse(HOME, 308)
