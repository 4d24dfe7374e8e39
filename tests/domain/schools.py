"""What operators ask about the portals of a school, in tests."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from aanspraak.domain.school.commands import AddPortal, RemovePortal, ReplacePortal

SCHOOL: Final = UUID(int=55)
REASON: Final = UUID(int=1)


def add(portal: str, school_id: UUID = SCHOOL) -> AddPortal:
    return AddPortal(school_id=school_id, portal=portal, reason_id=REASON)


def remove(portal: str, school_id: UUID = SCHOOL) -> RemovePortal:
    return RemovePortal(school_id=school_id, portal=portal, reason_id=REASON)


def swap(portal: str, new_portal: str, school_id: UUID = SCHOOL) -> ReplacePortal:
    return ReplacePortal(
        school_id=school_id, portal=portal, new_portal=new_portal, reason_id=REASON
    )
