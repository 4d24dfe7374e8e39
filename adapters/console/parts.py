"""What the console is made of: the parts of its process, and those it has of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from adapters.console.pages import Pages
from adapters.console.place import Place
from adapters.console.streams import Streams
from adapters.http.services import Services
from adapters.postgres.console_sessions import ConsoleSessions, Session
from adapters.security.openid import OpenId
from adapters.security.sign_in import SignIn


@dataclass(frozen=True, kw_only=True)
class Console:
    """The parts of a running console."""

    services: Services
    sign_in: SignIn
    place: Place
    openid: OpenId
    sessions: ConsoleSessions
    pages: Pages
    streams: Streams

    async def name_of(self, session: Session) -> str:
        """What somebody who is signed in is called; nothing when the vault no longer knows."""
        found = await self.services.vault.readable_references([session.reference_id])
        return str(found.get(session.reference_id, {}).get("operator", ""))


def console_of(services: Services, sign_in: SignIn) -> Console:
    """Put the parts together."""
    place = Place(origin=sign_in.origin, secure=sign_in.secure)
    settings = services.settings
    return Console(
        services=services,
        sign_in=sign_in,
        place=place,
        openid=OpenId(sign_in=sign_in, callback=place.callback),
        sessions=ConsoleSessions(
            services.pool,
            services.now,
            idle=timedelta(seconds=settings.console_idle_seconds),
            at_most=timedelta(seconds=settings.console_session_seconds),
        ),
        pages=Pages(),
        streams=Streams(),
    )
