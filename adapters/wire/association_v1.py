"""Association API 1.1.0, as far as a hub consumes it: who belongs to what, and when.

Every endDate is exclusive: the first day on which it is over.
"""

from __future__ import annotations

from typing import Any, Literal

from adapters.wire.message import Day, Key, Many, Maybe, Text
from adapters.wire.sis import SisObject, SisUser

VERSION = "1.1.0"
BASE_PATH = "/association/v1"


class SchoolPeriod(SisObject):
    """A school year, or a part of one."""

    school_period_id: Key
    start_date: Day
    end_date: Day


class Enrollment(SisObject):
    """A student in a study or in a subject."""

    student: SisUser
    enrollment_type: Literal["study", "subject"]
    study: Maybe[Key] = None
    subject: Maybe[Key] = None
    school_period: Text
    begin_date: Day
    end_date: Maybe[Day] = None


class Assignment(SisObject):
    """An employee with a group, a subject, or a student to coach."""

    employee: SisUser
    assignment_type: Text
    group: Maybe[Key] = None
    subject: Maybe[Key] = None
    school_period: Text
    begin_date: Day
    end_date: Maybe[Day] = None


class Group(SisObject):
    """A class or a lesson group with its students; its name is only looked at, so it may be any."""

    group_id: Key
    group_name: Any = None
    students: Many[SisUser] = ()
    school_period: Text
    begin_date: Day
    end_date: Maybe[Day] = None
