"""A contract and a forecast, as an operator makes them known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from aanspraak.domain.contract.commands import SetContractRules
from aanspraak.domain.contract_terms import ContractTerms
from aanspraak.domain.forecast.commands import GiveForecast

SCHOOL = UUID("00000000-0000-4000-8000-00000000000a")
WHY = UUID("00000000-0000-4000-8000-00000000000b")

PAY_FIRST = SetContractRules(
    terms=ContractTerms(contract_id="C-1", release="manual"), reason_id=WHY
)
EXPECTED = GiveForecast(
    school_id=SCHOOL,
    product_id="9789001234567",
    period_from=date(2026, 8, 1),
    period_until=date(2027, 7, 31),
    expected=120,
    source="school",
)


def rules(**changes: Any) -> SetContractRules:  # noqa: ANN401 - any field of the terms
    """Rules of the contract, with these terms changed."""
    return replace(PAY_FIRST, terms=replace(PAY_FIRST.terms, **changes))


def expects(**changes: Any) -> GiveForecast:  # noqa: ANN401 - any field of the command
    """The forecast, with these fields changed."""
    return replace(EXPECTED, **changes)
