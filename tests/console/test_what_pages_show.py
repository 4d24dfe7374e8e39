"""Pages of orders, entitlements and schools: what is on them, and what of a person is not."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest

from adapters.console.listing import csv_of
from adapters.postgres.connection import connect
from projections.visibility import OPERATOR
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import BOOK, PORTAL, REGISTRY, SHOP
from tests.adapters.http_stories import ORDERS, eck, entitled, order, ordered
from tests.adapters.wire_case import SCHOOL
from tests.console.console_case import Browser

pytestmark = pytest.mark.anyio

PUPIL = eck(1)["userMasterIdentifier"]
NUMBER = PUPIL[-8:]
REASON = "the school calls about the maths book"


async def test_no_page_names_a_pupil_and_each_says_where_it_is(hub: Hub, browser: Browser) -> None:
    asked = await entitled(hub, eck(1), contractId="RC-2026-17")
    hub.clock.at = datetime.now(UTC) + timedelta(days=1)
    await browser.sign_in("admin")
    school = await hub.services.vault.find_school(SCHOOL["organisationMasterIdentifier"], ())
    assert school is not None
    for path, said in (
        (f"orders/{asked.order_id}", (BOOK, SHOP, REGISTRY, PORTAL)),
        (f"orders/{asked.order_id}/entitlements", (str(asked.entitlement_id), "••••")),
        (f"orders/{asked.order_id}/entitlements.csv", (str(asked.entitlement_id), "****")),
        (f"orders/{asked.order_id}/facts", ("delivery-order.received", SHOP)),
        (f"orders/{asked.order_id}/possible", ("Can be done now",)),
        (f"entitlements/{asked.entitlement_id}", (BOOK, "••••", "Can it be opened?", PORTAL)),
        (f"entitlements/{asked.entitlement_id}/facts", ("entitlement.created", REGISTRY)),
        (f"entitlements/{asked.entitlement_id}/possible", ("Can be done now",)),
        (f"entitlements/{asked.entitlement_id}/person", ("Why do you have to know?",)),
        (f"schools/{school.school_id}", ("104A158", str(asked.order_id), PORTAL)),
        (f"schools/{school.school_id}/orders.csv", (str(asked.order_id),)),
        (f"orders/{asked.order_id}/timeline", ("<html", "an entitlement was created")),
        ("contracts/RC-2026-17", ("0 activations", "Nothing was used yet.")),
        ("overdue", ("1 order, the longest wait first", PORTAL)),
        ("overdue.csv", (str(asked.order_id), PORTAL)),
    ):
        answer = await browser.get(f"/console/{path}")
        page = answer.body.decode()
        assert (answer.status, path) == (200, path)
        assert [word for word in said if word not in page] == []
        assert NUMBER not in page


async def test_who_it_is_is_shown_to_support_for_a_reason_and_on_record(
    hub: Hub, browser: Browser
) -> None:
    asked = await ordered(hub, eck(1))
    await browser.sign_in("support")
    path = f"/console/entitlements/{asked.entitlement_id}/person"
    unsaid = await browser.post(path, reason=" ")
    assert (unsaid.status, NUMBER in unsaid.body.decode()) == (422, False)
    assert await hub.facts("PersonRevealed") == []
    shown = await browser.post(path, reason=REASON)
    assert (shown.status, PUPIL in shown.body.decode()) == (200, True)
    assert shown.headers["Cache-Control"] == "no-store"
    (fact,) = await hub.facts("PersonRevealed")
    event: Any = fact.event
    assert fact.actor.startswith("operator:")
    assert await hub.services.vault.read_text(event.reason_id) == REASON
    assert NUMBER not in str(fact)


async def test_who_was_forgotten_is_shown_to_nobody(hub: Hub, browser: Browser) -> None:
    asked = await ordered(hub, eck(1))
    row = await _entitlement(hub, asked.entitlement_id)
    await hub.services.vault.forget(row.subject_id)
    await browser.sign_in("support")
    path = f"/console/entitlements/{asked.entitlement_id}/person"
    answer = await browser.post(path, reason=REASON)
    assert (answer.status, NUMBER in answer.body.decode()) == (409, False)
    assert (await browser.get(f"/console/entitlements/{asked.entitlement_id}")).status == 200


async def test_whether_a_pupil_can_open_a_product_is_asked_without_an_address_that_names_them(
    hub: Hub, browser: Browser
) -> None:
    await ordered(hub, eck(1))
    await browser.sign_in("support")
    form = {"product": BOOK, "school": "104A158", "school_type": "master", "person_type": "master"}
    answer = (await browser.post("/console/access", **form, person=PUPIL)).body.decode()
    assert REGISTRY in answer
    assert "What is wrong, the first thing first" in answer
    wrong = await browser.post("/console/access", **{**form, "school": ""}, person=PUPIL)
    assert (wrong.status, "School is missing" in wrong.body.decode()) == (422, True)
    opened = (await browser.get(f"/console/access?school=104A158&person={PUPIL}")).body.decode()
    assert NUMBER not in opened.replace(f"person={PUPIL}", "")


async def test_who_may_not_see_persons_cannot_try_out_who_is_known(
    hub: Hub, browser: Browser
) -> None:
    asked = await ordered(hub, eck(1))
    form = {"product": BOOK, "school": "104A158", "school_type": "master", "person_type": "master"}
    for role, status in (("viewer", 403), ("support", 200)):
        await browser.sign_in(role)
        found = (await browser.post("/console/", sought=PUPIL)).body.decode()
        assert (str(asked.entitlement_id) in found) is (role == "support")
        assert (await browser.post("/console/access", **form, person=PUPIL)).status == status
        page = (await browser.get("/console/access")).body.decode()
        assert ('name="person"' in page) is (role == "support")


async def test_what_fails_is_said_without_its_text(hub: Hub, browser: Browser) -> None:
    asked = await ordered(hub, eck(1))
    await browser.sign_in("viewer")
    async with await connect(hub.url, "test") as conn:
        await conn.execute("ALTER TABLE view.open_exchanges RENAME TO gone")
    answer = await browser.get(f"/console/orders/{asked.order_id}")
    assert (answer.status, "Content-Security-Policy" in answer.headers) == (500, True)
    assert "open_exchanges" not in answer.body.decode()


async def test_lists_go_on_where_a_page_ended(hub: Hub, browser: Browser) -> None:
    message = order(*[eck(number) for number in range(1, 61)])
    await hub.call(SHOP, "PUT", ORDERS, message)
    await hub.catch_up()
    await browser.sign_in("viewer")
    path = f"/console/orders/{message['deliveryOrder']['deliveryOrderId']}/entitlements"
    first = (await browser.get(path)).body.decode()
    next_one = first.partition('<a href="?after=')[2].partition('"')[0]
    second = (await browser.get(f"{path}?after={next_one}")).body.decode()
    assert (_rows(first), _rows(second), "Next page" in second) == (50, 10, False)
    stands = (await browser.get(path.removesuffix("/entitlements"))).body.decode()
    assert ("It is being summed up" in stands, "<svg" in stands) == (True, False)
    summed_up = await browser.get(
        path.replace("entitlements", "timeline"), **{"HX-Request": "true"}
    )
    assert b"<html" not in summed_up.body
    assert b"60 x an entitlement was created" in summed_up.body
    whole = (await browser.get(f"{path}.csv")).body.decode()
    assert len(list(csv.reader(StringIO(whole)))) == 61
    assert (await browser.get(f"{path}?after=x")).status == 404


async def test_no_cell_of_a_csv_is_a_formula() -> None:
    cells = next(csv.reader(StringIO(await _line("=1+1", "@SUM(A1)", "-2", "a, comma", None))))
    assert cells == ["'=1+1", "'@SUM(A1)", "'-2", "a, comma", ""]


@pytest.mark.parametrize("cell", ["a;=1+1", 'a;"=1+1"', "a\n=1+1", "a; @SUM(A1)", "\uff1d1+1"])
@pytest.mark.parametrize("quotes", [csv.QUOTE_MINIMAL, csv.QUOTE_NONE])
async def test_no_cell_is_a_formula_where_a_semicolon_parts_them(cell: str, quotes: Any) -> None:  # noqa: ANN401 - of csv
    lines = csv.reader(StringIO(await _line("x", cell, "y, z")), delimiter=";", quoting=quotes)
    begin = {one.strip(' \t"')[:1] for line in lines for one in line}
    assert begin.isdisjoint("=+-@\uff1d")


async def test_a_school_does_not_choose_how_a_file_is_sent() -> None:
    sent = csv_of('orders-\u03a9";\r\nx=".csv', (), _nothing())
    assert sent.headers["Content-Disposition"] == 'attachment; filename="orders-_x_.csv"'


async def _line(*cells: object) -> str:
    """What a file has of a row."""

    async def rows() -> AsyncIterator[tuple[object, ...]]:
        yield cells

    sent = csv_of("a.csv", ("one",), rows()).body_iterator
    return "".join([str(part) async for part in sent]).partition("\r\n")[2]


async def _nothing() -> AsyncIterator[tuple[object, ...]]:
    return
    yield


def _rows(page: str) -> int:
    return page.count('<tr><th scope="row">')


async def _entitlement(hub: Hub, entitlement_id: UUID) -> Any:  # noqa: ANN401 - a row
    return await hub.services.reads.entitlement(OPERATOR, entitlement_id)
