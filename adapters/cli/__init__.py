"""`aanspraak <verb>`; exit codes: 0 good, 1 refused, 2 wrong use, 3 operational."""

from __future__ import annotations

import typer

from adapters.cli import (
    agreeing,
    blocking,
    catalogue,
    codes,
    consents,
    demo,
    forgetting,
    history,
    incidents,
    leavers,
    mending,
    operating,
    rebuild,
    reconciling,
    registering,
    releasing,
    reporting,
    rosters,
    running,
    sandboxing,
    trace,
    using,
)

app = typer.Typer(
    help="The entitlement hub of a distributor in the Edu-V chain.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(registering.partner_app, name="partner")
app.add_typer(registering.catalogue_app, name="catalogue")
app.add_typer(agreeing.contract_app, name="contract")
app.add_typer(agreeing.forecast_app, name="forecast")
app.add_typer(releasing.order_app, name="order")
app.add_typer(reporting.report_app, name="report")
app.add_typer(codes.codes_app, name="codes")
app.add_typer(consents.consent_app, name="consent")
catalogue.register(registering.catalogue_app)
app.add_typer(rosters.roster_app, name="roster")
app.add_typer(sandboxing.sandbox_app, name="sandbox")
app.add_typer(using.usage_app, name="usage")
app.add_typer(reconciling.reconcile_app, name="reconcile")
blocking.register(app)
operating.register(app)
running.register(app)
demo.register(app)
trace.register(app)
incidents.register(app)
history.register(app)
rebuild.register(app)
mending.register(app)
leavers.register(app)
forgetting.register(app)


def main() -> None:
    """Run a verb."""
    app()
