"""Classes of the school that the tests of the HTTP API order for, as its administration tells."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from adapters.postgres.connection import connect
from adapters.postgres.roster import Membership
from adapters.postgres.roster_groups import keep_titles
from adapters.postgres.roster_take import TakenMember, take
from tests.adapters.wire_case import SCHOOL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tests.adapters.http_case import Hub

CODE = SCHOOL["organisationMasterIdentifier"]


async def school_of(hub: Hub) -> UUID:
    """The school, once it was ordered for."""
    school = await hub.services.vault.find_school(CODE, ())
    assert school is not None
    return school.school_id


async def have_class(
    hub: Hub, subjects: Sequence[UUID], groups: Sequence[str], **titles: str
) -> None:
    """These students are in all of these groups, and some of those have a name."""
    school = await school_of(hub)
    belongs = tuple(Membership(target_kind="group", target_id=group) for group in groups)
    members = [
        TakenMember(subject_id=one, kind="student", user_reference_id=one, memberships=belongs)
        for one in subjects
    ]
    known: Any = {("group", group) for group in groups}
    now = hub.services.now()
    async with await connect(hub.url, "test") as conn, conn.transaction():
        await take(conn, school, "pull", members, known, now, timedelta(days=1))
        await keep_titles(conn, school, titles)


async def subjects_of(hub: Hub, number: int) -> list[UUID]:
    """Whom the first entitlements are for."""
    created: list[Any] = [fact.event for fact in await hub.facts("EntitlementCreated")]
    return [event.subject_id for event in created[:number]]
