"""A student administration as the hub consumes it: all that it tells of one school."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from aanspraak.domain.roster.decide import PRIMARY
from adapters.eduv.partner_reader import NoAnswer
from adapters.postgres.vault_schools import MASTER_ALIAS
from adapters.wire import (
    association_v1,
    education_v1,
    employees_v1,
    notifications_v0,
    students_v1,
)
from adapters.wire.sis import SisObject, read_list

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from adapters.eduv.partner_reader import PartnerReader
    from adapters.postgres.vault_schools import Alias
    from projections.partners import Partner

NOT_FOR_US: Final = frozenset({"http_403", "http_404", "http_405", "http_501"})
"""The answers of who does not provide an API, or not to us."""

Object = TypeVar("Object", bound=SisObject)


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolRoster:
    """The lists of one school, without what is flagged to be deleted.

    Students and employees are none when the administration does not tell them to us: the others
    name students too, and many administrations have no employees.
    """

    periods: tuple[association_v1.SchoolPeriod, ...]
    studies: tuple[education_v1.StudyOffering, ...]
    subjects: tuple[education_v1.SubjectOffering, ...]
    enrollments: tuple[association_v1.Enrollment, ...]
    groups: tuple[association_v1.Group, ...]
    assignments: tuple[association_v1.Assignment, ...]
    students: tuple[students_v1.Student, ...] | None
    employees: tuple[employees_v1.Employee, ...] | None


class Called(NamedTuple):
    """What an administration calls a school: its identifiers, and a name; none that it told."""

    aliases: set[Alias]
    name: str


class Administration:
    """One provider, asked about one school at a time."""

    def __init__(self, reader: PartnerReader, provider: Partner) -> None:
        self._reader = reader
        self._provider = provider

    async def read(self, school: Mapping[str, str]) -> SchoolRoster:
        """Everything about a school, named as `named_for` has it.

        Raises:
            NoAnswer: one of the reads gave none.
            SchemaIncorrect: an answer is not what its API says.
        """
        education, association = education_v1.BASE_PATH, association_v1.BASE_PATH
        return SchoolRoster(
            periods=await self._all(
                association_v1.SchoolPeriod, association, "schoolperiods", school
            ),
            studies=await self._all(
                education_v1.StudyOffering, education, "studyofferings", school
            ),
            subjects=await self._all(
                education_v1.SubjectOffering, education, "subjectofferings", school
            ),
            enrollments=await self._all(
                association_v1.Enrollment, association, "enrollments", school
            ),
            groups=await self._all(association_v1.Group, association, "groups", school),
            assignments=await self._all(
                association_v1.Assignment, association, "assignments", school
            ),
            students=await self._if_told(
                students_v1.Student, students_v1.BASE_PATH, "students", school
            ),
            employees=await self._if_told(
                employees_v1.Employee, employees_v1.BASE_PATH, "employees", school
            ),
        )

    async def called(self, school: Mapping[str, str]) -> Called:
        """Everything that the administration calls the school it was asked for.

        Raises:
            NoAnswer: there was no answer.
            SchemaIncorrect: it is not what the Education API says.
        """
        asked = {key: value for key, value in school.items() if key != "filterByOrgId"}
        body = await self._get(education_v1.BASE_PATH, "organisations", asked)
        found = read_list(education_v1.Organisation, body)
        if len(found) != 1:
            return Called(set(), "")
        return Called(found[0].aliases(), (found[0].name or "").strip())

    async def subscribe(self) -> None:
        """Have every change told to us from now on; to ask twice is to ask once.

        Raises:
            NoAnswer: one of the APIs could not be subscribed to.
        """
        for api in notifications_v0.SUBSCRIBED_APIS:
            url = self._url(notifications_v0.BASE_PATH, f"subscribe/{api}")
            await self._reader.post(self._provider, url)

    async def changed_since(self, moment: datetime) -> Sequence[notifications_v0.Notification]:
        """What we were told, or should have been, after a moment.

        Raises:
            NoAnswer: there was no answer.
            SchemaIncorrect: it is not what the API says.
        """
        since = {"since": moment.isoformat().replace("+00:00", "Z")}
        body = await self._get(notifications_v0.BASE_PATH, "notifications", since)
        return read_list(notifications_v0.Notification, body)

    async def _all(
        self, model: type[Object], base_path: str, what: str, school: Mapping[str, str]
    ) -> tuple[Object, ...]:
        body = await self._get(base_path, f"{what}/school", school)
        return tuple(each for each in read_list(model, body) if each.is_there)

    async def _if_told(
        self, model: type[Object], base_path: str, what: str, school: Mapping[str, str]
    ) -> tuple[Object, ...] | None:
        try:
            return await self._all(model, base_path, what, school)
        except NoAnswer as none:
            if none.code in NOT_FOR_US:
                return None
            raise

    async def _get(self, base_path: str, what: str, asked: Mapping[str, str]) -> bytes:
        return await self._reader.get(self._provider, self._url(base_path, what), asked)

    def _url(self, base_path: str, what: str) -> str:
        return f"{self._provider.url.replace('/{api}', base_path)}/{what}"


def named_for(sector: str, asked_type: str, asked_value: str) -> dict[str, str]:
    """How the administration is asked about a school: by the identifier it is followed under.

    By another identifier than the OnderwijsaanbiederId primary schools mean that location alone,
    secondary schools the whole school (filterByOrgId, Education API 1.1.1).
    """
    if asked_type == MASTER_ALIAS:
        return {"orgMasterId": asked_value}
    filtered = "true" if sector == PRIMARY else "false"
    return {"orgId": asked_value, "orgIdType": asked_type, "filterByOrgId": filtered}
