"""What can be done now is what `decide` says, of every command and in every state there is."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from aanspraak.application.aggregates import aggregate_of
from aanspraak.application.explaining import NOTED, POSSIBLE, REFUSED, UNCHANGED, Explained, explain
from aanspraak.application.explaining_entitlements import asks_of_entitlement
from aanspraak.application.explaining_orders import Surroundings, asks_of_order
from aanspraak.domain.contract_terms import NO_CONTRACT, ContractTerms
from aanspraak.domain.delivery_order.commands import DeliveryOrderCommand, ReceiveDeliveryOrder
from aanspraak.domain.delivery_order.events import QuantityLowered
from aanspraak.domain.delivery_order.state import DeliveryOrder
from aanspraak.domain.entitlement.commands import EntitlementCommand
from aanspraak.domain.entitlement.state import Entitlement
from aanspraak.domain.errors import DomainError
from projections.explain_words import ASKS, OUTCOMES, RULES
from tests.domain.entitlements import BLOCK, CANCEL, EVENING, RESTORE, UNBLOCK, activate
from tests.domain.orders import LICENSE, ORDER_ID, again
from tests.spec import asked
from tests.state_machines.deliveries import (
    DELIVERY_ORDER,
    ENTITLEMENT,
    LINK,
    OPEN,
    OPEN_ORDER,
    TAKEN_BACK,
)
from tests.state_machines.explore import History, Machine, states

LATER = EVENING + timedelta(days=100)
SAME_COMMANDS = {
    "block": BLOCK,
    "unblock": UNBLOCK,
    "restore": RESTORE,
    "cancel": replace(CANCEL, cancel_id="another"),
}


def of_entitlement(history: History) -> dict[tuple[str, str | None], Explained]:
    state: Any = aggregate_of(BLOCK).replay(history)
    found = explain(state, asks_of_entitlement(state, LATER))
    return {(each.ask.name, each.ask.partner): each for each in found}


def of_order(history: History, in_use: int = 0, **terms: str) -> dict[str, Explained]:
    state: Any = aggregate_of(LICENSE).replay(history)
    around = Surroundings(
        delivery_order_id=ORDER_ID,
        in_use=in_use,
        contract=replace(NO_CONTRACT, **terms) if terms else ContractTerms(),
        now=LATER,
    )
    found = explain(state or DeliveryOrder(), asks_of_order(state or DeliveryOrder(), around))
    return {each.ask.name: each for each in found}


@pytest.mark.parametrize("machine", [ENTITLEMENT, TAKEN_BACK, LINK], ids=lambda each: each.title)
def test_of_an_entitlement_it_never_disagrees_with_decide(machine: Machine) -> None:
    """Judged by other arguments than its own: those that the tests of the rules have."""
    for history in states(machine):
        if not history:
            continue
        state: Any = aggregate_of(BLOCK).replay(history)
        found = of_entitlement(history)
        for name, command in SAME_COMMANDS.items():
            assert found[name, None].outcome == came_of(command, state), (name, history)
        used = activate(usage_date=LATER.date())
        assert found["activate", "publisher"].outcome == came_of(used, state), history


@pytest.mark.parametrize("machine", [DELIVERY_ORDER, OPEN_ORDER], ids=lambda each: each.title)
def test_of_an_order_it_never_disagrees_with_decide(machine: Machine) -> None:
    open_type = OPEN if machine is OPEN_ORDER else {}
    for history in states(machine):
        state: Any = aggregate_of(LICENSE).replay(history)
        if state is None or state.received is None:
            continue
        found = of_order(history)
        total = state.total_quantity
        newest: dict[str, Any] = {
            **open_type,
            "total_quantity": total,
            "date_last_modified": LATER,
        }
        for name, command in {
            "cancel-order": again("c", **newest, wished_status="cancelled"),
            "change-something-else": again("d", **newest, contract_id="another"),
            "ask-again": again("e", **newest),
            "request-of-another-shop": again("f", **newest, shop="another"),
        }.items():
            assert found[name].outcome == came_of(command, state), (name, history)


@pytest.mark.parametrize(
    "machine",
    [ENTITLEMENT, TAKEN_BACK, LINK, DELIVERY_ORDER, OPEN_ORDER],
    ids=lambda one: one.title,
)
def test_every_command_there_is_is_explained_and_has_words(machine: Machine) -> None:
    of_orders = machine in (DELIVERY_ORDER, OPEN_ORDER)
    commands = set(get_args(DeliveryOrderCommand if of_orders else EntitlementCommand))
    for history in states(machine):
        if not history:
            continue
        found = (of_order(history) if of_orders else of_entitlement(history)).values()
        assert {type(each.ask.command) for each in found} == commands
        assert {each.ask.name for each in found} <= ASKS.keys()
        assert {each.outcome for each in found} <= OUTCOMES.keys()
        assert {each.rule for each in found if each.rule} <= RULES.keys()
        assert all(each.rule for each in found if each.outcome in {REFUSED, NOTED})


def test_what_would_follow_is_what_follows() -> None:
    for history in states(TAKEN_BACK):
        for each in of_entitlement(history).values():
            if each.outcome == POSSIBLE:
                aggregate = aggregate_of(each.ask.command)
                state = aggregate.replay(history)
                assert aggregate.decide(each.ask.command, state) == each.facts


@pytest.mark.parametrize("in_use", [0, 2, 20, 29])
@pytest.mark.parametrize("floor", ["above", "equal"])
def test_the_lowest_quantity_is_taken_and_says_how_low_it_is(in_use: int, floor: str) -> None:
    history = asked(again("first", **OPEN, total_quantity=30))
    found = of_order(history, in_use, quantity_floor=floor)["lower-quantity"]
    lowest = max(1, in_use + (floor == "above"))
    if lowest == 30:
        assert found.outcome == UNCHANGED
        return
    assert found.outcome == POSSIBLE
    lowered = found.facts[0]
    assert isinstance(lowered, QuantityLowered)
    assert lowered.total_quantity == lowest


@pytest.mark.parametrize(
    ("quantities", "total"), [((10, 20), 30), ((10, None), 30), ((10, 20), None)]
)
def test_quantities_of_what_is_selected_are_lowered_with_it(
    quantities: tuple[int | None, ...], total: int | None
) -> None:
    selected = {"delivery_type": "school-groups", "users_count": 0, "selection": ("3A", "3B")}
    history = asked(again("first", **selected, quantities=quantities, total_quantity=total))
    assert of_order(history, in_use=4)["lower-quantity"].outcome == POSSIBLE


def test_a_refusal_says_its_rule_its_code_and_what_is_wrong() -> None:
    history = asked(again("first"))
    refused = of_order(history)["change-something-else"]
    assert (refused.rule, refused.code, refused.detail) == ("FrozenFieldChanged", 4160, "startDate")
    in_use = of_order(history, in_use=3)["cancel-order"]
    assert (in_use.rule, in_use.code, in_use.detail) == ("InUse", 4142, "3 in use")
    theirs = of_order(history)["request-of-another-shop"]
    assert (theirs.rule, theirs.code) == ("NotYours", 21)


def test_it_asks_and_changes_nothing() -> None:
    state: Any = aggregate_of(BLOCK).replay(TAKEN_BACK.given)
    assert isinstance(state, Entitlement)
    assert is_dataclass(state)
    before = {field.name: getattr(state, field.name) for field in fields(state)}
    explain(state, asks_of_entitlement(state, LATER))
    assert {field.name: getattr(state, field.name) for field in fields(state)} == before


def came_of(command: object, state: object) -> str:
    """What deciding says itself, in the words of an explanation."""
    try:
        facts = aggregate_of(command).decide(command, state)
    except DomainError:
        return REFUSED
    kinds = [type(fact).__name__ for fact in facts]
    if not kinds or kinds[0] == "UnchangedRequestTaken":
        return UNCHANGED
    if kinds[0] in {"CancellationRefused", "DeliveryOrderRequestRefused"}:
        return REFUSED
    return NOTED if getattr(facts[0], "anomalies", ()) else POSSIBLE


def test_a_first_request_that_is_without_fault_would_be_taken() -> None:
    assert of_order(())["order"].outcome == POSSIBLE
    assert isinstance(of_order(())["order"].ask.command, ReceiveDeliveryOrder)
