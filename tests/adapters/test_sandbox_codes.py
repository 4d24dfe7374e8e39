"""A sandbox registry that gives activation codes, and revokes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.wire.activationcode_v0 import (
    ActivationCodeConfirmation,
    ActivationCodeRequest,
    ActivationCodeRevokeConfirmation,
    ActivationCodeRevokeRequest,
)
from adapters.wire.outgoing import encode
from tests.adapters.sandbox_case import entitlement_request, playing

if TYPE_CHECKING:
    from tests.adapters.sandbox_case import Stage

pytestmark = pytest.mark.anyio

CODES = "/activationcode/v0/activationcodes"


async def test_it_gives_as_many_codes_as_were_asked_for_and_the_same_to_the_same_request() -> None:
    async with playing("registry") as stage:
        for reference in ("first", "first", "second"):
            assert await _ask(stage, reference, 3) == 202
        first, again, second = await stage.hub.has(3)
        assert isinstance(first, ActivationCodeConfirmation)
        assert first == again
        assert len({*first.activation_codes, *second.activation_codes}) == 6
        assert (await stage.control("GET", "codes"))[1] == {"given": 6, "revoked": 0}


async def test_it_refuses_when_told_to() -> None:
    async with playing("registry") as stage:
        await stage.behave(refuseProducts=["p"], refuseStatus=4020)
        await _ask(stage, "first", 3)
        [refusal] = await stage.hub.has(1)
        assert (refusal.success, refusal.status, refusal.activation_codes) == (False, 4020, ())


async def test_a_code_is_revoked_unless_it_is_in_use() -> None:
    request = entitlement_request(kind="school-activationcode", recipient="USED-1")
    async with playing("registry") as stage:
        await stage.send(request)
        await stage.hub.has(1)
        await stage.control("POST", "activate")
        await _revoke(stage, "used", "USED-1")
        await _revoke(stage, "free", "FREE-1")
        answers: list[Any] = [
            one
            for one in await stage.hub.has(4)
            if isinstance(one, ActivationCodeRevokeConfirmation)
        ]
        assert {one.activation_code: one.success for one in answers} == {
            "USED-1": False,
            "FREE-1": True,
        }
        assert (await stage.put(CODES, b"{}"))[0] == 400
        assert (await stage.put(CODES + "/confirmations", b"{}"))[0] == 405


async def _ask(stage: Stage, reference: str, quantity: int) -> int:
    request = ActivationCodeRequest(
        request_reference_id=reference, product_id="p", quantity=quantity
    )
    return (await stage.put(CODES, encode(request)))[0]


async def _revoke(stage: Stage, reference: str, code: str) -> None:
    request = ActivationCodeRevokeRequest(request_reference_id=reference, activation_code=code)
    assert (await stage.put(CODES + "/revoke", encode(request)))[0] == 202
