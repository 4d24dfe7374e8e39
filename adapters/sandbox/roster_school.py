"""A school as a sandbox administration has it: made from a seed, and changed as a test wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha512
from typing import Literal
from uuid import UUID, uuid5

_SCHOOLS = UUID("b2a9a1de-7c1f-5a5b-9f0e-6d2b1d0c4e31")
PERIOD = "period"
Answers = Literal["normal", "empty", "refused", "unreadable"]

OFFICIAL = "leermiddelencoordinator"
TEACHER = "leraar"


@dataclass(slots=True)
class Pupil:
    """A pupil: who it is the number says for good, which class and subjects the study year."""

    number: int
    study: int
    begins: date


@dataclass(slots=True)
class RosterSchool:
    """One school with a school year, study years, a class in each, subjects, and people."""

    alias: tuple[str, str]
    """Its identifier: organisationMasterIdentifier or an organisationIdType, and the value."""
    starts: date
    ends: date
    """The first day after the school year."""
    also: tuple[tuple[str, str], ...] = ()
    """Other identifiers, under which it may be asked for as well."""
    studies: int = 3
    subjects: int = 4
    """In every study year."""
    employees: int = 3
    pupils: dict[int, Pupil] = field(default_factory=dict)
    numbers: int = 0
    answers: Answers = "normal"
    withholds: tuple[str, ...] = ()
    """The first parts of paths that are refused."""

    def enrol(self, count: int, study: int | None = None, begins: date | None = None) -> list[int]:
        """New pupils, spread over the study years or in one; their numbers."""
        first = self.numbers
        self.numbers += count
        for number in range(first, self.numbers):
            year = number % self.studies if study is None else study
            self.pupils[number] = Pupil(number, year, begins or self.starts)
        return list(range(first, self.numbers))

    def id_of(self, what: str, *numbers: int) -> str:
        """The id of an object of this school: the same in every run."""
        path = "/".join((*self.alias, what, *map(str, numbers)))
        return str(uuid5(_SCHOOLS, path))

    def study_ids(self) -> list[str]:
        """The study offerings."""
        return [self.id_of("study", number) for number in range(self.studies)]

    def subject_ids(self, study: int) -> list[str]:
        """The subject offerings of a study year."""
        return [self.id_of("subject", study, number) for number in range(self.subjects)]

    def group_ids(self) -> list[str]:
        """The classes, one for each study year."""
        return [self.id_of("group", number) for number in range(self.studies)]

    def pupil_reference(self, number: int) -> dict[str, object]:
        """How a pupil is named: an ECK iD, and a number that holds at this school."""
        secret = sha512("/".join((*self.alias, str(number))).encode()).hexdigest()
        return {
            "userMasterIdentifier": f"https://ketenid.nl/201703/{secret}",
            "userIds": [{"userId": f"{100_000 + number}", "userIdType": "ASI"}],
        }

    def employee_reference(self, number: int) -> dict[str, object]:
        """How an employee is named; there is no primary identifier."""
        return {"userIds": [{"userId": self.id_of("employee", number), "userIdType": "BPI"}]}


def school_year(today: date) -> tuple[date, date]:
    """The school year that a day falls in: from 1 August, until (not including) the next."""
    year = today.year if (today.month, today.day) >= (8, 1) else today.year - 1
    return date(year, 8, 1), date(year, 7, 31).replace(year=year + 1) + timedelta(days=1)
