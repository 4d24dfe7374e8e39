"""The verbs of the sandbox: partners that speak the real protocol, and tokens for trying out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.cli.terminal import OUT, Exit, print_line, stop, to_its_end
from adapters.sandbox import deployment, identity
from adapters.sandbox.behaviour import Behaviour, read_behaviour
from adapters.sandbox.options import Kind, SandboxOptions
from adapters.sandbox.running import run as run_partners
from adapters.telemetry import configure_logging

sandbox_app = typer.Typer(help="Partners for trying out, not for production.", no_args_is_help=True)

Name = Annotated[str, typer.Option(help="Its partner id and client id.")]
Hub = Annotated[str, typer.Option(help="Root URL of the hub.")]
Port = Annotated[int, typer.Option(help="Where it listens; 0 is any free port.")]
Behaving = Annotated[str, typer.Option(help="JSON, see docs/sandbox.md.")]
IssuerKey = Annotated[
    Path, typer.Option(exists=True, dir_okay=False, help="The private key the issuer signs with.")
]

PartnersFile = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A JSON array.")
]


@sandbox_app.command("shop")
def shop(
    name: Name,
    hub: Hub,
    issuer_key: IssuerKey,
    port: Port = 0,
    behaviour: Behaving = "{}",
    orders: Annotated[Path | None, typer.Option(help="DeliveryOrderRequests to send.")] = None,
) -> None:
    """Run a shop (Bestelomgeving leermiddelen)."""
    options = _one("shop", name, hub, issuer_key, port, behaviour)
    _run([("shop", replace(options, orders_file=orders))])


@sandbox_app.command("registry")
def registry(
    name: Name, hub: Hub, issuer_key: IssuerKey, port: Port = 0, behaviour: Behaving = "{}"
) -> None:
    """Run a publisher's licence registry (Licentieregistratie)."""
    _run([("registry", _one("registry", name, hub, issuer_key, port, behaviour))])


@sandbox_app.command("portal")
def portal(
    name: Name, hub: Hub, issuer_key: IssuerKey, port: Port = 0, behaviour: Behaving = "{}"
) -> None:
    """Run a school's portal (Leermiddelenportaal)."""
    _run([("portal", _one("portal", name, hub, issuer_key, port, behaviour))])


@sandbox_app.command("catalogue")
def catalogue(
    name: Name,
    hub: Hub,
    issuer_key: IssuerKey,
    port: Port = 0,
    behaviour: Behaving = "{}",
    products: Annotated[Path | None, typer.Option(help="Products to serve: a JSON array.")] = None,
) -> None:
    """Run a provider's catalogue (Leveranciersspecifieke leermiddelencatalogus)."""
    options = _one("catalogue", name, hub, issuer_key, port, behaviour)
    _run([("catalogue", replace(options, products_file=products))])


@sandbox_app.command("administration")
def administration(
    name: Name, hub: Hub, issuer_key: IssuerKey, port: Port = 0, behaviour: Behaving = "{}"
) -> None:
    """Run a student administration (Administratiesysteem)."""
    _run([("administration", _one("administration", name, hub, issuer_key, port, behaviour))])


@sandbox_app.command("identity")
def identity_provider(hub: Hub, issuer_key: IssuerKey, port: Port = 0) -> None:
    """Run an OpenID provider for the console: four persons, one of each role, for anybody."""
    to_its_end(identity.run(hub, issuer_key, port, OUT.print))


@sandbox_app.command("token")
def token(
    client_id: Annotated[str, typer.Argument(help="Who calls.")],
    role: Annotated[str, typer.Option(help=", ".join(deployment.SCOPES))],
    issuer_key: IssuerKey,
) -> None:
    """Print a bearer token of the sandbox's issuer, for an hour."""
    if role not in deployment.SCOPES:
        stop(Exit.WRONG_USE, f"role must be one of {', '.join(deployment.SCOPES)}")
    print_line(deployment.token(issuer_key, client_id, deployment.SCOPES[role]))


@sandbox_app.command("partners")
def partners(file: PartnersFile, hub: Hub, issuer_key: IssuerKey) -> None:
    """Run all partners in FILE in one process: `kind`, `name`, `port`, `behaviour` of each."""
    entries = msgspec.json.decode(file.read_bytes(), type=list[_Entry])
    _run([(one.kind, _options(one, hub, issuer_key)) for one in entries])


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: Kind
    name: str
    port: int = 0
    behaviour: Behaviour = msgspec.field(default_factory=Behaviour)


def _one(
    kind: Kind, name: str, hub: str, issuer_key: Path, port: int, behaviour: str
) -> SandboxOptions:
    behaving = read_behaviour(behaviour.encode())
    return _options(_Entry(kind=kind, name=name, port=port, behaviour=behaving), hub, issuer_key)


def _options(entry: _Entry, hub: str, issuer_key: Path) -> SandboxOptions:
    async def token_source() -> str:
        return deployment.token(issuer_key, entry.name, deployment.SCOPES[entry.kind])

    return SandboxOptions(
        name=entry.name,
        hub_url=hub,
        token_source=token_source,
        port=entry.port,
        behaviour=entry.behaviour,
        client_keys=issuer_key.with_name("client-keys.json"),
    )


def _run(serving: Sequence[tuple[Kind, SandboxOptions]]) -> None:
    configure_logging("info")
    to_its_end(run_partners(serving, OUT.print))
