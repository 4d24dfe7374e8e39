from __future__ import annotations

from dataclasses import replace

import pytest

from aanspraak.domain.contract.events import ContractRulesSet
from aanspraak.domain.contract_terms import ContractTerms
from aanspraak.domain.errors import ContractIncomplete
from tests.domain.contracts import PAY_FIRST, WHY, rules
from tests.spec import asked, given


def test_they_are_set_with_a_reason() -> None:
    given().when(PAY_FIRST).then(
        ContractRulesSet(
            contract_id="C-1",
            release="manual",
            on_full="keep",
            quantity_floor="above",
            reason_id=WHY,
        )
    )


def test_without_any_an_order_goes_its_way_and_nobody_loses_an_entitlement() -> None:
    assert ContractTerms() == ContractTerms(
        contract_id=None, release="automatic", on_full="keep", quantity_floor="above"
    )


def test_the_same_again_changes_nothing_whatever_the_reason() -> None:
    given(*asked(PAY_FIRST)).when(replace(PAY_FIRST, reason_id=None)).nothing_happens()


def test_the_newest_count() -> None:
    other = rules(release="automatic", on_full="withdraw", quantity_floor="equal")
    given(*asked(PAY_FIRST, other)).when(PAY_FIRST).then_kinds(ContractRulesSet)
    given(*asked(PAY_FIRST, other)).when(other).nothing_happens()


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"contract_id": ""}, "contractId is empty"),
        ({"contract_id": None}, "contractId is empty"),
        ({"release": "later"}, "release must be one of automatic, manual"),
        ({"on_full": "sell"}, "onFull must be one of keep, withdraw"),
        ({"quantity_floor": "below"}, "quantityFloor must be one of above, equal"),
    ],
)
def test_they_are_known_rules_of_a_named_contract(change: dict[str, object], detail: str) -> None:
    given().when(rules(**change)).refused(ContractIncomplete, detail)
