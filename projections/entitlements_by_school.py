"""What does a person at a school have? Narrow: a million pupils ask it on the first morning."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from projections.entitlement_details import EntitlementDetails

NAME: Final = "entitlements_by_school"
KEY: Final = ("school_id", "subject_id", "entitlement_id")


class SchoolEntitlement(NamedTuple):
    """What Edu-V's `EntitlementProduct` shows, and which portals it was ordered for."""

    school_id: UUID
    subject_id: UUID
    entitlement_id: UUID
    product_id: str
    portals: tuple[str, ...]
    status: str
    start_date: date
    activation_until_date: date
    expiration_date: date | None


def rows_of(row: EntitlementDetails) -> tuple[SchoolEntitlement, ...]:
    """One row, unless a customer ordered it: then there is no school."""
    if row.school_id is None:
        return ()
    entitlement = SchoolEntitlement(
        row.school_id,
        row.subject_id,
        row.entitlement_id,
        row.product_id,
        row.portals,
        row.status,
        row.start_date,
        row.activation_until_date,
        row.expiration_date,
    )
    return (entitlement,)
