"""The official texts, mended where they contradict themselves, and messages to try."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, FormatChecker

from tests.conformance.official import SPEC, patched

ORDER_ID = "24e39454-5360-4ba4-819f-03e59b8dd679"
REFERENCE_ID = "0a4b1b0e-5c0e-4f0e-9a52-6b7b3a3cf001"
SCHOOL = {"organisationMasterIdentifier": "104A158"}
ECK_ID = "https://ketenid.nl/201703/" + "1a5c9c7203901866" * 8

SPECIFICATIONS = {
    "SchoolAllSpecification": ("school-all",),
    "SchoolAdminSpecification": ("school-admin",),
    "SchoolStudiesSpecification": ("school-studies",),
    "SchoolSubjectsSpecification": ("school-subjects",),
    "SchoolGroupsSpecification": ("school-groups",),
    "SchoolStudentsSpecification": ("school-students",),
    "SchoolEmployeesSpecification": ("school-employees",),
    "SchoolActivationCodesSpecification": ("school-activationcodes",),
    "CustomerStudentSpecification": ("customer-student", "customer-user"),
    "CustomerActivationCodeSpecification": ("customer-activationcode", "customer-activatoncode"),
}


def official(api: str) -> dict[str, Any]:
    """The schemas of an official text, with the sections' own words; skips the test without it."""
    path = SPEC / f"{api}-api.yaml"
    if not path.exists():
        pytest.skip(f"the official text is not here: {path}")
    text: dict[str, Any] = yaml.safe_load(path.read_text())
    return text


def mended(api: str) -> dict[str, Any]:
    """The schemas without the defects that would refuse every valid message."""
    official(api)  # skips without it
    schemas: dict[str, Any] = patched(api)["components"]["schemas"]
    return schemas


def faults(api: str, schema: str, message: bytes) -> list[str]:
    """What the mended official schema has against a message."""
    document = {"components": {"schemas": mended(api)}, "$ref": f"#/components/schemas/{schema}"}
    validator = Draft7Validator(document, format_checker=FormatChecker())
    return [
        f"{list(error.absolute_path)}: {error.message}"
        for error in validator.iter_errors(json.loads(message))
    ]


def order_request(
    specification: dict[str, Any] | None = None,
    *,
    delivery_type: str = "school-students",
    **changed: object,
) -> dict[str, Any]:
    """A DeliveryOrderRequest around a specification; `changed` replaces fields of the order."""
    customer = delivery_type.startswith("customer-")
    order: dict[str, object] = {
        "deliveryOrderId": ORDER_ID,
        "buyer": {"displayName": "A. de Vries"} if customer else SCHOOL,
        "productId": "8712345678901",
        "deliveryType": delivery_type,
        "deliverySpecification": specification or students({"userMasterIdentifier": ECK_ID}),
        "startDate": "2026-08-22",
        "activationUntilDate": "2027-07-31",
        "status": "ordered",
        "dateCreated": "2026-07-21T17:32:28Z",
        "dateLastModified": "2026-07-21T17:32:28Z",
    }
    order.update(changed)
    return {"deliveryOrderReferenceId": REFERENCE_ID, "deliveryOrder": order}


def students(*references: dict[str, Any]) -> dict[str, Any]:
    """The specification of `school-students`."""
    return {"school": SCHOOL, "students": list(references)}


def without(message: dict[str, Any], *path: str) -> dict[str, Any]:
    """A copy that lacks one field."""
    left = copy.deepcopy(message)
    inner = left
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return left


def body(message: object) -> bytes:
    """As it goes over the wire."""
    return json.dumps(message).encode()
