"""The rules about the rules of a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain.contract.events import ContractEvent, ContractRulesSet
from aanspraak.domain.contract_terms import ON_FULL, QUANTITY_FLOORS, RELEASES
from aanspraak.domain.errors import ContractIncomplete

if TYPE_CHECKING:
    from aanspraak.domain.contract.commands import ContractCommand
    from aanspraak.domain.contract_terms import ContractTerms


def decide(command: ContractCommand, state: ContractTerms | None) -> tuple[ContractEvent, ...]:
    """Return the facts that follow; () means it was already so, whatever the reason given."""
    terms = command.terms
    if not terms.contract_id:
        raise ContractIncomplete("contractId is empty")
    for name, value, known in (
        ("release", terms.release, RELEASES),
        ("onFull", terms.on_full, ON_FULL),
        ("quantityFloor", terms.quantity_floor, QUANTITY_FLOORS),
    ):
        if value not in known:
            raise ContractIncomplete(f"{name} must be one of {', '.join(known)}")
    if terms == state:
        return ()
    return (
        ContractRulesSet(
            contract_id=terms.contract_id,
            release=terms.release,
            on_full=terms.on_full,
            quantity_floor=terms.quantity_floor,
            reason_id=command.reason_id,
        ),
    )
