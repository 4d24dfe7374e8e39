from __future__ import annotations

from uuid import UUID

from aanspraak.domain.incident.commands import OpenIncident
from aanspraak.domain.incident.events import IncidentOpened
from tests.spec import asked, given

OPEN = OpenIncident(
    party="portal-a",
    code=4099,
    kind="link-refused",
    concerning="order-1",
    order=UUID(int=1),
    entitlement_id=UUID(int=2),
    text_id=UUID(int=3),
)


def test_and_says_who_what_and_about_what() -> None:
    given().when(OPEN).then(
        IncidentOpened(
            party="portal-a",
            code=4099,
            kind="link-refused",
            concerning="order-1",
            order=UUID(int=1),
            entitlement_id=UUID(int=2),
            text_id=UUID(int=3),
        )
    )


def test_the_next_entitlement_of_the_same_order_opens_no_other() -> None:
    next_one = OpenIncident(
        party="portal-a",
        code=4099,
        kind="link-refused",
        concerning="order-1",
        entitlement_id=UUID(int=9),
    )
    given(*asked(OPEN)).when(next_one).nothing_happens()
