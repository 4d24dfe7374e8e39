"""What does a person at a school have? Narrow: a million pupils ask it on the first morning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from projections.entitlement_details import EntitlementDetails

NAME: Final = "entitlements_by_school"
KEY: Final = ("school_id", "subject_id", "entitlement_id")

Key = tuple[UUID, UUID, UUID]


class SchoolEntitlement(NamedTuple):
    """What Edu-V's `EntitlementProduct` shows, and which portals it goes to."""

    school_id: UUID
    subject_id: UUID
    entitlement_id: UUID
    product_id: str
    portals: tuple[str, ...]
    status: str
    start_date: date
    activation_until_date: date
    expiration_date: date | None


def change(
    before: EntitlementDetails | None, after: EntitlementDetails
) -> tuple[Sequence[SchoolEntitlement], Sequence[Key]]:
    """One row, unless a customer ordered it: then there is no school."""
    if after.school_id is None:
        return (), ()
    if (
        before is not None
        and before.status == after.status
        and before.expiration_date == after.expiration_date
        and before.portals == after.portals
    ):
        return (), ()
    row = SchoolEntitlement(
        after.school_id,
        after.subject_id,
        after.entitlement_id,
        after.product_id,
        after.portals,
        after.status,
        after.start_date,
        after.activation_until_date,
        after.expiration_date,
    )
    return (row,), ()
