"""What stands in the address of a read: never anything about a person."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from adapters.postgres.reads import NOBODY
from adapters.wire.message import LONGEST_NAME, EntitlementStatus, broken
from adapters.wire.problems import FieldProblem, SchemaIncorrect
from adapters.wire.references import OrganisationIdType, SchoolReference

LARGEST_PART: Final = 1_000


def _without_u0000(text: str) -> str:
    if "\x00" in text:
        broken("must not contain U+0000")
    return text


Plain = Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(_without_u0000)]
"""Text as a database can hold it."""

Id = Annotated[str, Path(alias="id")]
"""Whatever stands in the place of an id; what is no id is nobody's."""

Status = Annotated[EntitlementStatus | None, Query(description="Filter by status")]

PlainId = Annotated[Plain, Path(alias="id")]
PartnerId = Annotated[Plain, Path(alias="partner")]


def id_of(given: str) -> UUID:
    """The id that stands there; what is no UUID is nobody's."""
    try:
        return UUID(given)
    except ValueError:
        return NOBODY


class Part(BaseModel):
    """Which part of an array is wanted: an offer on top; without `limit` it is all of it."""

    model_config = ConfigDict(frozen=True)

    limit: int | None = Field(None, ge=1, le=LARGEST_PART, description="At most so many.")
    after: UUID | None = Field(None, description="What comes after this id; see the header Link.")


class SchoolFilter(Part):
    """Which school, by one way or the other, and what of it."""

    org_master_id: Plain | None = Field(None, alias="orgMasterId")
    org_id: Plain | None = Field(None, alias="orgId")
    org_id_type: OrganisationIdType | None = Field(None, alias="orgIdType")
    delivery_order_id: UUID | None = Field(None, alias="deliveryOrderId")
    entitlement_status: EntitlementStatus | None = Field(None, alias="entitlementStatus")

    def school(self) -> SchoolReference:
        """The school; raises SchemaIncorrect when neither way names one."""
        master, by_id = (self.org_master_id or "").strip(), (self.org_id or "").strip()
        if not master and not (by_id and self.org_id_type):
            rule = "is missing: give it, or orgId together with orgIdType"
            raise SchemaIncorrect((FieldProblem("orgMasterId", rule),))
        ids = [{"organisationId": self.org_id, "organisationIdType": self.org_id_type}]
        named = {
            "organisationMasterIdentifier": self.org_master_id or "",
            "organisationIds": ids if by_id and self.org_id_type else [],
        }
        return SchoolReference.model_validate(named)
