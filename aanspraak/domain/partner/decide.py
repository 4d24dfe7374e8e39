"""The rules of a partner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.domain.errors import PartnerIncomplete
from aanspraak.domain.partner.events import PartnerEvent, PartnerRegistered

if TYPE_CHECKING:
    from aanspraak.domain.partner.commands import PartnerCommand

SHOP: Final = "shop"
REGISTRY: Final = "registry"
PORTAL: Final = "portal"
DASHBOARD: Final = "dashboard"
CATALOGUE: Final = "catalogue"
ADMINISTRATION: Final = "administration"
ROLES: Final = (SHOP, REGISTRY, PORTAL, DASHBOARD, CATALOGUE, ADMINISTRATION)


def decide(command: PartnerCommand, state: PartnerEvent | None) -> tuple[PartnerEvent, ...]:
    """Return the facts that follow; () means it was already so."""
    _check(command)
    registered = PartnerRegistered(
        partner=command.partner,
        role=command.role,
        title=command.title,
        client_id=command.client_id,
        url=command.url.rstrip("/"),
        token_url=command.token_url,
        scope=command.scope,
        usage_url=command.usage_url.rstrip("/"),
        activation_codes_url=command.activation_codes_url.rstrip("/"),
        consent_url=command.consent_url.rstrip("/"),
        overdue_seconds=command.overdue_seconds,
    )
    return () if registered == state else (registered,)


def _check(command: PartnerCommand) -> None:
    if command.role not in ROLES:
        raise PartnerIncomplete("role must be one of " + ", ".join(ROLES))
    for field in ("partner", "client_id"):
        if not getattr(command, field):
            raise PartnerIncomplete(f"{field} is empty")
    if command.role != DASHBOARD and not command.url:
        raise PartnerIncomplete("url is empty")
    if command.activation_codes_url and command.role != REGISTRY:
        raise PartnerIncomplete("only a registry has an activation_codes_url")
    if command.overdue_seconds is not None and command.overdue_seconds <= 0:
        raise PartnerIncomplete("overdue_seconds must be at least 1")
    _check_addresses(command)


def _check_addresses(command: PartnerCommand) -> None:
    for field in ("url", "token_url", "usage_url", "activation_codes_url", "consent_url"):
        if (given := getattr(command, field)) and not given.startswith(("https://", "http://")):
            raise PartnerIncomplete(f"{field} is not an http address")
