"""What may be asked of a contract."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from aanspraak.domain.contract_terms import ContractTerms


@dataclass(frozen=True, kw_only=True)
class SetContractRules:
    """Set the rules of a contract; the operator's words lie in the vault under `reason_id`."""

    terms: ContractTerms
    reason_id: UUID | None = None


ContractCommand = SetContractRules
