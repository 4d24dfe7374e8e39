"""Schools: one internal id each, with every alias they are known by; no secret."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid4

from adapters.postgres.vault_part import (
    ATTEMPTS,
    SQL,
    Connection,
    Raced,
    VaultBusy,
    VaultPart,
    look_up,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.postgres.vault_part import Connections
    from adapters.security.cipher import VaultKeys

MASTER_ALIAS = "organisationMasterIdentifier"
_REMEMBERED = 10_000

Alias = tuple[str, str]


class NoSchoolNamed(ValueError):
    """A SchoolReference must have a master identifier or at least one organisation id."""


class School(NamedTuple):
    """The internal id; `conflict` when the aliases named more than one school."""

    school_id: UUID
    conflict: bool


class _Found(NamedTuple):
    school_id: UUID
    master: str | None


class _Settled(NamedTuple):
    school_id: UUID | None
    conflict: bool
    strange: tuple[Alias, ...]


class Schools(VaultPart):
    """Aliases of schools (Edu-V SchoolReference), as pairs of type and value."""

    def __init__(self, connections: Connections, keys: VaultKeys) -> None:
        super().__init__(connections, keys)
        self._schools: OrderedDict[tuple[Alias, ...], School] = OrderedDict()

    async def school_id(self, master: str | None, org_ids: Sequence[Alias]) -> School:
        """Find a school or give it an id, and learn aliases that agree; committed on return.

        The master identifier wins: a school has one at most, so another master is another school,
        whatever else agrees. When aliases disagree, none is learned.

        Raises:
            NoSchoolNamed: no alias at all.
            VaultBusy: too many others write the same school at this moment.
        """
        aliases = _aliases(master, org_ids)
        if remembered := self._schools.get(aliases):
            return remembered
        async with self._opened() as conn:
            for _ in range(ATTEMPTS):
                with suppress(Raced):
                    school = await _find_or_add(conn, aliases)
                    self._cache(aliases, school)
                    return school
        raise VaultBusy(VaultBusy.__doc__)

    async def find_school(self, master: str | None, org_ids: Sequence[Alias]) -> School | None:
        """Find a school by the aliases that are known of it; nothing is written.

        Raises:
            NoSchoolNamed: no alias at all.
        """
        aliases = _aliases(master, org_ids)
        if remembered := self._schools.get(aliases):
            return remembered
        async with self._opened() as conn:
            settled = _settle(aliases, await _look_up(conn, aliases))
        if settled.school_id is None:
            return None
        school = School(settled.school_id, settled.conflict)
        if not settled.strange:
            self._cache(aliases, school)
        return school

    async def aliases(self, school_id: UUID) -> list[Alias]:
        """Every alias that is known of a school, its master identifier first."""
        async with self._opened() as conn:
            rows = await look_up(conn, "aliases_of_school", school=school_id)
        return [(kind, value) for kind, value in rows]

    async def name_school(self, school_id: UUID, name: str) -> None:
        """Keep what people call it, in place of what they did before."""
        async with self._opened() as conn:
            await conn.execute(SQL["name_school"], {"school": school_id, "name": name})

    async def name_of_school(self, school_id: UUID) -> str | None:
        """What people call it; None where nobody said so."""
        async with self._opened() as conn:
            rows = await look_up(conn, "name_of_school", school=school_id)
        return rows[0][0] if rows else None

    async def school_name(self, school_id: UUID | None) -> str:
        """How people are shown a school: its name and first alias, or that; nothing for none."""
        aliases = await self.aliases(school_id) if school_id else []
        if school_id is None or not aliases:
            return ""
        name, code = await self.name_of_school(school_id), aliases[0][1]
        return f"{name} ({code})" if name else code

    def _cache(self, aliases: tuple[Alias, ...], school: School) -> None:
        """An alias never moves, so what was found stays true."""
        self._schools[aliases] = school
        if len(self._schools) > _REMEMBERED:
            self._schools.popitem(last=False)


async def _find_or_add(conn: Connection, aliases: tuple[Alias, ...]) -> School:
    async with conn.transaction():
        settled = _settle(aliases, await _look_up(conn, aliases))
        school_id = settled.school_id or uuid4()
        if settled.strange:
            rows = {
                "school": school_id,
                "types": [kind for kind, _ in settled.strange],
                "values": [value for _, value in settled.strange],
            }
            if (await conn.execute(SQL["add_school_aliases"], rows)).rowcount < len(
                settled.strange
            ):
                raise Raced
    return School(school_id, settled.conflict)


async def _look_up(conn: Connection, aliases: Sequence[Alias]) -> dict[Alias, _Found]:
    types, values = [kind for kind, _ in aliases], [value for _, value in aliases]
    rows = await look_up(conn, "find_schools", types=types, values=values)
    return {(kind, value): _Found(school_id, master) for kind, value, school_id, master in rows}


def _settle(aliases: Sequence[Alias], found: Mapping[Alias, _Found]) -> _Settled:
    master = next((value for kind, value in aliases if kind == MASTER_ALIAS), None)
    named = list(dict.fromkeys(found[alias] for alias in aliases if alias in found))
    fits = [one for one in named if master is None or one.master in (None, master)]
    strange = tuple(alias for alias in aliases if alias not in found)
    if len(named) == len(fits) <= 1:
        return _Settled(fits[0].school_id if fits else None, conflict=False, strange=strange)
    own = tuple(alias for alias in strange if alias[0] == MASTER_ALIAS)
    return _Settled(fits[0].school_id if fits else None, conflict=True, strange=own)


def _aliases(master: str | None, org_ids: Sequence[Alias]) -> tuple[Alias, ...]:
    """Every alias once, the master first, the others in one order; blank ones name nothing."""
    others = sorted({(kind, value) for kind, value in org_ids if value.strip()})
    first = [(MASTER_ALIAS, master)] if master and master.strip() else []
    if not first and not others:
        raise NoSchoolNamed(NoSchoolNamed.__doc__)
    return (*first, *others)
