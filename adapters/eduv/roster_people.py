"""From what an administration tells to a take: who is named, what they belong to, and when."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from adapters.postgres.roster import WHOLE_SCHOOL, Membership, canonical
from adapters.postgres.roster_desk import FoundRoster, NamedMember
from adapters.postgres.roster_groups import title_to_keep
from adapters.postgres.roster_take import KINDS
from adapters.security.persons import user_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import date

    from adapters.eduv.administration import SchoolRoster
    from adapters.postgres.roster import Kind, TargetKind
    from adapters.security.persons import Identifier, PersonReference
    from adapters.wire.employees_v1 import Employee
    from adapters.wire.sis import SisUser

    Said = tuple[Kind, SisUser, tuple[Membership, ...]]


def targets_of(roster: SchoolRoster) -> set[tuple[TargetKind, str]]:
    """What the school knows: what it offers, and what somebody is in all the same."""
    known: set[tuple[TargetKind, str]] = {("group", each.group_id) for each in roster.groups}
    known |= {("study", each.study_offering_id) for each in roster.studies}
    known |= {("subject", each.subject_offering_id) for each in roster.subjects}
    known |= {("study", each.study) for each in roster.enrollments if each.study}
    return known | {("subject", each.subject) for each in roster.enrollments if each.subject}


def found_in(
    roster: SchoolRoster, *, scope: str, aliases: AbstractSet[tuple[str, str]]
) -> FoundRoster:
    """What a take has of it; of employees nothing when they were not told.

    Raises:
        ValueError: somebody's identifiers cannot be kept.
    """
    return FoundRoster(
        members=people_of(roster, scope=scope, aliases=aliases),
        targets=targets_of(roster),
        kinds=KINDS if roster.employees is not None else ("student",),
        titles=titles_of(roster),
    )


def titles_of(roster: SchoolRoster) -> dict[str, str]:
    """What the groups are called, as far as that may be kept."""
    named = ((each.group_id, title_to_keep(str(each.group_name))) for each in roster.groups)
    return {canonical(group): title for group, title in named if title is not None}


def people_of(
    roster: SchoolRoster, *, scope: str, aliases: AbstractSet[tuple[str, str]]
) -> list[NamedMember]:
    """Everybody who has an identifier, once for each way of naming them.

    The lists of persons come first: that is how people are named outside. `scope` is where an ASI
    holds, `aliases` are the school's: a role counts when it is there.
    """
    ends = {each.school_period_id: each.end_date for each in roster.periods}
    said = chain(
        (("student", each, ()) for each in roster.students or ()),
        _roles(roster.employees or (), aliases),
        _enrolled(roster, ends),
        _grouped(roster, ends),
        _assigned(roster, ends) if roster.employees is not None else (),
    )
    return _each_once(said, scope)


def _enrolled(roster: SchoolRoster, ends: dict[str, date]) -> Iterator[Said]:
    """Who is in a study is at the school for so long; who is in a subject alone, as well."""
    for each in roster.enrollments:
        target = each.study if each.enrollment_type == "study" else each.subject
        until = each.end_date or ends.get(each.school_period)
        belongs = [_membership("school", WHOLE_SCHOOL, each.begin_date, until)]
        if target:
            belongs.append(_membership(each.enrollment_type, target, each.begin_date, until))
        yield "student", each.student, tuple(belongs)


def _grouped(roster: SchoolRoster, ends: dict[str, date]) -> Iterator[Said]:
    for each in roster.groups:
        until = each.end_date or ends.get(each.school_period)
        membership = _membership("group", each.group_id, each.begin_date, until)
        yield from (("student", student, (membership,)) for student in each.students)


def _assigned(roster: SchoolRoster, ends: dict[str, date]) -> Iterator[Said]:
    for each in roster.assignments:
        until = each.end_date or ends.get(each.school_period)
        targets: tuple[tuple[TargetKind, str | None], ...] = (
            ("group", each.group),
            ("subject", each.subject),
        )
        belongs = [_membership(kind, id_, each.begin_date, until) for kind, id_ in targets if id_]
        yield "employee", each.employee, tuple(belongs)


def _roles(employees: Iterable[Employee], aliases: AbstractSet[tuple[str, str]]) -> Iterator[Said]:
    for employee in employees:
        here = [
            each
            for each in employee.organisation_roles
            if not each.organisation.aliases() or each.organisation.aliases() & aliases
        ]
        belongs = [
            _membership("role", each.organisation_role, each.begin_date, each.end_date)
            for each in here
        ]
        yield "employee", employee, tuple(belongs)


def _membership(kind: TargetKind, target: str, begins: date, until: date | None) -> Membership:
    return Membership(target_kind=kind, target_id=target, valid_from=begins, valid_until=until)


def _each_once(said: Iterable[Said], scope: str) -> list[NamedMember]:
    references: dict[tuple[Kind, tuple[Identifier, ...]], PersonReference] = {}
    belongs: dict[tuple[Kind, tuple[Identifier, ...]], dict[Membership, None]] = {}
    for kind, user, memberships in said:
        if not user.names_somebody:
            continue
        pairs = [(one.user_id_type, one.user_id) for one in user.user_ids]
        reference = user_reference(user.user_master_identifier, pairs, scope=scope)
        key = kind, reference.identifiers
        references.setdefault(key, reference)
        belongs.setdefault(key, {}).update(dict.fromkeys(memberships))
    return [
        NamedMember(reference=references[key], kind=key[0], memberships=tuple(memberships))
        for key, memberships in belongs.items()
    ]
