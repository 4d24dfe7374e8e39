from __future__ import annotations

import pytest

from aanspraak.domain.entitlement.events import InitialActivationReported
from tests.domain.entitlements import ENTITLED, activate, create
from tests.spec import asked, given


@pytest.mark.parametrize(
    ("delivery_type", "anomalies"),
    [("school-admin", ()), ("school-employees", ("activated-by-another-user",))],
)
def test_another_user_is_normal_only_where_the_school_hands_it_out(
    delivery_type: str, anomalies: tuple[str, ...]
) -> None:
    history = asked(create(delivery_type=delivery_type), ENTITLED)
    (fact,) = given(*history).when(activate(another_user=True)).facts()
    assert isinstance(fact, InitialActivationReported)
    assert fact.anomalies == anomalies
