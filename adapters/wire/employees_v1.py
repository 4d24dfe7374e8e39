"""Employees API 1.1.0, as far as a hub consumes it: identifiers, and roles at the school."""

from __future__ import annotations

from adapters.wire.message import Day, Many, Maybe, Message, Text
from adapters.wire.sis import AnyOrganisation, SisObject, SisUser

VERSION = "1.1.0"
BASE_PATH = "/employees/v1"


class OrganisationRole(Message):
    """A role at an organisation, until the day before `end_date`."""

    organisation: AnyOrganisation
    organisation_role: Text
    begin_date: Day
    end_date: Maybe[Day] = None


class Employee(SisUser, SisObject):
    """An employee of the school; only identifiers and roles are read."""

    organisation_roles: Many[OrganisationRole] = ()
