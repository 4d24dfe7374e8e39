from __future__ import annotations

from typing import Any, get_args

import pytest

from aanspraak.application.aggregates import aggregate_of
from aanspraak.domain.catalogue.commands import CatalogueCommand
from aanspraak.domain.catalogue.events import CatalogueEvent
from aanspraak.domain.code_stock.commands import CodeStockCommand
from aanspraak.domain.code_stock.events import CodeStockEvent
from aanspraak.domain.consent.commands import ConsentCommand
from aanspraak.domain.consent.events import ConsentEvent
from aanspraak.domain.contract.commands import ContractCommand
from aanspraak.domain.contract.events import ContractEvent
from aanspraak.domain.dead_letter.commands import DeadLetterCommand
from aanspraak.domain.dead_letter.events import DeadLetterEvent
from aanspraak.domain.delivery_order.commands import DeliveryOrderCommand
from aanspraak.domain.delivery_order.events import DeliveryOrderEvent
from aanspraak.domain.delivery_order.state import DeliveryOrderStatus
from aanspraak.domain.entitlement.commands import EntitlementCommand
from aanspraak.domain.entitlement.events import EntitlementEvent
from aanspraak.domain.entitlement.state import EntitlementStatus
from aanspraak.domain.forecast.commands import ForecastCommand
from aanspraak.domain.forecast.events import ForecastEvent
from aanspraak.domain.incident.commands import IncidentCommand
from aanspraak.domain.incident.events import IncidentEvent
from aanspraak.domain.job.commands import JobCommand
from aanspraak.domain.job.events import JobEvent
from aanspraak.domain.order_users.commands import OrderUsersCommand
from aanspraak.domain.order_users.events import OrderUsersEvent
from aanspraak.domain.partner.commands import PartnerCommand
from aanspraak.domain.partner.events import PartnerEvent
from aanspraak.domain.person.commands import PersonCommand
from aanspraak.domain.person.events import PersonEvent
from aanspraak.domain.product.commands import ProductCommand
from aanspraak.domain.product.events import ProductEvent
from aanspraak.domain.resolution.commands import ResolutionCommand
from aanspraak.domain.resolution.events import ResolutionEvent
from aanspraak.domain.roster.commands import RosterCommand
from aanspraak.domain.roster.events import RosterEvent
from aanspraak.domain.school.commands import SchoolCommand
from aanspraak.domain.school.events import SchoolEvent
from tests.state_machines.deliveries import DELIVERY_ORDER, ENTITLEMENT, TAKEN_BACK
from tests.state_machines.explore import NOTHING, Step
from tests.state_machines.machines import MACHINES
from tests.state_machines.page import PAGE, explored, page

EVENTS = (
    ContractEvent,
    ForecastEvent,
    CatalogueEvent,
    CodeStockEvent,
    ConsentEvent,
    DeliveryOrderEvent,
    EntitlementEvent,
    IncidentEvent,
    JobEvent,
    DeadLetterEvent,
    OrderUsersEvent,
    PartnerEvent,
    PersonEvent,
    ProductEvent,
    ResolutionEvent,
    RosterEvent,
    SchoolEvent,
)
COMMANDS = (
    ContractCommand,
    ForecastCommand,
    CatalogueCommand,
    CodeStockCommand,
    ConsentCommand,
    DeliveryOrderCommand,
    EntitlementCommand,
    IncidentCommand,
    JobCommand,
    DeadLetterCommand,
    OrderUsersCommand,
    PartnerCommand,
    PersonCommand,
    ProductCommand,
    ResolutionCommand,
    RosterCommand,
    SchoolCommand,
)


def members(unions: tuple[Any, ...]) -> set[type]:
    return {member for union in unions for member in get_args(union) or (union,)}


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return [step for machine in MACHINES for step in explored(machine.title)]


def test_made_anew_it_says_the_same() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_command_is_tried() -> None:
    tried = {type(command) for machine in MACHINES for command in machine.asks.values()}
    assert tried == members(COMMANDS)


def test_every_command_falls_under_one_aggregate() -> None:
    for command in members(COMMANDS):
        assert aggregate_of(object.__new__(command)).decide.__module__.endswith(".decide")


def test_every_kind_of_fact_can_come_to_be_and_be_folded(steps: list[Step]) -> None:
    assert {type(fact) for step in steps for fact in step.facts} == members(EVENTS)


def test_every_status_can_be_reached_and_no_other() -> None:
    orders = {_status(step.after) for step in explored(DELIVERY_ORDER.title)}
    assert orders == {NOTHING, "not accepted", *(status.value for status in DeliveryOrderStatus)}
    machines = (ENTITLEMENT, TAKEN_BACK)
    entitlements = {_status(step.after) for one in machines for step in explored(one.title)}
    assert entitlements == {NOTHING, *(status.value for status in EntitlementStatus)}


@pytest.mark.parametrize("title", [DELIVERY_ORDER.title, TAKEN_BACK.title])
def test_what_is_cancelled_stays_so(title: str) -> None:
    after = {_status(step.after) for step in explored(title) if step.before == "cancelled"}
    assert after == {"cancelled"}


def test_a_licence_is_taken_back_for_a_while_at_most() -> None:
    after = [_status(one.after) for one in explored(TAKEN_BACK.title) if one.before == "licensed"]
    assert set(after) == {"licensed"}
    blocked = [one for one in explored(TAKEN_BACK.title) if one.before.startswith("licensed")]
    assert {_status(one.after) for one in blocked} <= {"licensed", "blocked"} | _RACED


_RACED = {"cancelled"}
"""Activated while the registry cancelled it, which is an incident."""


def _status(name: str) -> str:
    """Without what is under way."""
    return name.partition(",")[0]


def test_what_is_refused_leaves_no_fact(steps: list[Step]) -> None:
    refused = [step for step in steps if step.refusal]
    assert refused
    assert all(step.facts == () and step.after == step.before for step in refused)
