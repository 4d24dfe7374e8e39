"""A hub that follows the rosters of a sandbox administration, both over HTTP."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from aiohttp import ClientSession

from aanspraak.domain import ids
from aanspraak.domain.partner.commands import RegisterPartner
from adapters.eduv.roster_parts import RosterParts
from adapters.postgres.connection import connect
from adapters.postgres.roster import RosterState, known, members_for
from adapters.postgres.roster_desk import Asker, RosterSource, asked_as
from adapters.postgres.roster_wanted import due_school
from adapters.sandbox.options import SandboxOptions
from adapters.sandbox.running import serving
from adapters.wire.roster_file import school_alias
from tests.adapters.http_partners import token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from psycopg import AsyncConnection

    from adapters.eduv.roster_follower import RosterFollower
    from adapters.postgres.roster import TargetKind
    from adapters.postgres.roster_take import Taken
    from tests.adapters.http_case import Hub

ADMINISTRATION = "administratie"
START, UNTIL = date(2026, 8, 1), date(2027, 7, 31)
ASKER = Asker(actor="roster", party=ADMINISTRATION, correlation_id="test")
OF_2026 = {"yearOf": "2026-09-01"}


@dataclass(kw_only=True)
class Following:
    """The administration at `url`, and the follower of the hub; `consents` may be turned off."""

    hub: Hub
    url: str
    session: ClientSession
    conn: AsyncConnection[Any]
    consents: bool = True
    parts: RosterParts = field(init=False)
    follower: RosterFollower = field(init=False)

    def __post_init__(self) -> None:
        """Put the parts together as the process does."""
        services = self.hub.services
        self.parts = RosterParts(
            services.pool,
            services.vault,
            services.settings,
            now=self.hub.clock,
            may_read=self._may_read,
        )
        self.start_again()

    def start_again(self) -> None:
        """As if the process had ended and another had begun."""
        self.follower = self.parts.follower(self.hub.url, self.session)

    async def control(self, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        """Use the control API of the administration."""
        method = {"behaviour": "PUT", "effects": "GET", "received": "GET"}.get(path, "POST")
        data = msgspec.json.encode(body) if body or method == "PUT" else None
        url = f"{self.url}/sandbox/{path}"
        async with self.session.request(method, url, data=data, raise_for_status=True) as answer:
            return msgspec.json.decode(await answer.read())

    async def school(self, name: str = "25PW", **wish: object) -> dict[str, Any]:
        """A school there, in the school year of 2026."""
        made: dict[str, Any] = await self.control("schools", **{"school": name, **OF_2026, **wish})
        return made

    async def follow(self, name: str = "25PW", sector: str = "secondary") -> UUID:
        """Have the hub follow a school, as an operator does; its internal id."""
        named = school_alias(name)
        school = await self.hub.services.vault.school_id(*named)
        source = RosterSource(provider=ADMINISTRATION, sector=sector, asked=asked_as(*named))
        result = await self.parts.desk().follow(school.school_id, source, ASKER)
        assert result.refusal is None
        return school.school_id

    async def tick(self, later: timedelta = timedelta()) -> None:
        """Let time go by, and the follower do what is due, to its end."""
        self.hub.clock.at += later
        await self.follower.tick(self.conn)
        await self.follower.settled()

    async def pull(self, school_id: UUID) -> Taken:
        """Pull one school now."""
        due = due_school(await self.state(school_id))
        assert due is not None
        return await self.parts.puller(self.session).pull(due, ASKER)

    async def state(self, school_id: UUID) -> RosterState:
        """What is known of a school."""
        state = await known(self.conn, school_id)
        assert state is not None
        return state

    async def members(
        self, school_id: UUID, kind: TargetKind = "school", *targets: str
    ) -> set[UUID]:
        """Who belongs to any of these in the school year."""
        found = await members_for(self.conn, school_id, kind, targets, START, UNTIL)
        return {one.subject_id for one in found}

    async def asked(self) -> int:
        """How many times the administration was asked for its students."""
        effects = await self.control("effects")
        return int(effects["asked"].get("/students/v1/students/school", 0))

    async def facts(self) -> list[str]:
        """What happened to rosters, in order."""
        facts = await self.hub.facts("RosterFollowed", "RosterTaken", "RosterTakeFailed")
        return [getattr(fact.event, "reason", None) or type(fact.event).__name__ for fact in facts]

    async def _may_read(self, _school_id: UUID, _provider: str) -> bool:
        return self.consents


@asynccontextmanager
async def following(hub: Hub) -> AsyncIterator[Following]:
    """An administration that is a partner of the hub, for as long as the block lasts."""

    async def token_source() -> str:
        return token(ADMINISTRATION, "eduv.association")

    options = SandboxOptions(name=ADMINISTRATION, hub_url=hub.base, token_source=token_source)
    async with (
        serving("administration", options) as url,
        ClientSession() as session,
        await connect(hub.url, "test") as conn,
    ):
        await hub.submit((ids.partner_stream(ADMINISTRATION), registration(url)))
        await hub.catch_up()
        yield Following(hub=hub, url=url, session=session, conn=conn)


def registration(url: str, partner: str = ADMINISTRATION) -> RegisterPartner:
    """The administration as a partner."""
    return RegisterPartner(
        partner=partner,
        role="administration",
        title=partner,
        client_id=f"client-{partner}",
        url=url + "/{api}",
        token_url=url + "/oauth2/token",
        scope="eduv.education eduv.association eduv.student.basic eduv.employee.basic",
    )
