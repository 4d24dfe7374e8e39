from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from aanspraak.domain.errors import UnknownIncident
from aanspraak.domain.incident.commands import (
    CloseIncident,
    OpenIncident,
    RecordSentAgain,
    ResolveIncident,
)
from aanspraak.domain.incident.decide import LISTED_AT_MOST
from aanspraak.domain.incident.events import (
    IncidentClosed,
    IncidentExtended,
    IncidentOpened,
    IncidentReopened,
    IncidentSentAgain,
)
from tests.spec import asked, given

ORDER = UUID(int=1)
OPEN = OpenIncident(
    party="portal-a",
    code=4099,
    kind="link-refused",
    concerning="order-1",
    order=ORDER,
    entitlement_id=UUID(int=2),
    text_id=UUID(int=3),
)
NEXT = replace(OPEN, entitlement_id=UUID(int=9), text_id=None)
CLOSE = CloseIncident(reason_id=UUID(int=4))
MEND = ResolveIncident(cause="mended")
END = ResolveIncident(cause="ended")


def test_and_says_who_what_and_about_what() -> None:
    given().when(OPEN).then(
        IncidentOpened(
            party="portal-a",
            code=4099,
            kind="link-refused",
            concerning="order-1",
            order=ORDER,
            entitlement_id=UUID(int=2),
            text_id=UUID(int=3),
        )
    )


def test_the_next_entitlement_of_the_same_order_opens_no_other() -> None:
    given(*asked(OPEN)).when(NEXT).nothing_happens()


def test_nor_is_it_a_fact_unless_nobody_else_keeps_the_list() -> None:
    grown = IncidentExtended(kind="link-refused", order=ORDER, entitlement_id=UUID(int=9))
    given(*asked(OPEN)).when(replace(NEXT, grows=True)).then(grown)
    given(*asked(OPEN), grown).when(replace(NEXT, grows=True)).nothing_happens()
    given(*asked(OPEN)).when(replace(OPEN, grows=True)).nothing_happens()


def test_such_a_list_has_an_end() -> None:
    many = [replace(NEXT, entitlement_id=UUID(int=n), grows=True) for n in range(1_000)]
    assert len(asked(OPEN, *many)) == LISTED_AT_MOST


def test_an_operator_closes_it_with_a_reason() -> None:
    given(*asked(OPEN)).when(CLOSE).then(
        IncidentClosed(cause="operator", reason_id=CLOSE.reason_id)
    )
    given(*asked(OPEN, CLOSE)).when(replace(CLOSE, reason_id=UUID(int=5))).nothing_happens()


def test_that_an_operator_has_it_sent_again_is_on_record_each_time() -> None:
    again = RecordSentAgain(reason_id=UUID(int=6))
    given(*asked(OPEN)).when(again).then(IncidentSentAgain(reason_id=again.reason_id))
    given(*asked(OPEN, again)).when(again).then_kinds(IncidentSentAgain)
    given(*asked(OPEN, again)).when(MEND).then_kinds(IncidentClosed)
    given().when(again).refused(UnknownIncident)


def test_what_never_was_cannot_be_closed_by_an_operator_and_by_the_hub_it_is_no_matter() -> None:
    given().when(CLOSE).refused(UnknownIncident)
    given().when(MEND).nothing_happens()


def test_it_closes_by_itself_when_the_cause_is_gone_or_all_of_it_is_over() -> None:
    given(*asked(OPEN)).when(MEND).then(IncidentClosed(cause="mended", reason_id=None))
    given(*asked(OPEN)).when(END).then(IncidentClosed(cause="ended", reason_id=None))
    given(*asked(OPEN, CLOSE)).when(MEND).nothing_happens()


def test_when_the_cause_comes_back_it_opens_again_and_says_about_what() -> None:
    reopened = IncidentReopened(
        kind="link-refused", order=ORDER, entitlement_id=UUID(int=9), text_id=None
    )
    for closing in (CLOSE, MEND):
        given(*asked(OPEN, closing)).when(NEXT).then(reopened)
    given(*asked(OPEN, MEND), reopened).when(OPEN).nothing_happens()
    given(*asked(OPEN, MEND), reopened).when(MEND).then_kinds(IncidentClosed)
