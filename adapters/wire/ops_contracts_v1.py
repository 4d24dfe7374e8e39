"""Operations on what is agreed: the rules of a contract, and what schools expect to need."""

from __future__ import annotations

from typing import Literal

from adapters.wire.message import Day, Key, Many, Message, PublicName, Whole
from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing
from adapters.wire.references import SchoolReference

Release = Literal["automatic", "manual"]
OnFull = Literal["keep", "withdraw"]
QuantityFloor = Literal["above", "equal"]


class ContractRules(Message):
    """The rules of a contract; what is left out has its default."""

    release: Release = "automatic"
    on_full: OnFull = "keep"
    quantity_floor: QuantityFloor = "above"


class SetRules(Act, ContractRules):
    """The body that sets the rules of a contract."""


class ContractEntry(ContractRules):
    """A contract with its rules, as a line of a file."""

    contract_id: Key


class ForecastEntry(SchoolReference):
    """How many users a school expects for a product in a period; both days are inclusive."""

    product_id: Key
    period_from: Day
    period_until: Day
    expected: Whole
    source: PublicName = "school"


class GiveForecasts(Act):
    """The body with forecasts."""

    forecasts: Many[ForecastEntry]


class RulesInForce(Outgoing, frozen=True, kw_only=True):
    """The rules that orders under a contract are taken on now; `own`: somebody set them."""

    contract_id: str
    release: str
    on_full: str
    quantity_floor: str
    own: bool


class ForecastTaken(Outgoing, frozen=True, kw_only=True):
    """What came of one forecast: `given`, `unchanged`, or `refused` and why."""

    product_id: str
    outcome: str
    message: str | None = None


READ = (SetRules, GiveForecasts)
WRITTEN = (RulesInForce, ForecastTaken)
