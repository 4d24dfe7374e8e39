"""`aanspraak history`: what happened to something, who did it, and why."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import token
from tests.adapters.http_stories import eck, entitled
from tests.adapters.verb_case import typed

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio


async def test_it_says_who_did_it_and_why(hub: Hub, tmp_path: Path) -> None:
    asked = await entitled(hub, eck(1))
    block = {
        "actor": "Joris van Dijk",
        "reason": "asked by the school",
        "entitlements": {"entitlementId": str(asked.entitlement_id)},
    }
    bearer = {"Authorization": f"Bearer {token('anybody', 'aanspraak.operate')}"}
    answer = await hub.call(None, "POST", "/ops/v1/entitlements/block", block, **bearer)
    assert answer.status == 200
    # The number of the key that vault_case encrypts with.
    key = {"AANSPRAAK_VAULT_ENCRYPTION_KEYS": f'{{"1": "{"65" * 32}"}}'}
    given = ("history", str(asked.entitlement_id))
    told = await asyncio.to_thread(typed, hub.url, tmp_path, *given, **key)
    assert told.exit_code == 0, told.output
    (blocked,) = [line for line in told.output.splitlines() if "entitlement.block-asked" in line]
    assert "(Joris van Dijk)" in blocked
    assert "asked by the school" in told.output
