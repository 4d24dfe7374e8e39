"""Delivery API 2.0.0, the ten branches of `deliverySpecification`: who may use the product."""

from __future__ import annotations

from collections.abc import Iterable

from typing_extensions import override

from adapters.wire.message import Code, Key, Many, Maybe, Message, Whole
from adapters.wire.references import SchoolReference, UserReference


def _each_once(
    selected: Iterable[tuple[str, int | None]],
) -> tuple[tuple[str, int | None], ...]:
    """What is named twice is named once; the last quantity counts."""
    return tuple(dict(selected).items())


class Specification(Message):
    """What a deliveryType needs to know: who may use the product."""

    def school_of(self) -> SchoolReference | None:
        """The school the entitlements are for; none for a customer."""
        return None

    def users(self) -> tuple[UserReference, ...]:
        """The users named, in order, doubles included."""
        return ()

    def codes(self) -> tuple[str, ...]:
        """The activation codes named, as given."""
        return ()

    def selection(self) -> tuple[tuple[str, int | None], ...]:
        """The study years, subjects or groups named, each with its quantity if it has one."""
        return ()

    def quantity(self) -> int | None:
        """The totalQuantity of an open delivery type."""
        return None


class SchoolSpecification(Specification):
    """A branch within a school."""

    school: SchoolReference

    @override
    def school_of(self) -> SchoolReference:
        return self.school


class OpenSpecification(SchoolSpecification):
    """A branch that names no users: the student administration knows who they are."""

    total_quantity: Maybe[Whole] = None

    @override
    def quantity(self) -> int | None:
        return self.total_quantity


class SchoolAllSpecification(OpenSpecification):
    """All students of the school."""


class SchoolAdminSpecification(OpenSpecification):
    """Officials of the school, who distribute within it."""


class StudyYear(Message):
    """A study year; the schema does not require its id, so lacking one is a refusal later."""

    study_year_id: Key = ""
    quantity: Maybe[Whole] = None


class SchoolStudiesSpecification(OpenSpecification):
    """Students enrolled in the study years named."""

    study_years: Many[StudyYear]

    @override
    def selection(self) -> tuple[tuple[str, int | None], ...]:
        return _each_once((one.study_year_id, one.quantity) for one in self.study_years)


class Subject(Message):
    """A subject, with the same defect."""

    subject_id: Key = ""
    quantity: Maybe[Whole] = None


class SchoolSubjectsSpecification(OpenSpecification):
    """Students enrolled in the subjects named."""

    subjects: Many[Subject]

    @override
    def selection(self) -> tuple[tuple[str, int | None], ...]:
        return _each_once((one.subject_id, one.quantity) for one in self.subjects)


class Group(Message):
    """A group, with the same defect."""

    group_id: Key = ""
    quantity: Maybe[Whole] = None


class SchoolGroupsSpecification(OpenSpecification):
    """Students rostered in the groups named."""

    groups: Many[Group]

    @override
    def selection(self) -> tuple[tuple[str, int | None], ...]:
        return _each_once((one.group_id, one.quantity) for one in self.groups)


class SchoolStudentsSpecification(SchoolSpecification):
    """The students listed."""

    students: Many[UserReference]

    @override
    def users(self) -> tuple[UserReference, ...]:
        return self.students


class SchoolEmployeesSpecification(SchoolSpecification):
    """The employees listed."""

    employees: Many[UserReference]

    @override
    def users(self) -> tuple[UserReference, ...]:
        return self.employees


class SchoolActivationCodesSpecification(SchoolSpecification):
    """Whoever holds one of the codes listed."""

    activation_codes: Many[Code]

    @override
    def codes(self) -> tuple[str, ...]:
        return self.activation_codes


class CustomerStudentSpecification(Specification):
    """The student a customer bought for."""

    student: UserReference

    @override
    def users(self) -> tuple[UserReference, ...]:
        return (self.student,)


class CustomerActivationCodeSpecification(Specification):
    """Whoever holds the code a customer bought."""

    activation_code: Code

    @override
    def codes(self) -> tuple[str, ...]:
        return (self.activation_code,)


SPECIFICATIONS: dict[str, type[Specification]] = {
    "school-all": SchoolAllSpecification,
    "school-admin": SchoolAdminSpecification,
    "school-studies": SchoolStudiesSpecification,
    "school-subjects": SchoolSubjectsSpecification,
    "school-groups": SchoolGroupsSpecification,
    "school-students": SchoolStudentsSpecification,
    "school-employees": SchoolEmployeesSpecification,
    "school-activationcodes": SchoolActivationCodesSpecification,
    "customer-student": CustomerStudentSpecification,
    "customer-activationcode": CustomerActivationCodeSpecification,
}
"""The branch that belongs to each deliveryType, by our spelling of it."""
