"""Who may see what of an order or an entitlement."""

from __future__ import annotations

import pytest

from projections.visibility import OPERATOR, Somebody, may_see
from tests.projections.facts import PORTAL, PORTAL_B, REGISTRY, SHOP, Log, Story
from tests.projections.memory import Memory


@pytest.mark.parametrize(
    ("viewer", "sees"),
    [
        (OPERATOR, True),
        (Somebody(SHOP, "shop"), True),
        (Somebody("shop-2", "shop"), False),
        (Somebody(REGISTRY, "registry"), True),
        (Somebody(SHOP, "registry"), False),
        (Somebody(PORTAL, "portal"), True),
        (Somebody(PORTAL_B, "portal"), False),
        (Somebody("dashboard-1", "dashboard"), True),
    ],
)
@pytest.mark.parametrize("view", ["entitlement_details", "delivery_order_status"])
def test_a_viewer_sees_its_own(viewer: Somebody, sees: bool, view: str) -> None:
    row = Memory().fold(Story(Log()).delivered().log.facts).one(view)
    assert may_see(viewer, row) is sees


@pytest.mark.parametrize("view", ["entitlement_details", "delivery_order_status"])
def test_what_a_customer_ordered_is_no_dashboards(view: str) -> None:
    row = Memory().fold(Story(Log(), school=None).delivered().log.facts).one(view)
    assert may_see(Somebody(PORTAL, "portal"), row)
    assert not may_see(Somebody("dashboard-1", "dashboard"), row)
