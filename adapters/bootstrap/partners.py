"""What speaks to partners over HTTP: requests to them, and what is asked of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp

from aanspraak.application.reachability import Patience
from adapters.bootstrap import utc_now, vault, vault_keys
from adapters.bootstrap.couriers import Couriers
from adapters.eduv.catalogue_parts import pulling_catalogues
from adapters.eduv.gateway import Gateway
from adapters.eduv.partner_client import PartnerClient
from adapters.eduv.roster_parts import RosterParts
from adapters.postgres.consent_log import LoggedConsents
from adapters.postgres.consents import Consents
from adapters.postgres.directory import Directory
from adapters.security.key_sets import read_private_key
from adapters.security.token_client import TokenClient

if TYPE_CHECKING:
    from adapters.bootstrap import Connections
    from adapters.bootstrap.channels import OpenChannel
    from adapters.config import Settings
    from adapters.eduv.catalogue import CataloguePuller
    from adapters.kafka.letters import Letters


def partner_session() -> aiohttp.ClientSession:
    """A session without a limit of its own.

    Each partner's flow has one; one for all would let slow partners starve the others.
    """
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))


def gateway(
    url: str,
    connections: Connections,
    session: aiohttp.ClientSession,
    settings: Settings,
    channel: OpenChannel,
    letters: Letters | None,
) -> Gateway:
    """The gateway to the partners that get messages."""
    tokens = TokenClient(session, read_private_key(settings.client_key), settings.client_id)
    timeout = settings.request_timeout_seconds
    client = PartnerClient(session, tokens, timeout_seconds=timeout, now=utc_now)
    return Gateway(
        url=url,
        partners=Directory(connections),
        vault=vault(connections, settings),
        consents=LoggedConsents(connections),
        courier=Couriers(client, letters),
        cipher=vault_keys(settings).cipher,
        patience=Patience(
            ladder=tuple(timedelta(seconds=rung) for rung in settings.retry_ladder_seconds),
            probe=timedelta(seconds=settings.probe_seconds),
            unreachable_after=settings.unreachable_after,
        ),
        concurrency=settings.partner_concurrency,
        channel=channel,
    )


def catalogue_puller(
    connections: Connections, session: aiohttp.ClientSession, settings: Settings
) -> CataloguePuller:
    """What asks the providers for their products."""
    tokens = TokenClient(session, read_private_key(settings.client_key), settings.client_id)
    return pulling_catalogues(session, tokens, vault(connections, settings), settings, utc_now)


def rosters(connections: Connections, settings: Settings) -> RosterParts:
    """Where rosters come in, from administrations and from files."""
    persons = vault(connections, settings)
    may_read = Consents(connections).may_read
    return RosterParts(connections, persons, settings, now=utc_now, may_read=may_read)
