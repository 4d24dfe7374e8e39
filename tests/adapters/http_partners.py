"""The partners of a hub under test, their products, and the tokens they call with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from aanspraak.domain import ids
from aanspraak.domain.partner.commands import RegisterPartner
from aanspraak.domain.product.commands import ListProduct
from adapters.security.issuing import mint, new_key

ISSUER = "https://tokens.example.org"
AUDIENCE = "aanspraakmanager"
KEY = new_key()

BOOK = "9789006100013"
"""A product of `uitgever`."""
OTHER_BOOK = "9789006100020"
"""A product of `andere-uitgever`."""
PAPER = "9789006100037"
"""A product on paper."""

SHOP, OTHER_SHOP = "winkel", "andere-winkel"
REGISTRY, OTHER_REGISTRY = "uitgever", "andere-uitgever"
PORTAL, OTHER_PORTAL = "portaal", "ander-portaal"
DASHBOARD = "dashboard"
ADMINISTRATION = "leerlingadministratie"
CATALOGUE = "catalogus"
ROLES = {
    SHOP: "shop",
    OTHER_SHOP: "shop",
    REGISTRY: "registry",
    OTHER_REGISTRY: "registry",
    PORTAL: "portal",
    OTHER_PORTAL: "portal",
    DASHBOARD: "dashboard",
    ADMINISTRATION: "administration",
    CATALOGUE: "catalogue",
}
SCOPES = {
    "shop": ("eduv.delivery.entitlor", "eduv.entitlement.seller"),
    "registry": ("eduv.entitlement.licensor", "eduv.usage.entitlor", "eduv.activationcode"),
    "portal": ("eduv.entitlement.portal", "eduv.consent"),
    "dashboard": ("eduv.entitlement.dashboard", "eduv.consent"),
    "administration": ("eduv.consent",),
    "catalogue": ("eduv.catalogue",),
}


def token(partner: str, *scopes: str, **changed: Any) -> str:  # noqa: ANN401 - claims
    """A token of a partner with all scopes of its role, or these."""
    granted = scopes or SCOPES[ROLES[partner]]
    claims = {"issuer": ISSUER, "audience": AUDIENCE, **changed}
    return mint(KEY, client_id=f"client-{partner}", scopes=granted, **claims)


def registrations() -> list[tuple[UUID, object]]:
    """Commands that make every partner known."""
    return [
        (
            ids.partner_stream(partner),
            RegisterPartner(
                partner=partner,
                role=role,
                title=partner,
                client_id=f"client-{partner}",
                url="http://127.0.0.1:9",
                token_url="http://127.0.0.1:9/token",
                scope="",
                consent_url="http://127.0.0.1:9/consent/v0",
            ),
        )
        for partner, role in ROLES.items()
    ]


def offering_codes(*registries: str) -> list[tuple[UUID, object]]:
    """Commands that say that the publishers of these registries let the hub request codes."""
    address = "http://127.0.0.1:9/activationcode/v0"
    return [
        (stream, replace(command, activation_codes_url=address))
        for stream, command in registrations()
        if isinstance(command, RegisterPartner) and command.partner in registries
    ]


def listings() -> list[tuple[UUID, object]]:
    """Commands that list every product."""
    return [
        (
            ids.product_stream(product_id),
            ListProduct(
                product_id=product_id,
                registry=registry,
                title="Getal en Ruimte",
                kind=kind,
                status="available",
                licence_variant="schoolyear",
                default_access_url="https://leren.example.org/",
            ),
        )
        for product_id, registry, kind in (
            (BOOK, REGISTRY, "digital"),
            (OTHER_BOOK, OTHER_REGISTRY, "digital"),
            (PAPER, REGISTRY, "physical"),
        )
    ]
