"""Who are the partners, and where do they answer? The newest registration counts."""

from __future__ import annotations

from typing import Final, NamedTuple

from aanspraak.domain.partner.events import PartnerKeySet, PartnerRegistered
from aanspraak.domain.recorded import Recorded

NAME: Final = "partners"
KEY: Final = ("partner",)
ABOUT: Final[frozenset[type]] = frozenset({PartnerRegistered, PartnerKeySet})


class Partner(NamedTuple):
    """A partner of the hub; `role` is shop, registry, portal or dashboard.

    `public_key` is the JWK that its messages are sealed to in Kafka; empty: it is called over HTTP.
    """

    partner: str
    role: str
    title: str
    client_id: str
    url: str
    token_url: str
    scope: str
    usage_url: str = ""
    activation_codes_url: str = ""
    consent_url: str = ""
    overdue_seconds: int | None = None
    public_key: str = ""


def keys(recorded: Recorded) -> tuple[tuple[str], ...]:
    """The partner a fact is about."""
    event = recorded.event
    return ((event.partner,),) if isinstance(event, PartnerRegistered | PartnerKeySet) else ()


def fold(row: Partner | None, recorded: Recorded) -> Partner | None:
    """Apply one fact."""
    event = recorded.event
    if isinstance(event, PartnerKeySet):
        return row and row._replace(public_key=event.public_key)
    if not isinstance(event, PartnerRegistered):
        return row
    return Partner(
        partner=event.partner,
        role=event.role,
        title=event.title,
        client_id=event.client_id,
        url=event.url,
        token_url=event.token_url,
        scope=event.scope,
        usage_url=event.usage_url,
        activation_codes_url=event.activation_codes_url,
        consent_url=event.consent_url,
        overdue_seconds=event.overdue_seconds,
        public_key=row.public_key if row else "",
    )
