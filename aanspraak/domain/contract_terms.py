"""What a contract says about its orders; an order is taken on the terms of its day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

AUTOMATIC: Final = "automatic"
MANUAL: Final = "manual"
KEEP: Final = "keep"
WITHDRAW: Final = "withdraw"
ABOVE: Final = "above"
EQUAL: Final = "equal"

RELEASES: Final = (AUTOMATIC, MANUAL)
ON_FULL: Final = (KEEP, WITHDRAW)
QUANTITY_FLOORS: Final = (ABOVE, EQUAL)


@dataclass(frozen=True, kw_only=True)
class ContractTerms:
    """The rules of one contract, or of having none (then `contract_id` is None).

    `release`: `manual` has an order wait until somebody releases it, for who pays first.
    `on_full`: what becomes of the unused entitlements when as many are in use as were bought.
    `quantity_floor`: a lower quantity must lie `above` what is in use, or may be `equal` to it.
    """

    contract_id: str | None = None
    release: str = AUTOMATIC
    on_full: str = KEEP
    quantity_floor: str = ABOVE


NO_CONTRACT: Final = ContractTerms()
"""What holds for an order without a contract, or under one that nobody gave rules for."""
