"""What operators are asked on the telephone, of the database that `bench.million` fills."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from aanspraak.domain import ids
from bench.asked import Question
from bench.million import nine_yesterday
from bench.orders import PORTAL, PRODUCT, REGISTRY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.million import Known

TITLE: Final = "Moderne Wiskunde 3B"


def questions(known: Known) -> list[Question]:
    """The ten questions, and what else is asked."""
    return [
        *_of_an_order(known),
        *_of_an_entitlement(known),
        *_of_a_school(known),
        *_of_all(),
        *_sent(),
        *_of_a_contract(known),
        *_found(known),
        *_further(known),
        *_of_the_log(known),
    ]


def one_order(known: Known) -> Question:
    """What would change of one order: on the console a job says it, by a worker."""
    order = str(known.waiting.order.delivery_order_id)
    view = "entitlement_details"
    return Question(
        "what would change if we rebuilt (one order, now)",
        "/rebuild",
        ("rebuild", view, "--only", "order", order, "--dry-run"),
        "differs",
        form={"view": view, "part": "order", "id": order, "do": "compare", "reason": "measured"},
    )


def _of_an_order(known: Known) -> Iterator[Question]:
    order = str(known.waiting.order.delivery_order_id)
    path, verb = f"/orders/{order}", ("trace", "order", order)
    yield Question("where is my order", path, verb, f"{len(known.waiting.pupils)} messages")
    yield Question("who holds it up", "/partners", ("trace", "partners"), REGISTRY)
    yield Question(
        "what did we know then",
        f"{path}?asOf={known.facts}",
        (*verb, "--as-of", str(known.facts)),
        f"position {known.facts}",
    )
    yield Question("which orders are overdue", "/overdue", ("trace", "overdue"), order)


def _of_an_entitlement(known: Known) -> Iterator[Question]:
    entitlement = str(known.delivered.entitled()[0].entitlement_id)
    yield Question(
        "since when, and what did they answer",
        f"/entitlements/{entitlement}/messages",
        ("trace", "exchanges", "--entitlement", entitlement),
        PORTAL,
    )
    yield Question(
        "what happened to this entitlement, and who did it",
        f"/entitlements/{entitlement}/facts",
        ("history", entitlement),
        "entitlement.initial-activation-reported",
    )
    pupil, kind = known.identifier, "userMasterIdentifier"
    asked = {"product": PRODUCT, "school": known.school, "person": pupil}
    yield Question(
        "can this pupil open this product",
        "/access",
        ("explain", "access", "--product", PRODUCT, "--school", known.school, "--user-type", kind),
        TITLE,
        form={**asked, "school_type": "master", "person_type": "master"},
        typing=f"{pupil}\n",
    )


def _of_all() -> Iterator[Question]:
    yield Question(
        "what would change if we rebuilt (as last compared)",
        "/rebuild",
        ("rebuild", "--report"),
        "delivery_order_status",
    )
    yield Question("what needs somebody now", "/", ("attention",), "")
    yield Question("how fast does it go", "/overview", ("pace",), REGISTRY)
    yield Question("what has to be looked at", "/incidents", ("incidents", "--open"), "")


def _of_a_school(known: Known) -> Iterator[Question]:
    order = str(known.waiting.order.delivery_order_id)
    path = f"/schools/{known.school_id}"
    yield Question("the orders of a school", path, ("trace", "school", known.school), order)
    yield Question(
        "who of this school can open it, and where it hangs",
        f"{path}/access?product={PRODUCT}",
        ("explain", "access", "--product", PRODUCT, "--school", known.school),
        TITLE,
    )


def _sent() -> Iterator[Question]:
    nine = nine_yesterday()
    first, last = nine.isoformat(), (nine + timedelta(hours=1)).isoformat()
    yield Question(
        "what was sent to this portal between nine and ten (the first 100)",
        f"/partners/{PORTAL}/exchanges?{urlencode({'from': first, 'to': last})}",
        (
            *("trace", "exchanges", "--partner", PORTAL),
            *("--from", first, "--to", last, "--limit", "100"),
        ),
        "HTTP 202",
    )


def _of_a_contract(known: Known) -> Iterator[Question]:
    contract = str(known.delivered.order.contract_id)
    yield Question(
        "how many activations does this contract have",
        f"/contracts/{contract}",
        ("trace", "contract", contract),
        f"{known.activated} activat",
    )


def _found(known: Known) -> Iterator[Question]:
    entitlement = known.delivered.entitled()[0].entitlement_id
    order, contract = str(known.waiting.order.delivery_order_id), known.delivered.order.contract_id
    for what, text, says in (
        ("the beginning of an order number", order[:13], order),
        ("a reference id", str(ids.request_reference(entitlement, PORTAL, 1)), str(entitlement)),
        ("words of a title", "wiskunde 3b", TITLE),
        ("a school", known.school, str(known.school_id)),
        ("the beginning of a contract", str(contract)[:16], str(contract)),
    ):
        yield Question(f"find: {what}", "/", ("find", text), says, form={"sought": text})
    yield Question(
        "find: a pupil",
        "/",
        ("find", "--user-type", "userMasterIdentifier"),
        str(entitlement),
        form={"sought": known.identifier},
        typing=f"{known.identifier}\n",
    )


def _further(known: Known) -> Iterator[Question]:
    order = str(known.waiting.order.delivery_order_id)
    large = str(known.large.order.delivery_order_id)
    yield Question(
        f"what happened to an order of {len(known.large.pupils)}",
        f"/orders/{large}/timeline",
        ("trace", "order", large),
        PORTAL,
    )
    yield Question(
        "what can be done with an order", f"/orders/{order}/possible", ("explain", order), order
    )
    yield Question(
        "the log: facts about an order",
        f"/facts?of={order}",
        ("facts", "--of", order),
        "delivery-order.received",
    )


def _of_the_log(known: Known) -> Iterator[Question]:
    """What looks through a part of it."""
    kind, last = "partner.registered", str(known.facts)
    for what, page, verb in (
        ("the newest facts", "/facts", ("facts",)),
        ("facts of a kind", f"/facts?topic={kind}", ("facts", "--topic", kind)),
        ("a story", f"/facts/{last}/story", ("facts", "--story", last)),
    ):
        yield Question(f"the log: {what}", page, verb, "", looks_through=True)
