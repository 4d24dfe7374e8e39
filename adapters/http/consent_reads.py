"""What a partner asks about its consents."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from aanspraak.domain.consent.state import PENDING
from aanspraak.domain.consent_scopes import PROVIDER
from aanspraak.domain.errors import ConsumerReferenceUnknown, ProviderReferenceUnknown
from aanspraak.domain.status_codes import STATUS_CODES
from adapters.http.auth import Call
from adapters.http.parameters import Plain
from adapters.http.problems import Refused
from adapters.wire.consent_v0 import Api, ConsentStatus
from adapters.wire.outgoing import OrganisationId, SchoolReference
from adapters.wire.problems import FieldProblem, SchemaIncorrect
from adapters.wire.references import OrganisationIdType
from projections.consents import Consent

NOT_FOUND: Final = 404
ORGANISATION_UNKNOWN: Final = 23


class Narrowed(BaseModel):
    """Which consents are wanted."""

    model_config = ConfigDict(frozen=True)

    api: Api | None = Field(None, description="Of this API.")
    since: AwareDatetime | None = Field(None, description="Changed after this moment.")


class OfSchool(Narrowed):
    """Of which school, by one way or the other, or which consent by its references."""

    org_master_id: Plain | None = Field(None, alias="orgMasterId")
    org_id: Plain | None = Field(None, alias="orgId")
    org_id_type: OrganisationIdType | None = Field(None, alias="orgIdType")
    provider_reference_id: Plain | None = Field(None, alias="providerReferenceId")
    consumer_reference_id: Plain | None = Field(None, alias="consumerReferenceId")


async def statuses(call: Call, *, api: str | None, since: datetime | None) -> list[ConsentStatus]:
    """All consents of who asks."""
    rows = await call.services.consents.of_partner(call.asker, api=api, since=since)
    return [shown(row) for row in rows]


async def school_statuses(call: Call, asked: OfSchool) -> list[ConsentStatus]:
    """Those of a school, or of a reference.

    Raises:
        Refused: 404 for a school or reference that is not known.
        SchemaIncorrect: when neither is given.
    """
    school_id = await _school_id(call, asked)
    rows = [
        row
        for row in await call.services.consents.of_partner(
            call.asker, school_id=school_id, api=asked.api, since=asked.since
        )
        if _is_meant(row, asked)
    ]
    if not rows:
        _refuse_unknown_reference(asked)
    return [shown(row) for row in rows]


def shown(row: Consent) -> ConsentStatus:
    """A consent as the Consent API has it; what nobody decided yet is pending at the provider."""
    provides = row.hub_is == PROVIDER
    provider, consumer = (row.ours, row.theirs) if provides else (row.theirs, row.ours)
    ours, theirs = row.our_reference, row.their_reference
    return ConsentStatus(
        provider_reference_id=ours if provides else theirs or "",
        consumer_reference_id=theirs if provides else ours,
        school=SchoolReference(
            organisation_master_identifier=row.organisation_master_identifier,
            organisation_ids=tuple(map(_organisation_id, row.organisation_ids)),
        ),
        api=row.api,
        scopes=(row.scope,),
        provider_status=provider or PENDING,
        consumer_status=consumer or None,
    )


def _organisation_id(text: str) -> OrganisationId:
    kind, _, value = text.partition(" ")
    return OrganisationId(organisation_id=value, organisation_id_type=kind)


async def _school_id(call: Call, asked: OfSchool) -> UUID | None:
    master, by_id = (asked.org_master_id or "").strip(), (asked.org_id or "").strip()
    if not master and not (by_id and asked.org_id_type):
        if asked.provider_reference_id or asked.consumer_reference_id:
            return None
        rule = "is missing: give it, or orgId together with orgIdType, or a reference"
        raise SchemaIncorrect((FieldProblem("orgMasterId", rule),))
    pairs = [(asked.org_id_type, by_id)] if by_id and asked.org_id_type else []
    school = await call.services.vault.find_school(master or None, pairs)
    if school is None:
        raise Refused(NOT_FOUND, ORGANISATION_UNKNOWN, "This school is not known.")
    return school.school_id


def _is_meant(row: Consent, asked: OfSchool) -> bool:
    status = shown(row)
    return asked.provider_reference_id in {None, status.provider_reference_id} and (
        asked.consumer_reference_id in {None, status.consumer_reference_id}
    )


def _refuse_unknown_reference(asked: OfSchool) -> None:
    for given, unknown in (
        (asked.provider_reference_id, ProviderReferenceUnknown),
        (asked.consumer_reference_id, ConsumerReferenceUnknown),
    ):
        if given is not None:
            raise Refused(NOT_FOUND, STATUS_CODES[unknown], str(unknown()))
