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

from aanspraak.domain.status_codes import SCHEMA_INCORRECT
from adapters.wire import ops_v1, trace_v1
from adapters.wire.endpoints import provided_by
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import ADMINISTRATION, BOOK, PORTAL, REGISTRY, SCOPES, SHOP, token
from tests.adapters.http_stories import eck, entitled
from tests.adapters.openapi_document import DOCUMENT, document, written
from tests.adapters.wire_case import SCHOOL

CALLERS = {
    "/delivery/v2/deliveryorders": SHOP,
    "/entitlement/v1/entitlements/confirmations": REGISTRY,
    "/entitlement/v1/entitlements/contracts/{id}": SHOP,
    "/usage/v1/usage/activation": REGISTRY,
    "/consent/v0/consent/notifications": ADMINISTRATION,
}
"""Who calls each endpoint; a portal every other."""

BAD_BODY = ("400", "413", "415")
SENSE = {
    "actor": "beheerder",
    "reason": "bij wijze van proef",
    "school": SCHOOL,
    "user": eck(1),
    "partner": PORTAL,
    "productId": BOOK,
}


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


def test_an_operation_that_takes_a_body_says_what_a_wrong_one_gets() -> None:
    taking = [
        operation
        for path in document()["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
    ]
    assert [one["operationId"] for one in taking if not {*BAD_BODY} <= {*one["responses"]}] == []


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


def _try(operation: Any, base: str, mode: GenerationMode) -> None:  # noqa: ANN401 - nor operations
    """The same in every run; what goes wrong once belongs in a test of its own."""
    partner = CALLERS.get(operation.path, PORTAL)
    scopes = (
        *(*SCOPES["shop"], *SCOPES["registry"], *SCOPES["portal"]),
        *(trace_v1.SCOPE, ops_v1.SCOPE),
    )
    headers = {"Authorization": f"Bearer {token(partner, *scopes)}"}

    @settings(
        max_examples=10, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:  # noqa: ANN401 - schemathesis gives its cases no type
        if mode is GenerationMode.POSITIVE:
            _make_sense(case.body)
        answer = case.call(base_url=base, headers=headers, timeout=20)
        assert answer.status_code < 500, answer.text
        if answer.status_code == 400 and answer.json()["status"] == SCHEMA_INCORRECT:
            _, _, faults = answer.json()["statusMessage"].partition(": ")
            assert faults, answer.text

    with suppress(Unsatisfiable):  # there is no wrong text for an id
        send()


def _make_sense(body: object) -> None:
    """What the schema asks for says nothing yet; with these in their places more rules are met."""
    if isinstance(body, dict):
        body.update({name: value for name, value in SENSE.items() if body.get(name)})
