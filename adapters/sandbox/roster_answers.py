"""What a sandbox administration tells of a school, in the words of its four APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from adapters.sandbox.roster_school import OFFICIAL, PERIOD, TEACHER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from adapters.sandbox.roster_school import Pupil, RosterSchool

    Objects = Callable[[RosterSchool], Iterator[dict[str, Any]]]

MASTER: Final = "organisationMasterIdentifier"
_MOMENTS: Final = {
    "status": "active",
    "dateCreated": "2026-06-01T08:00:00Z",
    "dateLastModified": "2026-06-01T08:00:00Z",
}


def _studies(school: RosterSchool) -> Iterator[dict[str, Any]]:
    for number, study in enumerate(school.study_ids()):
        name = f"leerjaar {number + 1}"
        yield {"studyOfferingId": study, "studyOfferingName": name, "studyYear": number + 1}


def _subjects(school: RosterSchool) -> Iterator[dict[str, Any]]:
    for number, study in enumerate(school.study_ids()):
        for each, subject in enumerate(school.subject_ids(number)):
            name = f"vak {each + 1} van leerjaar {number + 1}"
            yield {
                "subjectOfferingId": subject,
                "subjectOfferingName": name,
                "studyOfferings": [study],
            }


def _periods(school: RosterSchool) -> Iterator[dict[str, Any]]:
    yield {
        "schoolPeriodId": school.id_of(PERIOD),
        "title": f"{school.starts.year}-{school.ends.year}",
        "type": "schoolYear",
        "startDate": school.starts.isoformat(),
        "endDate": school.ends.isoformat(),
    }


def _enrollments(school: RosterSchool) -> Iterator[dict[str, Any]]:
    for pupil in school.pupils.values():
        study = school.study_ids()[pupil.study]
        yield _enrollment(school, pupil, "study", study)
        for subject in school.subject_ids(pupil.study):
            yield _enrollment(school, pupil, "subject", subject)


def _enrollment(school: RosterSchool, pupil: Pupil, kind: str, target: str) -> dict[str, Any]:
    return {
        "enrollmentId": school.id_of(f"enrollment/{target}", pupil.number),
        "student": school.pupil_reference(pupil.number),
        "enrollmentType": kind,
        kind: target,
        **_in_the_year(school, pupil.begins),
    }


def _groups(school: RosterSchool) -> Iterator[dict[str, Any]]:
    for number, group in enumerate(school.group_ids()):
        members = [each.number for each in school.pupils.values() if each.study == number]
        yield {
            "groupId": group,
            "groupName": f"klas {number + 1}a",
            "groupType": "class",
            "students": [school.pupil_reference(each) for each in members],
            "assignments": [school.id_of("assignment", number)] if school.employees else [],
            **_in_the_year(school, school.starts),
        }


def _assignments(school: RosterSchool) -> Iterator[dict[str, Any]]:
    for number, group in enumerate(school.group_ids() if school.employees else ()):
        yield {
            "assignmentId": school.id_of("assignment", number),
            "employee": school.employee_reference(number % school.employees),
            "assignmentType": "class-teacher",
            "group": group,
            **_in_the_year(school, school.starts),
        }


def _students(school: RosterSchool) -> Iterator[dict[str, Any]]:
    for number in school.pupils:
        yield {**school.pupil_reference(number), "givenName": "Sam", "familyName": "de Vries"}


def _employees(school: RosterSchool) -> Iterator[dict[str, Any]]:
    """The first is an official, the others teach."""
    organisation = _named(school.alias)
    for number in range(school.employees):
        role = OFFICIAL if number == 0 else TEACHER
        begins = {"organisationRole": role, "beginDate": school.starts.isoformat()}
        yield {
            **school.employee_reference(number),
            "givenName": "Robin",
            "familyName": "Jansen",
            "organisationRoles": [{"organisation": organisation, **begins}],
        }


def _organisations(school: RosterSchool) -> Iterator[dict[str, Any]]:
    yield {**_named(school.alias, *school.also), "name": "Het Voorbeeld"}


def _named(*aliases: tuple[str, str]) -> dict[str, Any]:
    """A reference with these identifiers."""
    master = {kind: value for kind, value in aliases if kind == MASTER}
    others = [
        {"organisationId": value, "organisationIdType": kind}
        for kind, value in aliases
        if kind != MASTER
    ]
    return {**master, "organisationIds": others} if others else master


def _in_the_year(school: RosterSchool, begins: date) -> dict[str, str]:
    return {
        "schoolPeriod": school.id_of(PERIOD),
        "beginDate": begins.isoformat(),
        "endDate": school.ends.isoformat(),
    }


READS: Final[Mapping[str, Objects]] = {
    "/education/v1/organisations": _organisations,
    "/education/v1/studyofferings/school": _studies,
    "/education/v1/subjectofferings/school": _subjects,
    "/association/v1/schoolperiods/school": _periods,
    "/association/v1/enrollments/school": _enrollments,
    "/association/v1/groups/school": _groups,
    "/association/v1/assignments/school": _assignments,
    "/students/v1/students/school": _students,
    "/employees/v1/employees/school": _employees,
}
"""Each read about a school, and what it tells."""


def objects(path: str, school: RosterSchool) -> list[dict[str, Any]]:
    """What one read tells of a school."""
    return [{**each, **_MOMENTS} for each in READS[path](school)]
