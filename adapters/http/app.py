"""The HTTP application: every API of the hub, and how each request is accounted for."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig

from adapters.http import (
    activationcode_v0,
    consent_v0,
    delivery_v2,
    entitlement_v1,
    health,
    left_to_others,
    notifications_v0,
    ops_access,
    ops_attention,
    ops_blocks,
    ops_codes,
    ops_consents,
    ops_contracts,
    ops_dead_letters,
    ops_facts,
    ops_flows,
    ops_incidents,
    ops_jobs,
    ops_leavers,
    ops_orders,
    ops_partners,
    ops_persons,
    ops_rebuilds,
    ops_replays,
    ops_rosters,
    ops_schools,
    ops_search,
    ops_send_again,
    trace_contracts,
    trace_exchanges,
    trace_explain,
    trace_incidents,
    trace_lists,
    trace_orders,
    trace_pace,
    trace_persons,
    trace_v1,
    usage_trace,
    usage_v1,
)
from adapters.http.accounting import Accounting
from adapters.http.openapi import Described
from adapters.http.problems import answer_problems
from adapters.http.services import Services

UNTOLD: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""FastAPI would tell of errors in their own words, which may name people; we measure ourselves."""


ROUTERS: Final[tuple[APIRouter, ...]] = (
    usage_v1.router,  # the two busiest endpoints first: routes are tried in turn
    entitlement_v1.router,
    delivery_v2.router,
    consent_v0.router,
    trace_v1.router,
    trace_exchanges.router,
    trace_orders.router,
    trace_persons.router,
    usage_trace.router,
    trace_contracts.router,
    trace_explain.router,
    trace_incidents.router,
    trace_lists.router,
    ops_access.router,
    ops_attention.router,
    trace_pace.router,
    ops_blocks.router,
    ops_consents.router,
    ops_contracts.router,
    ops_orders.router,
    ops_partners.router,
    ops_codes.router,
    activationcode_v0.router,
    ops_incidents.router,
    ops_jobs.router,
    ops_rebuilds.router,
    ops_replays.router,
    ops_send_again.router,
    ops_flows.router,
    ops_dead_letters.router,
    ops_facts.router,
    notifications_v0.router,
    ops_rosters.router,
    ops_leavers.router,
    ops_persons.router,
    ops_schools.router,
    ops_search.router,
    health.router,
    left_to_others.fixed_paths(),
    entitlement_v1.by_id,
    left_to_others.paths_with_an_id(),
)
"""Every API, in the order in which routes are tried."""


def create_app(services: Services) -> FastAPI:
    """Put the application together; it starts nothing, and stops nothing of what it is given."""
    app = Described(
        title="Aanspraakmanager",
        version="1.0.0",
        description=(
            "Delivery API 2.0.0, Entitlement API 1.1.0, Usage API 1.0.0 and ActivationCode API "
            "0.9.1 of Edu-V, as the Aanspraakmanager provides them."
        ),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=UNTOLD,
    )
    app.state.services = services
    for router in ROUTERS:
        app.include_router(router)
    answer_problems(app)
    app.add_middleware(Accounting)
    return app
