"""Forgetting a person: what it would touch, the fact, and then the rows; again after a restore."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from aanspraak.application.forgetting import cancel, standing
from aanspraak.domain import ids
from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.errors import PersonAmbiguous, PersonStillNeeded, PersonUnknown
from aanspraak.domain.person.commands import ForgetPerson
from adapters.postgres.attempts import forget_answers
from adapters.postgres.event_log import read_many
from adapters.postgres.queries import load
from adapters.postgres.vault_persons import forget_rows
from adapters.security.persons import customer, user_reference

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import date, datetime

    from psycopg import AsyncConnection

    from adapters.postgres.group_commit import Result
    from adapters.postgres.vault import Vault
    from adapters.postgres.vault_part import Connections
    from adapters.security.persons import PersonReference
    from adapters.wire.references import CustomerReference, UserReference

    Submit = Callable[[Sequence[tuple[UUID, object]]], Awaitable[Sequence[Result]]]

SQL: Final = load("forgetting")
_BATCH: Final = 1_000


class Touched(NamedTuple):
    """So much is there of a person; `answers` are what partners said, `rosters` schools."""

    identifiers: int
    references: int
    texts: int
    held_activations: int
    answers: int
    rosters: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A person and what forgetting would touch; `unused` are the live ones never activated."""

    subject_id: UUID
    touched: Touched
    live: int
    unused: tuple[UUID, ...]
    under_way: int

    @property
    def hinders(self) -> str | None:
        """Why the person is still needed, in numbers; None when nothing is in the way."""
        if not (self.touched.rosters or self.live):
            return None
        return (
            f"in {self.touched.rosters} followed rosters, {self.live} live entitlements, of which"
            f" {len(self.unused)} never used"
        )

    def refuse_unless(self, *, force: bool) -> None:
        """Raise PersonStillNeeded, with the numbers, when something is in the way."""
        if self.hinders and not force:
            raise PersonStillNeeded(self.hinders)


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgetting:
    """Asked for on behalf of an operator, whose commands `submit` carries out."""

    connections: Connections
    vault: Vault
    now: Callable[[], datetime]

    async def find(self, user: UserReference, school_id: UUID | None) -> Found:
        """Look who it is and what would be touched; nothing is written.

        Raises PersonUnknown, or PersonAmbiguous when the identifiers are of several persons.
        """
        scope = str(school_id or "")
        pairs = [(one.user_id_type, one.user_id) for one in user.user_ids]
        names = [user_reference(None, [pair], scope=scope) for pair in pairs]
        if user.user_master_identifier is not None:
            names.append(user_reference(user.user_master_identifier, (), scope=scope))
        return await self._find(names)

    async def find_customer(self, who: CustomerReference, shop: str) -> Found:
        """The same for a customer of a shop, by name and e-mail address as its orders have them."""
        return await self._find([customer(who.display_name, who.email, shop=shop)])

    async def _find(self, names: Sequence[PersonReference]) -> Found:
        subjects = {one for one in await self.vault.find_many(names) if one is not None}
        if not subjects:
            raise PersonUnknown
        if len(subjects) > 1:
            raise PersonAmbiguous
        return await self.look(subjects.pop())

    async def look(self, subject_id: UUID) -> Found:
        """What forgetting this subject would touch, as things are."""
        async with self.connections.connection() as conn:
            given = {"subject": subject_id}
            row = await (await conn.execute(SQL["touched"], given)).fetchone()
            rows = await (await conn.execute(SQL["entitlements_of"], given)).fetchall()
            histories = await read_many(conn, [row[0] for row in rows])
        return _found(
            subject_id,
            Touched(*(row or ())),
            {one: [each.event for each in facts] for one, facts in histories.items()},
            day_of(self.now()),
        )

    async def forget(
        self, found: Found, reason_id: UUID, submit: Submit, *, at_once: bool
    ) -> Found | None:
        """Forget; or, when partners must hear something first, ask for that and say what waits.

        None: forgotten. Unless `at_once`, the person is forgotten when every message about them has
        its outcome; so it is asked again later. The fact comes before the rows go: what a crash
        leaves is forgotten at the next start.
        """
        asked = cancel(found.subject_id, reason_id, self.now())
        await submit([(entitlement_id, asked) for entitlement_id in found.unused])
        waiting = await self.look(found.subject_id)
        if waiting.under_way and not at_once:
            return waiting
        command = ForgetPerson(subject_id=found.subject_id, reason_id=reason_id)
        for result in await submit([(ids.person_stream(found.subject_id), command)]):
            if result.refusal is not None:
                raise result.refusal
        async with self.connections.connection() as conn:
            await erase(conn, [found.subject_id])
        return None


async def erase(conn: AsyncConnection[Any], subject_ids: Sequence[UUID]) -> int:
    """Delete everything that tells who these subjects are, in one transaction; how many rows."""
    given = {"subjects": list(subject_ids)}
    async with conn.transaction():
        rows = await forget_rows(conn, subject_ids)
        rows += (await conn.execute(SQL["forget_memberships"], given)).rowcount
        rows += (await conn.execute(SQL["forget_members"], given)).rowcount
        return rows + await forget_answers(conn, subject_ids)


async def erase_again(conn: AsyncConnection[Any], *, whole_log: bool = False) -> int:
    """Erase whom the log has as forgotten; how many rows had come back.

    Rows that came out of a backup brought the position along up to which it was done then. With
    `whole_log` that position is not believed. Give it a connection in autocommit.
    """
    row = await (await conn.execute(SQL["done_up_to"])).fetchone()
    after = 0 if whole_log or row is None else int(row[0])
    rows = 0
    while forgotten := await _forgotten_after(conn, after):
        after = forgotten[-1][0]
        rows += await erase(conn, [UUID(subject) for _, subject in forgotten])
        await conn.execute(SQL["set_done"], {"position": after})
    return rows


async def _forgotten_after(conn: AsyncConnection[Any], after: int) -> list[tuple[int, str]]:
    given = {"after": after, "limit": _BATCH}
    return [
        (row[0], row[1])
        for row in await (await conn.execute(SQL["forgotten_after"], given)).fetchall()
    ]


def _found(
    subject_id: UUID, touched: Touched, histories: dict[UUID, list[object]], today: date
) -> Found:
    standings = {one: standing(facts, today) for one, facts in histories.items()}
    return Found(
        subject_id=subject_id,
        touched=touched,
        live=sum(each.live for each in standings.values()),
        unused=tuple(one for one, each in standings.items() if each.unused),
        under_way=sum(each.under_way for each in standings.values()),
    )
