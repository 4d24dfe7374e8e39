"""The OpenAPI document is whole, and whatever fits it, or nearly does, never makes the hub fail."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from adapters.wire import trace_v1
from adapters.wire.endpoints import provided_by
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import ADMINISTRATION, PORTAL, REGISTRY, SCOPES, SHOP, token
from tests.adapters.http_stories import eck, entitled
from tests.adapters.openapi_document import DOCUMENT, document, written

CALLERS = {
    "/delivery/v2/deliveryorders": SHOP,
    "/entitlement/v1/entitlements/confirmations": REGISTRY,
    "/entitlement/v1/entitlements/contracts/{id}": SHOP,
    "/usage/v1/usage/activation": REGISTRY,
    "/consent/v0/consent/notifications": ADMINISTRATION,
}
"""Who calls each endpoint; a portal every other."""


def test_the_document_in_docs_is_the_one_that_is_served() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == written(), (
        "if it is meant to change: python -m tests.adapters.openapi_document"
    )


def test_every_endpoint_of_the_official_texts_is_described() -> None:
    paths = document()["paths"]
    for endpoint in provided_by("hub"):
        operation = paths[endpoint.path][endpoint.method.lower()]
        assert operation["security"]
        assert "422" not in operation["responses"]
        assert ("requestBody" in operation) == (endpoint.method != "GET")


def test_nothing_in_the_document_points_nowhere() -> None:
    whole = document()
    named = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(whole))
    assert set(named) <= set(whole["components"]["schemas"])


@pytest.mark.anyio
@pytest.mark.slow
async def test_nothing_that_is_sent_makes_the_hub_fail(hub: Hub) -> None:
    await entitled(hub, eck(1), contractId="0")
    described = schemathesis.openapi.from_dict(document())
    for found in described.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr] # the document is a valid one
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            await asyncio.to_thread(_try, operation, hub.base, mode)


def _try(operation: Any, base: str, mode: GenerationMode) -> None:  # noqa: ANN401 - of schemathesis
    """The same in every run; what goes wrong once belongs in a test of its own."""
    partner = CALLERS.get(operation.path, PORTAL)
    scopes = (*SCOPES["shop"], *SCOPES["registry"], *SCOPES["portal"], trace_v1.SCOPE)
    headers = {"Authorization": f"Bearer {token(partner, *scopes)}"}

    @settings(
        max_examples=10, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:  # noqa: ANN401 - of schemathesis
        answer = case.call(base_url=base, headers=headers, timeout=20)
        assert answer.status_code < 500, answer.text

    with suppress(Unsatisfiable):  # there is no wrong text for an id
        send()
