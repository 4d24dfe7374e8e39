"""Who is meant: references to schools, users and customers, the same in all APIs of Edu-V.

Read with the tolerance that the official examples ask for, and no other: `userIds` as one object is
a list of one, `nlEduPersonRealId` is NEPRI (Delivery API 2.0.0, SchoolEmployeesSpecification). That
one of the two ways to name a school or a user must be there is a rule of the text only; it is
checked here, because nothing can be done with a reference to nobody. An empty master identifier
counts as left out ("For Employees this value is empty").
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from adapters.wire.message import Few, Key, Maybe, Message, Name, PublicName, Text, broken

OrganisationIdType = Literal["OIE_CODE", "BP_ID", "DD_ID", "AS_ID"]
UserIdType = Literal["NEPPI", "BPI", "eduID", "NEPRI", "ASI", "eckId"]


def _none_when_blank(value: str | None) -> str | None:
    return value if value is not None and value.strip() else None


def _nepri(value: object) -> object:
    return "NEPRI" if value == "nlEduPersonRealId" else value


def _listed(value: object) -> object:
    return [value] if isinstance(value, dict) else value


class OrganisationId(Message):
    """A secondary identifier of a school."""

    organisation_id: PublicName
    organisation_id_type: OrganisationIdType


class SchoolReference(Message):
    """A school: by its OnderwijsaanbiederId, or by secondary identifiers."""

    organisation_master_identifier: Annotated[Maybe[Key], AfterValidator(_none_when_blank)] = None
    organisation_ids: Few[OrganisationId] = ()

    @model_validator(mode="after")
    def _names_a_school(self) -> Self:
        if self.organisation_master_identifier is None and not self.organisation_ids:
            broken("needs organisationMasterIdentifier or organisationIds")
        return self

    def aliases(self) -> tuple[str | None, tuple[tuple[str, str], ...]]:
        """The master identifier, and the others as pairs of type and value."""
        others = ((one.organisation_id_type, one.organisation_id) for one in self.organisation_ids)
        return self.organisation_master_identifier, tuple(others)


class UserId(Message):
    """A secondary identifier of a user."""

    user_id: Name
    user_id_type: Annotated[UserIdType, BeforeValidator(_nepri)]


class UserReference(Message):
    """A student (by ECK iD or secondary identifiers) or an employee.

    An employee with a master identifier is taken too: the example of EntitlementSchoolEmployee
    (Entitlement API 1.1.0) has one.
    """

    user_master_identifier: Annotated[Maybe[Text], AfterValidator(_none_when_blank)] = None
    user_ids: Annotated[Few[UserId], BeforeValidator(_listed)] = ()

    @model_validator(mode="after")
    def _names_a_user(self) -> Self:
        if self.user_master_identifier is None and not self.user_ids:
            broken("needs userMasterIdentifier or userIds")
        return self


class CustomerReference(Message):
    """A customer outside any school; name and e-mail address are personal."""

    display_name: Maybe[Text] = None
    email: Maybe[Text] = None


class SchoolUser(Message):
    """The body of the reads that are POSTs, so that identifiers stay out of the address."""

    school: SchoolReference
    user: UserReference
