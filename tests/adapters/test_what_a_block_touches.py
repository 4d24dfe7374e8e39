from __future__ import annotations

from uuid import UUID

import pytest

from adapters.postgres.affected import BLOCKED, LIVING, Affected, is_touched


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
