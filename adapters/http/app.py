"""The HTTP application: every API of the hub, and how each request is accounted for."""

from __future__ import annotations

from fastapi import FastAPI

from adapters.http import delivery_v2, entitlement_v1, health, left_to_others, trace_v1, usage_v1
from adapters.http.accounting import Accounting
from adapters.http.openapi import describe
from adapters.http.problems import answer_problems
from adapters.http.services import Services


def create_app(services: Services) -> FastAPI:
    """Put the application together; it starts nothing, and stops nothing of what it is given."""
    app = FastAPI(
        title="Aanspraakmanager",
        version="1.0.0",
        description=(
            "Delivery API 2.0.0, Entitlement API 1.1.0 and Usage API 1.0.0 of Edu-V, as the "
            "Aanspraakmanager provides them."
        ),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    app.include_router(left_to_others.fixed_paths())
    for api in (delivery_v2, entitlement_v1, usage_v1, trace_v1, health):
        app.include_router(api.router)
    app.include_router(left_to_others.paths_with_an_id())
    answer_problems(app)
    app.add_middleware(Accounting)
    describe(app)
    return app
