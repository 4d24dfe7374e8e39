"""The aggregates: which rules a command falls under. The only place that knows all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from aanspraak.domain.catalogue import commands as catalogue_commands
from aanspraak.domain.catalogue import decide as catalogue_decide
from aanspraak.domain.catalogue import state as catalogue_state
from aanspraak.domain.code_stock import commands as code_stock_commands
from aanspraak.domain.code_stock import decide as code_stock_decide
from aanspraak.domain.code_stock import state as code_stock_state
from aanspraak.domain.consent import commands as consent_commands
from aanspraak.domain.consent import decide as consent_decide
from aanspraak.domain.consent import state as consent_state
from aanspraak.domain.contract import commands as contract_commands
from aanspraak.domain.contract import decide as contract_decide
from aanspraak.domain.contract import state as contract_state
from aanspraak.domain.dead_letter import commands as dead_letter_commands
from aanspraak.domain.dead_letter import decide as dead_letter_decide
from aanspraak.domain.dead_letter import state as dead_letter_state
from aanspraak.domain.delivery_order import commands as delivery_order_commands
from aanspraak.domain.delivery_order import decide as delivery_order_decide
from aanspraak.domain.delivery_order import state as delivery_order_state
from aanspraak.domain.entitlement import commands as entitlement_commands
from aanspraak.domain.entitlement import decide as entitlement_decide
from aanspraak.domain.entitlement import evolve as entitlement_evolve
from aanspraak.domain.forecast import commands as forecast_commands
from aanspraak.domain.forecast import decide as forecast_decide
from aanspraak.domain.forecast import state as forecast_state
from aanspraak.domain.incident import commands as incident_commands
from aanspraak.domain.incident import decide as incident_decide
from aanspraak.domain.incident import state as incident_state
from aanspraak.domain.job import commands as job_commands
from aanspraak.domain.job import decide as job_decide
from aanspraak.domain.job import state as job_state
from aanspraak.domain.order_users import commands as order_users_commands
from aanspraak.domain.order_users import decide as order_users_decide
from aanspraak.domain.order_users import state as order_users_state
from aanspraak.domain.partner import commands as partner_commands
from aanspraak.domain.partner import decide as partner_decide
from aanspraak.domain.partner import state as partner_state
from aanspraak.domain.person import commands as person_commands
from aanspraak.domain.person import decide as person_decide
from aanspraak.domain.person import state as person_state
from aanspraak.domain.product import commands as product_commands
from aanspraak.domain.product import decide as product_decide
from aanspraak.domain.product import state as product_state
from aanspraak.domain.resolution import commands as resolution_commands
from aanspraak.domain.resolution import decide as resolution_decide
from aanspraak.domain.resolution import state as resolution_state
from aanspraak.domain.roster import commands as roster_commands
from aanspraak.domain.roster import decide as roster_decide
from aanspraak.domain.roster import state as roster_state
from aanspraak.domain.school import commands as school_commands
from aanspraak.domain.school import decide as school_decide
from aanspraak.domain.school import state as school_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import UnionType


@dataclass(frozen=True, kw_only=True, slots=True)
class Aggregate:
    """The three functions of an aggregate. Each knows its own types; between them they agree."""

    decide: Callable[[Any, Any], tuple[Any, ...]]
    evolve: Callable[[Any, Any], Any]
    replay: Callable[[Any], Any]


def aggregate_of(command: object) -> Aggregate:
    """The aggregate whose rules this command falls under."""
    return _AGGREGATES[type(command)]


def _commands(union: UnionType | type) -> tuple[type, ...]:
    """Those of an alias of many, or the only one there is."""
    return get_args(union) or (union,)


_AGGREGATES: dict[type, Aggregate] = {
    command: Aggregate(decide=rules.decide, evolve=state.evolve, replay=state.replay)
    for union, rules, state in (
        (catalogue_commands.CatalogueCommand, catalogue_decide, catalogue_state),
        (code_stock_commands.CodeStockCommand, code_stock_decide, code_stock_state),
        (consent_commands.ConsentCommand, consent_decide, consent_state),
        (
            delivery_order_commands.DeliveryOrderCommand,
            delivery_order_decide,
            delivery_order_state,
        ),
        (entitlement_commands.EntitlementCommand, entitlement_decide, entitlement_evolve),
        (contract_commands.ContractCommand, contract_decide, contract_state),
        (forecast_commands.ForecastCommand, forecast_decide, forecast_state),
        (incident_commands.IncidentCommand, incident_decide, incident_state),
        (dead_letter_commands.DeadLetterCommand, dead_letter_decide, dead_letter_state),
        (job_commands.JobCommand, job_decide, job_state),
        (order_users_commands.OrderUsersCommand, order_users_decide, order_users_state),
        (partner_commands.PartnerCommand, partner_decide, partner_state),
        (person_commands.PersonCommand, person_decide, person_state),
        (product_commands.ProductCommand, product_decide, product_state),
        (resolution_commands.ResolutionCommand, resolution_decide, resolution_state),
        (roster_commands.RosterCommand, roster_decide, roster_state),
        (school_commands.SchoolCommand, school_decide, school_state),
    )
    for command in _commands(union)
}
