"""Facts about a contract. Append-only: never edit a field, add a version."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ContractRulesSet:
    """From now on orders under this contract are taken on these terms; the newest count.

    `reason_id` is where the operator's words lie in the vault.
    """

    contract_id: str
    release: str
    on_full: str
    quantity_floor: str
    reason_id: UUID | None


ContractEvent = ContractRulesSet
