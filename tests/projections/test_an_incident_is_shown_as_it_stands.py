"""The row of an incident: open or closed, since when, how often, by whom and why."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from aanspraak.domain.incident.commands import CloseIncident, OpenIncident, ResolveIncident
from projections.incidents import Incident
from tests.projections.facts import START, Log
from tests.projections.memory import Memory

STREAM = UUID(int=7)
OPEN = OpenIncident(
    party="portaal",
    code=4099,
    kind="link-refused",
    concerning="order",
    entitlement_id=UUID(int=1),
    text_id=UUID(int=2),
)
CLOSE = CloseIncident(reason_id=UUID(int=3))
AGAIN = OpenIncident(
    party="portaal",
    code=4099,
    kind="link-expired",
    concerning="order",
    entitlement_id=UUID(int=4),
    grows=True,
)


def row_after(*commands: object) -> Incident:
    log = Log()
    for command in commands:
        log.ask(STREAM, command, actor="operator:jan")
    row: Incident = Memory().fold(log.facts).one("incidents")
    return row


def test_it_is_open_since_it_opened() -> None:
    row = row_after(OPEN)
    assert (row.kind, row.times, row.closed_at) == ("link-refused", 1, None)
    assert row.opened_at == row.first_opened_at == START + timedelta(seconds=1)


def test_it_is_closed_by_somebody_for_a_reason() -> None:
    row = row_after(OPEN, CLOSE)
    assert row.closed_at == START + timedelta(seconds=2)
    assert (row.closed_cause, row.closed_by) == ("operator", "operator:jan")
    assert row.reason_id == CLOSE.reason_id


def test_opened_again_it_is_about_what_came_back() -> None:
    row = row_after(OPEN, ResolveIncident(cause="mended"), AGAIN)
    assert (row.kind, row.entitlement_id, row.times) == ("link-expired", UUID(int=4), 2)
    assert (row.closed_at, row.closed_cause, row.closed_by, row.reason_id) == (None,) * 4
    assert (row.first_opened_at, row.opened_at) == (
        START + timedelta(seconds=1),
        START + timedelta(seconds=3),
    )


def test_that_its_list_grew_is_no_change_of_the_row() -> None:
    assert row_after(OPEN, AGAIN) == row_after(OPEN)
