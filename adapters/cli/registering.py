"""The verbs that make partners and products known: `partner ...` and `catalogue ...`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from aanspraak.domain import ids
from aanspraak.domain.partner.commands import RegisterPartner, SetPartnerKey
from aanspraak.domain.partner.decide import REGISTRY
from adapters.bootstrap.registered import clients, registered_partners
from adapters.cli.acting import operator_act, operator_submissions
from adapters.cli.files import complain, read_entries
from adapters.cli.terminal import OUT, Exit, print_line, stop
from adapters.cli.working import run, settings
from adapters.eduv.catalogue_products import list_product
from adapters.security.key_sets import UnusableKeys, public_jwk, read_public_jwk
from adapters.wire.catalogue_v2 import Product
from adapters.wire.partner_file import PartnerEntry

if TYPE_CHECKING:
    from uuid import UUID

partner_app = typer.Typer(help="The partners of the hub.", no_args_is_help=True)
catalogue_app = typer.Typer(help="The products that can be ordered.", no_args_is_help=True)

Seconds = Annotated[
    int | None, typer.Option(help="How long a confirmation may take; as others by default.")
]
CodesUrl = Annotated[
    str, typer.Option(help="Base of its ActivationCode API, if its publisher agreed.")
]
ReadsKafka = Annotated[
    bool, typer.Option("--reads-kafka", help="No url: `partner key` sets what it reads with.")
]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A JSON array.")]


@partner_app.command("import")
def import_partners(file: File) -> None:
    """Make the partners in FILE known, or change what is known of them."""
    entries = read_entries(file, PartnerEntry)
    _register([RegisterPartner(**entry.model_dump()) for entry in entries.good], entries.bad)


@partner_app.command("add")
def add_partner(
    partner: Annotated[str, typer.Argument(help="Its id; for a portal the one that orders name.")],
    role: Annotated[str, typer.Option(help="shop, registry, portal, dashboard, catalogue, ...")],
    client_id: Annotated[str, typer.Option(help="What its tokens carry.")],
    url: Annotated[str, typer.Option(help="Base of its API that the hub calls.")] = "",
    token_url: Annotated[str, typer.Option(help="Where the hub gets its tokens.")] = "",
    scope: Annotated[str, typer.Option(help="The scope the hub asks for.")] = "",
    title: Annotated[str, typer.Option(help="How people call it.")] = "",
    usage_url: Annotated[str, typer.Option(help="Base of a registry's Usage API.")] = "",
    activation_codes_url: CodesUrl = "",
    consent_url: Annotated[str, typer.Option(help="Base of its Consent API, if any.")] = "",
    overdue_seconds: Seconds = None,
    *,
    reads_kafka: ReadsKafka = False,
) -> None:
    """Make a partner known, or change what is known of it."""
    command = RegisterPartner(
        partner=partner,
        role=role,
        title=title,
        client_id=client_id,
        url=url,
        token_url=token_url,
        scope=scope,
        usage_url=usage_url,
        activation_codes_url=activation_codes_url,
        consent_url=consent_url,
        overdue_seconds=overdue_seconds,
        reads_kafka=reads_kafka,
    )
    _register([command], ())


@partner_app.command("key")
def set_key(
    partner: Annotated[str, typer.Argument(help="Its id.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept beside the facts.")],
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Its public JWK (EC or RSA).")
    ] = None,
    *,
    remove: Annotated[bool, typer.Option(help="Call it over HTTP again.")] = False,
) -> None:
    """Have a partner read its messages from Kafka, sealed to the public key in a file."""
    if (file is None) != remove:
        stop(Exit.WRONG_USE, "give --file, or --remove")
    try:
        key = None if file is None else read_public_jwk(file.read_bytes())
    except UnusableKeys as error:
        stop(Exit.WRONG_USE, f"{file}: {error}")

    def command(reason_id: UUID) -> list[tuple[UUID, object]]:
        said = SetPartnerKey(
            partner=partner, public_key=public_jwk(key) if key else "", reason_id=reason_id
        )
        return [(ids.partner_stream(partner), said)]

    (result,) = run(operator_act(settings(), reason, command))
    if result.refusal is not None:
        stop(Exit.REFUSED, str(result.refusal))
    now = f"reads Kafka, sealed to {key.kid}" if key else "is called over HTTP"
    print_line(f"{partner} {now}" if result.events else "unchanged")


@partner_app.command("grant")
def grant_access(
    partner: Annotated[str, typer.Argument(help="Its id.")],
    principal: Annotated[str, typer.Option(help="How the brokers know it: User:NAME.")],
) -> None:
    """Make a partner's topics in Kafka, and let it write and read those alone."""
    from adapters.kafka import access, parts  # noqa: PLC0415 - it takes half a second

    effective = settings()
    known = run(registered_partners(effective, [partner]))
    if not known:
        stop(Exit.REFUSED, f"{partner} is no partner")
    there, role = parts.cluster(effective), known[0].role
    writes, reads = access.written_by(there, partner, role), access.read_by(there, partner, role)
    acls = access.acls_of_partner(there, partner, role, principal)
    try:
        access.grant(there, (*writes, *reads), acls)
    except access.NotGranted as error:
        stop(Exit.OPERATIONAL, f"not granted: {error}")
    for verb, some in (("writes", writes), ("reads", reads)):
        for topic in some:
            print_line(f"{principal} {verb} {topic.name}")


@catalogue_app.command("import")
def import_products(
    file: File,
    registry: Annotated[
        str, typer.Option(help="The registry of products that do not name one.")
    ] = "",
) -> None:
    """List the products in FILE (Product of the Catalogue API, with `registry` beside it)."""
    entries = read_entries(file, Product)
    listed = [list_product(product, registry) for product in entries.good]
    wanted = {product.registry for product in listed}
    registered = run(registered_partners(settings(), wanted))
    known = {one.partner for one in registered if one.role == REGISTRY}
    bad = [
        f"{product.product_id}: registry is no partner with that role"
        for product in listed
        if product.registry not in known and product.kind != "physical"
    ]
    good = [each for each in listed if each.registry in known or each.kind == "physical"]
    commands = [(ids.product_stream(product.product_id), product) for product in good]
    _carry_out("product", commands, (*entries.bad, *bad))


def _register(commands: list[RegisterPartner], bad: tuple[str, ...]) -> None:
    """A client id tells who calls, so it belongs to one partner."""
    taken = run(clients(settings()))
    good, twice = [], []
    for command in commands:
        if taken.setdefault(command.client_id, command.partner) == command.partner:
            good.append((ids.partner_stream(command.partner), command))
        else:
            twice.append(f"{command.partner}: clientId is another partner's")
    _carry_out("partner", good, (*bad, *twice))


def _carry_out(what: str, commands: list[tuple[UUID, Any]], bad: tuple[str, ...]) -> None:
    results = run(operator_submissions(settings(), commands))
    table = Table("outcome", what, box=None)
    refused = list(bad)
    for (_, command), result in zip(commands, results, strict=True):
        name = getattr(command, "partner", None) or getattr(command, "product_id", "")
        if result.refusal is not None:
            refused.append(f"{name}: {result.refusal}")
            continue
        table.add_row("known" if result.events else "unchanged", name)
    OUT.print(table)
    complain(refused)
