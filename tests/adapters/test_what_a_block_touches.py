from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from adapters.postgres.affected import BLOCKED, LIVING, Affected, is_touched
from tests.adapters.http_case import Hub
from tests.adapters.http_stories import eck, entitled
from tests.adapters.numbers_case import operated


@pytest.mark.parametrize(
    ("status", "under_way", "by_block", "by_unblock"),
    [
        ("entitled", "", True, False),
        ("entitled", "blocking", False, True),
        ("entitled", "block-refused", True, True),
        ("blocked", "", False, True),
        ("blocked", "unblocking", True, True),
        ("cancelled", "", False, False),
    ],
)
def test_what_is_under_way_counts_as_if_it_was_done(
    status: str, under_way: str, *, by_block: bool, by_unblock: bool
) -> None:
    one = Affected(UUID(int=1), status, under_way)
    assert (is_touched(one, LIVING), is_touched(one, BLOCKED)) == (by_block, by_unblock)


@pytest.mark.anyio
async def test_who_mistypes_what_is_meant_hears_that_it_is_not_there(hub: Hub) -> None:
    await entitled(hub, eck(1))
    for named, expected in (
        ({"entitlementId": str(uuid4())}, (404, 4040)),
        ({"deliveryOrderId": str(uuid4())}, (404, 4140)),
        ({"productId": "9789000000000"}, (400, 4111)),
        ({"school": {"organisationMasterIdentifier": "999X999"}}, (404, 4109)),
    ):
        for dry_run in (True, False):
            body = {"entitlements": named, "dryRun": dry_run}
            answer = await operated(hub, "POST", "/entitlements/block", body)
            assert (answer.status, answer.code) == expected
