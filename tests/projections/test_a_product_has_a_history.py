from __future__ import annotations

from dataclasses import replace

import pytest

from aanspraak.domain import ids
from projections.product_history import Change, history_of
from tests.domain.catalogue import BOOK, DESCRIBE_BOOK, MISS_BOOK, PORTAL
from tests.projections.facts import Log


def test_each_listing_shows_what_it_changed() -> None:
    log, stream = Log(), ids.product_stream(BOOK.product_id)
    for command in (BOOK, DESCRIBE_BOOK, replace(BOOK, status="no-longer-available"), MISS_BOOK):
        log.ask(stream, command, actor="partner:provider")
    first, described, changed, missed = history_of(log.facts)
    assert (first.kind, first.actor) == ("listed", "partner:provider")
    assert Change(field="title", before=None, after=BOOK.title) in first.changes
    assert "payment_models" not in {change.field for change in first.changes}
    assert described.kind == "described"
    assert changed.changes == (
        Change(field="status", before="available", after="no-longer-available"),
    )
    assert (missed.kind, missed.changes) == ("missed", ())


def test_what_is_said_no_more_is_a_change_too() -> None:
    log, stream = Log(), ids.product_stream(BOOK.product_id)
    log.ask(stream, BOOK)
    log.ask(stream, replace(BOOK, delivery_types=()))
    *_, last = history_of(log.facts)
    assert last.changes == (Change(field="delivery_types", before=("school-students",), after=()),)


def test_only_a_product_has_such_a_history() -> None:
    log = Log()
    log.ask(ids.partner_stream("portal-a"), PORTAL)
    with pytest.raises(TypeError):
        list(history_of(log.facts))
