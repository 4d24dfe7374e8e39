"""The questions of a school on the phone: each has one verb and one read of the API.

What they answer, and the page of each: tests/acceptance/test_an_operators_hour.py.
"""

from __future__ import annotations

from typing import Final

import pytest
from typer.testing import CliRunner

from adapters.cli import app
from tests.adapters.openapi_document import document

ORDER, ENTITLEMENT = "/trace/v1/orders/{deliveryOrderId}", "/trace/v1/entitlements/{entitlementId}"
QUESTIONS: Final = {
    "where is my order": (("trace", "order"), f"GET {ORDER}"),
    "who holds it up": (("trace", "partners"), "GET /trace/v1/partners"),
    "since when and what did they answer": (("trace", "exchanges"), f"GET {ENTITLEMENT}/exchanges"),
    "can this pupil open this product": (("explain", "access"), "POST /ops/v1/access"),
    "what did we know then": (("trace", "order", "--as-of"), f"GET {ORDER} asOf"),
    "what happened to this entitlement": (("history",), f"GET {ENTITLEMENT}/timeline"),
    "which orders are overdue": (("trace", "overdue"), "GET /trace/v1/overdue"),
    "what was sent to this portal between nine and ten": (
        ("trace", "exchanges", "--from"),
        "GET /trace/v1/partners/{id}/exchanges from",
    ),
    "how many activations does this contract have": (
        ("trace", "contract"),
        "GET /trace/v1/activations contractId",
    ),
    "what would change if we rebuilt": (("rebuild", "--dry-run"), "POST /ops/v1/rebuilds"),
    "what would change, as last compared": (("rebuild", "--report"), "GET /ops/v1/views"),
    "what was it again": (("find",), "POST /ops/v1/search"),
    "what happened at all": (("facts", "--topic"), "GET /ops/v1/facts topic"),
}


@pytest.mark.parametrize("verb", [verb for verb, _ in QUESTIONS.values()], ids=" ".join)
def test_a_question_has_a_verb(verb: tuple[str, ...]) -> None:
    words = [word for word in verb if not word.startswith("-")]
    told = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert told.exit_code == 0, told.output
    for option in set(verb) - {*words}:
        assert option in told.output


@pytest.mark.parametrize("read", [read for _, read in QUESTIONS.values()])
def test_a_question_has_a_read(read: str) -> None:
    method, path, *parameter = read.split()
    operation = document()["paths"][path][method.lower()]
    named = {each["name"] for each in operation.get("parameters", ())}
    assert {*parameter} <= named
