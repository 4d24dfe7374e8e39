"""The questions of a school on the telephone: page, verb and API must tell the same."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from uuid import UUID

import psycopg

from aanspraak.domain import ids
from aanspraak.domain.calendar_days import AMSTERDAM
from adapters.sandbox.orders import eck_id
from adapters.sandbox.school_start import DOWN, REFUSED_PRODUCT
from tests.acceptance.conftest import until
from tests.acceptance.demo_case import CONTRACT, UP

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from tests.acceptance.demo_case import Demo

SCHOOL, LATE_SCHOOL = "104A158", "107B221"
MASTERS = {"school_type": "master", "person_type": "master"}
VIEW = "delivery_order_status"
BROKEN = b"UPDATE view.delivery_order_status SET delivered = 99 WHERE order_id = %s"


async def where_is_my_order(demo: Demo) -> None:
    trace = await demo.order(SCHOOL, UP)
    order = trace["deliveryOrderId"]
    page = await demo.page(f"/console/orders/{order}")
    told = await demo.verb("trace", "order", order)
    assert f"status {trace['status']}" in page
    assert f"order {order}: {trace['status']}" in told
    for one in trace["partners"]:
        steps = ", ".join(f"{number} {step}" for step, number in one["steps"].items())
        assert f"  {one['partner']}: {steps}" in told
        row = _row(page, one["partner"])
        assert [number in row for number in map(str, one["steps"].values())]
    assert trace["counts"]["settled"] == trace["counts"]["ordered"] == 28


async def who_holds_it_up(demo: Demo) -> None:
    trace = await demo.order(LATE_SCHOOL, DOWN)
    (late,) = trace["waitingOn"]
    assert (late["partner"], late["messages"]) == (DOWN, 28)
    page = await demo.page(f"/console/orders/{trace['deliveryOrderId']}")
    told = await demo.verb("trace", "order", trace["deliveryOrderId"])
    _all_in(page, DOWN, "28 messages", _on_a_page(late["since"]), "overdue")
    _all_in(told, f"waiting for {DOWN} (link) since {_typed(late['since'])}", "28 messages")
    partners = {one["partner"]: one for one in await demo.ask("/trace/v1/partners")}
    open_there = partners[DOWN]["open"]
    assert open_there == 56
    assert str(open_there) in _row(await demo.page("/console/partners"), DOWN)
    assert f"{DOWN} (portal): {open_there} open" in await demo.verb("trace", "partners")


async def since_when_and_what_did_they_answer(demo: Demo) -> None:
    entitlement = await _refused(demo)
    told = await demo.ask(f"/trace/v1/entitlements/{entitlement}/exchanges")
    (asked,) = told["exchanges"]
    (reply,) = asked["replies"]
    assert (reply["what"], reply["code"]) == ("registry-refused", 4011)
    page = await demo.page(f"/console/entitlements/{entitlement}/messages")
    verb = await demo.verb("trace", "exchanges", "--entitlement", entitlement)
    _all_in(page, asked["partner"], "refused", "code 4011", _on_a_page(reply["at"]))
    _all_in(verb, asked["partner"], f"{_typed(reply['at'])} {reply['what']} (code 4011)")
    message = await demo.page(f"/console/messages/{asked['exchangeId']}")
    _all_in(message, asked["referenceId"], "Product niet bekend")


async def can_this_pupil_open_this_product(demo: Demo) -> None:
    for product, school, pupil, held_up in (
        ("9789006100013", SCHOOL, 1000, False),
        ("9789006200029", LATE_SCHOOL, 2000, True),
    ):
        question = {
            "productId": product,
            "school": {"organisationMasterIdentifier": school},
            "user": {"userMasterIdentifier": eck_id(pupil)},
        }
        answer = await demo.post("/ops/v1/access", question)
        assert (DOWN in {each.get("partner") for each in answer["causes"]}) is held_up
        form = {"product": product, "school": school, "person": eck_id(pupil)}
        page = await demo.page("/console/access", **form, **MASTERS)
        verb = await demo.verb(
            *("explain", "access", "--product", product, "--school", school),
            *("--user-type", "userMasterIdentifier"),
            typing=f"{eck_id(pupil)}\n",
        )
        causes = [each["text"] for each in answer["causes"]]
        for said in (page, verb):
            _all_in(said, answer["text"], *causes, *(each["text"] for each in answer["steps"]))
        assert bool(causes) is not answer["canOpen"]


async def what_did_we_know_then(demo: Demo) -> None:
    order = (await demo.order(SCHOOL, UP))["deliveryOrderId"]
    facts = (await demo.ask(f"/ops/v1/facts?of={order}"))["facts"]
    received = next(each for each in facts if each["topic"] == "delivery-order.received")
    then = received["recordedAt"]
    trace = await demo.ask(f"/trace/v1/orders/{order}?{urlencode({'asOf': then})}")
    assert trace["status"] == "received"
    position = trace["asOf"]["position"]
    assert position >= received["position"]
    page = await demo.page(f"/console/orders/{order}?{urlencode({'asOf': then})}")
    verb = await demo.verb("trace", "order", order, "--as-of", then)
    _all_in(page, "status received", f"position {position}")
    _all_in(verb, f"order {order}: received", f"position {position}")


async def what_happened_to_this_entitlement_and_who_did_it(demo: Demo) -> None:
    entitlement = await _refused(demo)
    facts = (await demo.ask(f"/ops/v1/facts?of={entitlement}"))["facts"]
    topics = [each["topic"] for each in reversed(facts)]
    assert {"entitlement.created", "entitlement.registry-refused"} <= {*topics}
    page = await demo.page(f"/console/entitlements/{entitlement}/facts")
    verb = await demo.verb("history", entitlement)
    assert re.findall(r"<code>(entitlement\.[a-z-]+)</code>", page) == topics
    assert re.findall(r"(entitlement\.[a-z-]+)  by", verb) == topics
    for actor in {each["actor"] for each in facts}:
        _all_in(page, actor)
        _all_in(verb, f"by {actor}")


async def which_orders_are_overdue(demo: Demo) -> None:
    overdue = await demo.ask("/trace/v1/overdue")
    orders = [each["deliveryOrderId"] for each in overdue["orders"]]
    assert len(orders) == overdue["total"] == 2
    page, verb = await demo.page("/console/overdue"), await demo.verb("trace", "overdue")
    assert re.findall(r"/orders/([0-9a-f-]{36})", page) == orders
    assert re.findall(r"^([0-9a-f-]{36}) ", verb, re.MULTILINE) == orders


async def what_would_change_if_we_rebuilt(demo: Demo) -> None:
    order = (await demo.order(SCHOOL, UP))["deliveryOrderId"]
    stream = ids.order_stream(UUID(order))
    with psycopg.connect(demo.chain.deployment.environment["DATABASE_URL"]) as conn:
        conn.execute(BROKEN, (stream,))
    await until(
        lambda: demo.page("/console/rebuild"), lambda page: 'id="unable"' not in page, about="able"
    )
    form = {"view": VIEW, "part": "all", "do": "compare", "reason": "as the story has it"}
    job = re.findall(r"/jobs/([0-9a-f-]{36})/live", await demo.page("/console/rebuild", **form))[0]
    over = await until(
        lambda: demo.ask(f"/ops/v1/jobs/{job}"), lambda one: "endedAt" in one, about="comparing"
    )
    assert over["status"] == "done"
    found = await demo.ask(f"/ops/v1/jobs/{job}/difference")
    assert (found["appear"], found["vanish"], found["change"]) == (0, 0, 1)
    page = await demo.page(f"/console/jobs/{job}")
    _all_in(page, "<b>1</b> rows change", "delivered", "99", str(stream))
    verb = await demo.chain.verb("rebuild", VIEW, "--dry-run")
    _all_in(verb, "1 would change", "delivered: 99 -> 28", str(stream))
    views = {each["name"]: each for each in await demo.ask("/ops/v1/views")}
    assert views[VIEW]["compared"]["change"] == 1
    _all_in(await demo.page("/console/rebuild"), "a rebuild would change it")
    _all_in(await demo.verb("rebuild", "--report"), "1 would change")
    await demo.chain.verb("rebuild", VIEW, "--discard")
    await demo.verb("rebuild", VIEW, "--only", "order", order)


async def what_was_sent_to_this_portal_between_nine_and_ten(demo: Demo) -> None:
    now = datetime.now(UTC)
    first, last = (now - timedelta(hours=1)).isoformat(), now.isoformat()
    window = urlencode({"from": first, "to": last})
    sent = await demo.ask(f"/trace/v1/partners/{UP}/exchanges?{window}&limit=1000")
    abouts = [each["exchange"]["id"] for each in sent]
    assert len({*abouts}) == 3 * 28 + 2 * 28 + 6 + 1
    page = await demo.page(f"/console/partners/{UP}/exchanges?{window}")
    assert re.findall(r"/entitlements/([0-9a-f-]{36})\"", page) == abouts[:100]
    file = await demo.page(f"/console/partners/{UP}/exchanges.csv?{window}")
    assert [row["id"] for row in csv.DictReader(StringIO(file))] == abouts
    words = ("trace", "exchanges", "--partner", UP, "--from", first, "--to", last)
    verb = await demo.verb(*words)
    _all_in(verb, f"{len(abouts)} sent to {UP}", "HTTP 202", "link-placed")
    assert re.findall(r"^[0-9: -]{19}  ([0-9a-f-]{36})", verb, re.MULTILINE) == abouts


async def how_many_activations_does_this_contract_have(demo: Demo) -> None:
    counts = await demo.ask(f"/trace/v1/activations?contractId={CONTRACT}")
    assert counts["ordered"] == 8 * 28
    assert 0 < counts["activated"] < counts["ordered"]
    page = await demo.page(f"/console/contracts/{CONTRACT}")
    verb = await demo.verb("trace", "contract", CONTRACT)
    _all_in(page, f"{counts['activated']} activations", ">224<")
    _all_in(verb, f"{counts['activated']} activated of {counts['ordered']} ordered")


async def what_was_it_again(demo: Demo) -> None:
    for text in ("stepping stones", LATE_SCHOOL, CONTRACT[:5], DOWN):
        hits = (await demo.post("/ops/v1/search", {"text": text}))["hits"]
        assert hits
        page = await demo.page("/console/", sought=text)
        verb = await demo.verb("find", text)
        for hit in hits:
            _all_in(page, hit["id"])
            _all_in(verb, f"{hit['kind']:12} {hit['id']}")


async def what_happened_at_all(demo: Demo) -> None:
    topic = "partner.registered"
    facts = (await demo.ask(f"/ops/v1/facts?topic={topic}"))["facts"]
    positions = [str(each["position"]) for each in facts]
    assert len(positions) == len(demo.chain.partners)
    page = await demo.page(f"/console/facts?topic={topic}")
    assert _once(re.findall(r"/facts/(\d+)/story", page)) == positions
    verb = await demo.verb("facts", "--topic", topic)
    assert all(position in verb for position in positions)
    story = (await demo.ask(f"/ops/v1/facts/{positions[0]}/story"))["facts"]
    told = await demo.page(f"/console/facts/{positions[0]}/story")
    typed = await demo.verb("facts", "--story", positions[0])
    for each in story:
        _all_in(told, each["topic"], f'id="fact-{each["position"]}"')
        _all_in(typed, each["topic"])


QUESTIONS: Final[tuple[Callable[[Demo], Awaitable[None]], ...]] = (
    where_is_my_order,
    who_holds_it_up,
    since_when_and_what_did_they_answer,
    can_this_pupil_open_this_product,
    what_did_we_know_then,
    what_happened_to_this_entitlement_and_who_did_it,
    which_orders_are_overdue,
    what_would_change_if_we_rebuilt,
    what_was_sent_to_this_portal_between_nine_and_ten,
    how_many_activations_does_this_contract_have,
    what_was_it_again,
    what_happened_at_all,
)


async def _refused(demo: Demo) -> str:
    """An entitlement that its registry refused."""
    (order,) = (each.order for each in demo.planned if each.order.product_id == REFUSED_PRODUCT)
    path = f"/trace/v1/incidents?deliveryOrderId={order.delivery_order_id}&state=open"
    (incident,) = await demo.ask(path)
    detail = await demo.ask(f"/trace/v1/incidents/{incident['incidentId']}")
    return str(detail["affected"][0]["entitlementId"])


def _row(page: str, head: str) -> str:
    """The row of a table or the item of a list that begins with this."""
    found = re.search(rf">{re.escape(head)}<.*?</(?:tr|li)>", page, re.DOTALL)
    assert found is not None, head
    return re.sub(r"<[^>]+>", " ", found[0])


def _all_in(told: str, *wanted: str) -> None:
    assert [each for each in wanted if each not in told] == [], told


def _on_a_page(at: str) -> str:
    return f'datetime="{datetime.fromisoformat(at).isoformat()}"'


def _typed(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(AMSTERDAM):%Y-%m-%d %H:%M:%S}"


def _once(several: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(several))
