"""A student administration (Administratiesysteem): who is at which school, and what changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from aiohttp import web

from adapters.sandbox.control import control_routes, read_wish, shown
from adapters.sandbox.front import answer, application
from adapters.sandbox.notices import Notices
from adapters.sandbox.roster_answers import MASTER, READS, objects
from adapters.sandbox.roster_school import Answers, RosterSchool, school_year

if TYPE_CHECKING:
    from adapters.sandbox.partner import Partner

UNKNOWN_SCHOOL: Final = 23
CONSENT_REQUIRED: Final = 22


class SchoolWish(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """A new school, named as `104A158` or as `TYPE:value`."""

    school: str
    also_known_as: tuple[str, ...] = ()
    pupils: int = 30
    employees: int = 3
    studies: int = 3
    subjects: int = 4
    """In every study year."""
    year_of: date | None = None
    """The school year is the one that this day falls in; today, unless given."""


class RosterWish(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """What is to change at a school; who subscribed is told, unless `tell` is false."""

    school: str
    enrol: int = 0
    begins: date | None = None
    """Of who is enrolled: the first day, if it is not that of the school year."""
    study: int | None = None
    """Of who is enrolled or moved: the number of the study year, from 0."""
    move: tuple[int, ...] = ()
    remove: tuple[int, ...] = ()
    answers: Answers | None = None
    withholds: tuple[str, ...] | None = None
    """Of these APIs (`students`, `employees`) nothing is told from now on."""
    tell: bool = True


class Administration:
    """Schools by the one identifier they are asked by."""

    def __init__(self, partner: Partner) -> None:
        self.notices = Notices(partner)
        self._schools: dict[tuple[str, str], RosterSchool] = {}
        self._asked: list[dict[str, object]] = []

    async def read(self, request: web.Request) -> web.StreamResponse:
        """Answer a read of a whole school."""
        alias = _asked_for(request)
        self._asked.append({"path": request.path, **request.query})
        school = self._schools.get(alias)
        if school is None:
            return answer(400, UNKNOWN_SCHOOL, "edu_org_id unknown")
        if request.path.split("/")[1] in school.withholds:
            return answer(403, CONSENT_REQUIRED, "consent required")
        match school.answers:
            case "empty":
                return shown([])
            case "refused":
                return answer(403, CONSENT_REQUIRED, "consent required")
            case "unreadable":
                return shown([{"nonsense": True}])
            case "normal":
                return shown(objects(request.path, school))

    async def make(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /sandbox/schools: a school that is new, whatever was there before."""
        wish = await read_wish(request, SchoolWish)
        starts, ends = school_year(wish.year_of or datetime.now(UTC).date())
        school = RosterSchool(
            alias=_alias(wish.school),
            also=tuple(map(_alias, wish.also_known_as)),
            starts=starts,
            ends=ends,
            studies=wish.studies,
            subjects=wish.subjects,
            employees=wish.employees,
        )
        school.enrol(wish.pupils)
        self._schools |= dict.fromkeys((school.alias, *school.also), school)
        return shown(_described(school))

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /sandbox/roster."""
        wish = await read_wish(request, RosterWish)
        school = self._schools.get(_alias(wish.school))
        if school is None:
            raise web.HTTPNotFound(text="no such school")
        new = school.enrol(wish.enrol, wish.study, wish.begins)
        for number in wish.move:
            school.pupils[number].study = wish.study or 0
        for number in wish.remove:
            del school.pupils[number]
        school.answers = wish.answers or school.answers
        school.withholds = school.withholds if wish.withholds is None else wish.withholds
        if wish.tell and (new or wish.move or wish.remove):
            self.notices.tell(_reference(school))
        return shown({**_described(school), "enrolled": new})

    async def show(self, _request: web.Request) -> web.StreamResponse:
        """Answer GET /sandbox/schools."""
        return shown(
            [_described(each) for name, each in self._schools.items() if name == each.alias]
        )

    def totals(self) -> dict[str, object]:
        """What was asked for, by path, and who is told of changes."""
        asked = Counter(str(each["path"]) for each in self._asked)
        return {"asked": asked, "notified": self.notices.sent, "subscribed": self.notices.apis}

    def received(self, _id: str | None, limit: int) -> Iterable[dict[str, object]]:
        """The reads with their parameters, the latest first."""
        return list(reversed(self._asked))[:limit]


def build(partner: Partner) -> web.Application:
    """The application of an administration."""
    administration = Administration(partner)
    routes = [
        *(web.get(path, administration.read) for path in READS),
        *administration.notices.routes(),
        web.post("/sandbox/schools", administration.make),
        web.get("/sandbox/schools", administration.show),
        web.post("/sandbox/roster", administration.change),
        *control_routes(partner, administration.totals, administration.received),
    ]
    return application(partner, "administration", routes)


def _asked_for(request: web.Request) -> tuple[str, str]:
    master = request.query.get("orgMasterId")
    if master is not None:
        return MASTER, master
    return request.query.get("orgIdType", ""), request.query.get("orgId", "")


def _alias(school: str) -> tuple[str, str]:
    kind, colon, value = school.partition(":")
    return (kind, value) if colon else (MASTER, school)


def _reference(school: RosterSchool) -> dict[str, Any]:
    kind, value = school.alias
    if kind == MASTER:
        return {MASTER: value}
    return {"organisationIds": [{"organisationId": value, "organisationIdType": kind}]}


def _described(school: RosterSchool) -> dict[str, object]:
    return {
        "school": _reference(school),
        "answers": school.answers,
        "studies": school.study_ids(),
        "subjects": [school.subject_ids(number) for number in range(school.studies)],
        "groups": school.group_ids(),
        "employees": [school.employee_reference(each) for each in range(school.employees)],
        "pupils": [
            {
                "number": pupil.number,
                "study": pupil.study,
                "user": school.pupil_reference(pupil.number),
            }
            for pupil in school.pupils.values()
        ],
    }
