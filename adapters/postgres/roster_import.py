"""Rosters out of a file: the lines of each school are one take of that school."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.postgres.roster import SINCE_EVER, WHOLE_SCHOOL, Membership
from adapters.postgres.roster_desk import FoundRoster, NamedMember
from adapters.security.persons import user_reference
from adapters.wire.roster_file import school_alias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from adapters.postgres.roster import TargetKind
    from adapters.postgres.roster_desk import Asker, RosterDesk
    from adapters.postgres.roster_take import Taken
    from adapters.postgres.vault import Vault
    from adapters.wire.roster_file import RosterEntry


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """A school as the file named it first, and what its take came to."""

    school: str
    school_id: UUID
    taken: Taken


async def import_lines(
    desk: RosterDesk, vault: Vault, entries: Sequence[RosterEntry], asker: Asker
) -> list[Imported]:
    """Take the roster of every school that the entries name, one after the other.

    Raises:
        VaultBusy: too many others write the same persons at this moment.
    """
    named: dict[UUID, str] = {}
    lines: defaultdict[UUID, list[RosterEntry]] = defaultdict(list)
    ids: dict[str, UUID] = {}
    for entry in entries:
        name = entry.school or ""
        if name not in ids:
            ids[name] = (await vault.school_id(*school_alias(name))).school_id
        named.setdefault(ids[name], name)
        lines[ids[name]].append(entry)
    return [
        Imported(
            school=named[school_id],
            school_id=school_id,
            taken=await desk.take(school_id, "file", _found(of_school, school_id), asker),
        )
        for school_id, of_school in lines.items()
    ]


def _found(entries: Sequence[RosterEntry], school_id: UUID) -> FoundRoster:
    """A file with employees alone says nothing about students."""
    return FoundRoster(
        members=[_named(one, school_id) for one in entries],
        targets=_targets(entries),
        kinds={one.kind for one in entries},
    )


def _named(entry: RosterEntry, school_id: UUID) -> NamedMember:
    pairs = [(one.user_id_type, one.user_id) for one in entry.user_ids]
    return NamedMember(
        reference=user_reference(entry.user_master_identifier, pairs, scope=str(school_id)),
        kind=entry.kind,
        memberships=tuple(
            Membership(
                target_kind=kind,
                target_id=target,
                valid_from=entry.begin_date or SINCE_EVER,
                valid_until=entry.end_date,
            )
            for kind, target in (("school", WHOLE_SCHOOL), *_belongs_to(entry))
        ),
    )


def _belongs_to(entry: RosterEntry) -> list[tuple[TargetKind, str]]:
    belongs: list[tuple[TargetKind, str]] = [("study", each) for each in entry.studies]
    belongs += [("subject", each) for each in entry.subjects]
    belongs += [("group", each) for each in entry.groups]
    return belongs + [("role", each) for each in entry.roles]


def _targets(entries: Iterable[RosterEntry]) -> set[tuple[TargetKind, str]]:
    """What the lines name is what the school knows."""
    return {each for entry in entries for each in _belongs_to(entry) if each[0] != "role"}
