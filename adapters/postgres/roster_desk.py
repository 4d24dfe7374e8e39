"""The desk where rosters come in: persons into the vault, rows and the fact in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.incident.commands import OpenIncident, ResolveIncident
from aanspraak.domain.incident.events import MENDED
from aanspraak.domain.roster.commands import (
    FollowRoster,
    RecordRosterTakeFailed,
    RecordRosterTaken,
)
from aanspraak.domain.status_codes import DELIVERY_OTHER
from adapters.postgres.group_commit import commit_group
from adapters.postgres.roster import SQL, Kind, Membership, TargetKind
from adapters.postgres.roster_groups import keep_titles
from adapters.postgres.roster_take import KINDS, Taken, TakenMember, take
from adapters.postgres.vault_schools import MASTER_ALIAS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta
    from uuid import UUID

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from adapters.postgres.group_commit import Result
    from adapters.postgres.roster_take import Source
    from adapters.postgres.vault import Known, Vault
    from adapters.postgres.vault_schools import Alias
    from adapters.security.persons import PersonReference

    Connections = AsyncConnectionPool[AsyncConnection[Any]]

Reason = Literal["unreachable", "refused", "no-consent", "empty", "unreadable"]

PERSONS_DISAGREE: Final = "user-identifiers-disagree"
USER_UNKNOWN: Final = 4103
NAMES_DISAGREE: Final = "school-identifiers-disagree"
SCHOOL_UNKNOWN: Final = 4109
UNAVAILABLE: Final = "roster-unavailable"
ALL: Final = "rosters"
"""What the incident concerns of an administration that cannot be reached."""
_PREFERRED: Final = ("AS_ID", "OIE_CODE", "BP_ID", "DD_ID", "V_ID")
"""Of several secondary identifiers, the administration's own first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedMember:
    """Somebody as an administration or a file names them."""

    reference: PersonReference
    kind: Kind
    memberships: tuple[Membership, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundRoster:
    """What an administration or a file says: everything about `kinds`, nothing about others.

    `titles`: what groups are called, by id, where that may be kept.
    """

    members: Sequence[NamedMember]
    targets: Collection[tuple[TargetKind, str]]
    kinds: Collection[Kind] = KINDS
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """Who asks, as facts may hold it, and why; the story it belongs to.

    `party` is whom an incident about the roster itself concerns.
    """

    actor: str
    party: str
    correlation_id: str
    reason_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RosterSource:
    """From where a school's roster comes: an administration, or without one only from files.

    `asked` is the identifier, type and value, under which the administration is asked for the
    school. That remains so, whatever other identifiers the school has: one of them could mean more.
    """

    provider: str | None
    sector: str
    asked: Alias


def asked_as(master: str | None, org_ids: Sequence[Alias]) -> Alias:
    """Of the identifiers by which somebody named a school, the one to ask for it by."""
    if master is not None:
        return MASTER_ALIAS, master
    return min(org_ids, key=lambda alias: (_PREFERRED.index(alias[0]), alias[1]))


class RosterDesk:
    """`grace` is how long somebody must be missing before two takes make a leaver of them."""

    def __init__(
        self,
        connections: Connections,
        vault: Vault,
        *,
        now: Callable[[], datetime],
        grace: timedelta,
    ) -> None:
        self._connections = connections
        self._vault = vault
        self._now = now
        self._grace = grace

    async def follow(self, school_id: UUID, source: RosterSource, asker: Asker) -> Result:
        """Take a school's roster from there from now on; a refusal is in the result."""
        command = FollowRoster(
            school_id=school_id,
            provider=source.provider,
            sector=source.sector,
            reason_id=asker.reason_id,
        )
        kind, value = source.asked
        given = {"provider": source.provider, "sector": source.sector}
        given |= {"asked_type": kind, "asked_value": value}
        async with self._connections.connection() as conn, conn.transaction():
            result = await _commit(conn, asker, ids.roster_stream(school_id), command)
            if result.refusal is None:
                await conn.execute(SQL["follow"], {"school": school_id, **given})
        return result

    async def take(
        self, school_id: UUID, source: Source, found: FoundRoster, asker: Asker
    ) -> Taken:
        """Apply one take that succeeded; the persons are in the vault before anything else.

        Raises:
            VaultBusy: too many others write the same persons at this moment.
        """
        known = await self._vault.remember_many([one.reference for one in found.members])
        people = _as_taken(zip(found.members, known, strict=True))
        async with self._connections.connection() as conn, conn.transaction():
            taken = await take(
                conn,
                school_id,
                source,
                people,
                found.targets,
                self._now(),
                self._grace,
                found.kinds,
            )
            if "student" in found.kinds:
                await keep_titles(conn, school_id, found.titles)
            command = _record(school_id, source, taken, asker)
            await _commit(conn, asker, ids.roster_stream(school_id), command)
            if taken.failed_before:
                await _resolve_incidents(conn, asker, school_id)
            if any(one.conflict for one in known):
                # Somebody's identifiers name two persons: the first counts, somebody has to look.
                whose = f"roster {school_id}"
                await _open_incident(conn, asker, USER_UNKNOWN, PERSONS_DISAGREE, whose)
        return taken

    async def fail(self, school_id: UUID, reason: Reason, asker: Asker) -> int:
        """A take failed: nothing of the roster changes. How many failed in a row now.

        It is an incident of the administration, unless the school has not consented: one for all
        its schools when it cannot be reached, otherwise one for each.
        """
        command = RecordRosterTakeFailed(school_id=school_id, reason=reason)
        async with self._connections.connection() as conn, conn.transaction():
            given = {"school": school_id, "reason": reason, "now": self._now()}
            row = await (await conn.execute(SQL["failed"], given)).fetchone()
            await _commit(conn, asker, ids.roster_stream(school_id), command)
            if reason != "no-consent":
                whose = ALL if reason == "unreachable" else f"roster {school_id}"
                await _open_incident(conn, asker, DELIVERY_OTHER, UNAVAILABLE, whose)
        return int(row[0]) if row else 0

    async def report_names(self, school_id: UUID, asker: Asker) -> None:
        """The identifiers of a school name more than one: somebody has to look."""
        async with self._connections.connection() as conn:
            whose = f"roster {school_id}"
            await _open_incident(conn, asker, SCHOOL_UNKNOWN, NAMES_DISAGREE, whose)


def _record(school_id: UUID, source: Source, taken: Taken, asker: Asker) -> RecordRosterTaken:
    return RecordRosterTaken(
        school_id=school_id,
        source=source,
        version=taken.version,
        members=taken.members,
        joined=taken.joined,
        left=taken.left,
        targets=taken.targets,
        reason_id=asker.reason_id,
    )


async def _commit(
    conn: AsyncConnection[Any], asker: Asker, stream_id: UUID, command: object
) -> Result:
    (result,) = await commit_group(
        conn,
        [
            Submission(
                stream_id=stream_id,
                command=command,
                actor=asker.actor,
                correlation_id=asker.correlation_id,
                causation_id=f"{asker.correlation_id}/{stream_id}",
            )
        ],
    )
    return result


async def _open_incident(
    conn: AsyncConnection[Any], asker: Asker, code: int, kind: str, concerning: str
) -> None:
    incident = OpenIncident(party=asker.party, code=code, kind=kind, concerning=concerning)
    await _commit(conn, asker, ids.incident_stream(asker.party, code, concerning), incident)


async def _resolve_incidents(conn: AsyncConnection[Any], asker: Asker, school_id: UUID) -> None:
    """The administration answers, and about this school."""
    for concerning in (ALL, f"roster {school_id}"):
        stream = ids.incident_stream(asker.party, DELIVERY_OTHER, concerning)
        await _commit(conn, asker, stream, ResolveIncident(cause=MENDED))


def _as_taken(named: Iterable[tuple[NamedMember, Known]]) -> list[TakenMember]:
    """Each person once: as they were named first, with all that was said of them."""
    people: dict[tuple[UUID, str], TakenMember] = {}
    for member, known in named:
        key = known.subject_id, member.kind
        said = people.get(key)
        people[key] = TakenMember(
            subject_id=known.subject_id,
            kind=member.kind,
            user_reference_id=said.user_reference_id if said else known.reference_id,
            memberships=(*(said.memberships if said else ()), *member.memberships),
        )
    return list(people.values())
