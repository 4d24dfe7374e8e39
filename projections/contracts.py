"""On which terms are orders under a contract taken? The newest rules count."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from aanspraak.domain.contract.events import ContractRulesSet
from aanspraak.domain.contract_terms import ContractTerms
from aanspraak.domain.recorded import Recorded

NAME: Final = "contracts"
KEY: Final = ("contract_id",)
ABOUT: Final[frozenset[type]] = frozenset({ContractRulesSet})


class Contract(NamedTuple):
    """A contract that has rules of its own; one that is not here has the defaults."""

    contract_id: str
    release: str
    on_full: str
    quantity_floor: str
    changed_at: datetime


def keys(recorded: Recorded) -> tuple[tuple[str], ...]:
    """The contract a fact is about."""
    event = recorded.event
    return ((event.contract_id,),) if isinstance(event, ContractRulesSet) else ()


def fold(row: Contract | None, recorded: Recorded) -> Contract | None:
    """Apply one fact."""
    event = recorded.event
    if not isinstance(event, ContractRulesSet):
        return row
    return Contract(
        contract_id=event.contract_id,
        release=event.release,
        on_full=event.on_full,
        quantity_floor=event.quantity_floor,
        changed_at=recorded.recorded_at,
    )


def terms(contract: Contract) -> ContractTerms:
    """What an order under it is taken on."""
    return ContractTerms(
        contract_id=contract.contract_id,
        release=contract.release,
        on_full=contract.on_full,
        quantity_floor=contract.quantity_floor,
    )
