"""Education API 1.1.1, as far as a hub consumes it: what a school offers."""

from __future__ import annotations

from adapters.wire.message import Key, Maybe, Text
from adapters.wire.sis import AnyOrganisation, SisObject

VERSION = "1.1.1"
BASE_PATH = "/education/v1"


class Organisation(AnyOrganisation, SisObject):
    """A school with everything it is called by; its name is for people."""

    name: Maybe[Text] = None


class StudyOffering(SisObject):
    """A study and its year; an order calls the id `studyYearId`."""

    study_offering_id: Key


class SubjectOffering(SisObject):
    """A subject; an order calls the id `subjectId`."""

    subject_offering_id: Key
