"""Employees API 1.1.0, as far as a hub consumes it: identifiers, and roles at the school."""

from __future__ import annotations

from adapters.wire.message import Day, Few, Many, Maybe, Message, Text
from adapters.wire.sis import SisObject, SisUser

VERSION = "1.1.0"
BASE_PATH = "/employees/v1"


class AnyOrganisationId(Message):
    """A secondary identifier, of whatever type."""

    organisation_id: Text
    organisation_id_type: Text


class AnyOrganisation(Message):
    """Where somebody has a role; an employee of a board may work at several schools."""

    organisation_master_identifier: Maybe[Text] = None
    organisation_ids: Few[AnyOrganisationId] = ()

    def aliases(self) -> set[tuple[str, str]]:
        """As pairs of type and value; the master identifier goes under its own name."""
        named = {(one.organisation_id_type, one.organisation_id) for one in self.organisation_ids}
        if self.organisation_master_identifier:
            named.add(("organisationMasterIdentifier", self.organisation_master_identifier))
        return named


class OrganisationRole(Message):
    """A role at an organisation, until the day before `end_date`."""

    organisation: AnyOrganisation
    organisation_role: Text
    begin_date: Day
    end_date: Maybe[Day] = None


class Employee(SisUser, SisObject):
    """An employee of the school; only identifiers and roles are read."""

    organisation_roles: Many[OrganisationRole] = ()
