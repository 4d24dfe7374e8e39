"""The verbs of the sandbox: partners that speak the real protocol, and tokens for trying out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.terminal import OUT, Exit, stop, to_its_end
from adapters.sandbox import deployment
from adapters.sandbox.behaviour import read_behaviour
from adapters.sandbox.options import Kind, SandboxOptions
from adapters.sandbox.running import run as run_partner
from adapters.telemetry import configure_logging

sandbox_app = typer.Typer(help="Partners for trying out, not for production.", no_args_is_help=True)

Name = Annotated[str, typer.Option(help="Its partner id and client id.")]
Hub = Annotated[str, typer.Option(help="Root URL of the hub.")]
Port = Annotated[int, typer.Option(help="Where it listens; 0 is any free port.")]
Behaviour = Annotated[str, typer.Option(help="JSON, see docs/sandbox.md.")]
IssuerKey = Annotated[
    Path, typer.Option(exists=True, dir_okay=False, help="The private key the issuer signs with.")
]


@sandbox_app.command("shop")
def shop(
    name: Name,
    hub: Hub,
    issuer_key: IssuerKey,
    port: Port = 0,
    behaviour: Behaviour = "{}",
    orders: Annotated[Path | None, typer.Option(help="DeliveryOrderRequests to send.")] = None,
) -> None:
    """Run a shop (Bestelomgeving leermiddelen)."""
    _run("shop", name, hub, issuer_key, port, behaviour, orders)


@sandbox_app.command("registry")
def registry(
    name: Name, hub: Hub, issuer_key: IssuerKey, port: Port = 0, behaviour: Behaviour = "{}"
) -> None:
    """Run a publisher's licence registry (Licentieregistratie)."""
    _run("registry", name, hub, issuer_key, port, behaviour)


@sandbox_app.command("portal")
def portal(
    name: Name, hub: Hub, issuer_key: IssuerKey, port: Port = 0, behaviour: Behaviour = "{}"
) -> None:
    """Run a school's portal (Leermiddelenportaal)."""
    _run("portal", name, hub, issuer_key, port, behaviour)


@sandbox_app.command("catalogue")
def catalogue(
    name: Name,
    hub: Hub,
    issuer_key: IssuerKey,
    port: Port = 0,
    behaviour: Behaviour = "{}",
    products: Annotated[Path | None, typer.Option(help="Products to serve: a JSON array.")] = None,
) -> None:
    """Run a provider's catalogue (Leveranciersspecifieke leermiddelencatalogus)."""
    _run("catalogue", name, hub, issuer_key, port, behaviour, products=products)


@sandbox_app.command("administration")
def administration(
    name: Name, hub: Hub, issuer_key: IssuerKey, port: Port = 0, behaviour: Behaviour = "{}"
) -> None:
    """Run a student administration (Administratiesysteem)."""
    _run("administration", name, hub, issuer_key, port, behaviour)


@sandbox_app.command("token")
def token(
    client_id: Annotated[str, typer.Argument(help="Who calls.")],
    role: Annotated[str, typer.Option(help=", ".join(deployment.SCOPES))],
    issuer_key: IssuerKey,
) -> None:
    """Print a bearer token of the sandbox's issuer, for an hour."""
    if role not in deployment.SCOPES:
        stop(Exit.WRONG_USE, f"role must be one of {', '.join(deployment.SCOPES)}")
    OUT.print(deployment.token(issuer_key, client_id, deployment.SCOPES[role]), soft_wrap=True)


def _run(  # noqa: PLR0917 - what the verbs above were given
    kind: Kind,
    name: str,
    hub: str,
    issuer_key: Path,
    port: int,
    behaviour: str,
    orders: Path | None = None,
    products: Path | None = None,
) -> None:
    async def token_source() -> str:
        return deployment.token(issuer_key, name, deployment.SCOPES[kind])

    configure_logging("info")
    options = SandboxOptions(
        name=name,
        hub_url=hub,
        token_source=token_source,
        port=port,
        behaviour=read_behaviour(behaviour.encode()),
        client_keys=issuer_key.with_name("client-keys.json"),
        orders_file=orders,
        products_file=products,
    )
    to_its_end(run_partner(kind, options, OUT.print))
