"""Pulling a roster: a school's administration is asked for everything, and taken as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from aanspraak.domain.roster.decide import PRIMARY
from adapters.eduv.administration import Administration, named_for
from adapters.eduv.partner_reader import NoAnswer
from adapters.eduv.roster_people import found_in
from adapters.postgres.vault_schools import MASTER_ALIAS
from adapters.wire.problems import SchemaIncorrect

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import timedelta
    from uuid import UUID

    from adapters.eduv.administration import SchoolRoster
    from adapters.eduv.partner_reader import PartnerReader
    from adapters.postgres.directory import Directory
    from adapters.postgres.roster_desk import Asker, FoundRoster, Reason, RosterDesk
    from adapters.postgres.roster_take import Taken
    from adapters.postgres.roster_wanted import DueSchool
    from adapters.postgres.vault import Vault
    from adapters.postgres.vault_schools import Alias

    MayRead = Callable[[UUID, str], Awaitable[bool]]

REFUSALS: Final = frozenset({"http_400", "http_403", "http_404"})
"""What an administration says about this school, where other answers are about itself."""

log = structlog.get_logger(__name__)


class TakeFailed(Exception):
    """Nothing was taken, and nothing of the roster changed.

    `failures` is how many takes of this school failed in a row; `retry_after` when the
    administration wants to be asked again, if it said so.
    """

    def __init__(self, reason: Reason, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.failures = 0


@dataclass(frozen=True, kw_only=True)
class RosterPuller:
    """`may_read` says whether the school consents to our reading its administration."""

    desk: RosterDesk
    vault: Vault
    directory: Directory
    reader: PartnerReader
    may_read: MayRead

    async def pull(self, school: DueSchool, asker: Asker) -> Taken:
        """Take a school's roster from its administration.

        Raises:
            TakeFailed: which is on record.
            VaultBusy: too many others write the same persons at this moment.
        """
        try:
            found = await self._find(school)
        except TakeFailed as failed:
            failed.failures = await self.desk.fail(school.school_id, failed.reason, asker)
            log.warning("roster.failed", provider=school.provider, reason=failed.reason)
            raise
        taken = await self.desk.take(school.school_id, "pull", found, asker)
        log.info("roster.taken", provider=school.provider, members=taken.members)
        await self._learn_names(school, asker)
        return taken

    async def _learn_names(self, school: DueSchool, asker: Asker) -> None:
        """What else the school is called: people look for it by its name."""
        provider = await self.directory.partner(school.provider)
        if provider is None:
            return
        asked = named_for(school.sector, school.asked_type, school.asked_value)
        try:
            called = await Administration(self.reader, provider).called(asked)
        except (NoAnswer, SchemaIncorrect):
            return  # an offer: who does not answer it has a roster all the same
        if (school.asked_type, school.asked_value) not in called.aliases:
            return
        if called.name:
            await self.vault.name_school(school.school_id, called.name)
        await self._learn_aliases(school, called.aliases, asker)

    async def _learn_aliases(self, school: DueSchool, names: set[Alias], asker: Asker) -> None:
        """Its other identifiers, so that an order by one of them finds its roster.

        In primary education another one may stand for more, or for less: there none is learned.
        """
        if school.sector == PRIMARY:
            return
        master = dict(names).get(MASTER_ALIAS)
        others = [alias for alias in names if alias[0] != MASTER_ALIAS]
        found = await self.vault.school_id(master, others)
        if found.conflict:
            await self.desk.report_names(school.school_id, asker)

    async def _find(self, school: DueSchool) -> FoundRoster:
        roster = await self._read(school)
        aliases = frozenset(await self.vault.aliases(school.school_id))
        try:
            return found_in(roster, scope=str(school.school_id), aliases=aliases)
        except ValueError as error:
            log.warning("roster.unreadable", provider=school.provider, what=type(error).__name__)
            raise TakeFailed("unreadable") from None

    async def _read(self, school: DueSchool) -> SchoolRoster:
        if not await self.may_read(school.school_id, school.provider):
            raise TakeFailed("no-consent")
        provider = await self.directory.partner(school.provider)
        if provider is None:
            raise TakeFailed("unreachable")
        named = named_for(school.sector, school.asked_type, school.asked_value)
        try:
            roster = await Administration(self.reader, provider).read(named)
        except NoAnswer as none:
            reason: Reason = "refused" if none.code in REFUSALS else "unreachable"
            raise TakeFailed(reason, none.retry_after) from None
        except SchemaIncorrect as error:
            log.warning("roster.unreadable", provider=school.provider, what=error.status_message)
            raise TakeFailed("unreadable") from None
        if not roster.enrollments or roster.students == ():
            raise TakeFailed("empty")
        return roster
