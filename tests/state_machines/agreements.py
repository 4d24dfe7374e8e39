"""The machines of what is agreed beside the orders: a contract's rules, a school's forecast."""

from __future__ import annotations

from tests.domain.contracts import EXPECTED, PAY_FIRST, expects, rules
from tests.state_machines.explore import Machine

NOTHING = "nothing yet"

CONTRACT = Machine(
    title="Contract",
    prose="The newest rules count, for the orders that are taken after them.",
    asks={
        "SetContractRules": PAY_FIRST,
        "SetContractRules, something else": rules(release="automatic"),
        "SetContractRules, unknown ones": rules(release="later"),
    },
    name=lambda history: "has rules" if history else NOTHING,
)
FORECAST = Machine(
    title="Forecast",
    prose="What a school expects to need of a product in a period. The newest number counts.",
    asks={
        "GiveForecast": EXPECTED,
        "GiveForecast, another number": expects(expected=0),
        "GiveForecast, no number": expects(expected=-1),
    },
    name=lambda history: "given" if history else NOTHING,
)
