"""The official texts, with every published defect that is mended here, and why, in one table."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

SPEC: Final = Path(__file__).parents[3] / "shared" / "eduv" / "spec"
HERE: Final = SPEC.is_dir()
"""Without the texts nothing is judged, and the tests that need them say so."""

Text = dict[str, Any]
Change = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, kw_only=True)
class Patch:
    """A defect of a schema: what is changed in it, and why no valid message could pass without."""

    api: str
    schema: str
    why: str
    change: Change


def _not_required(*names: str) -> Change:
    def change(schema: dict[str, Any]) -> None:
        schema["required"] = [name for name in schema["required"] if name not in names]

    return change


def _required_instead(wrong: str, right: str) -> Change:
    def change(schema: dict[str, Any]) -> None:
        schema["required"] = [right if name == wrong else name for name in schema["required"]]

    return change


def _any_branch(schema: dict[str, Any]) -> None:
    schema["anyOf"] = schema.pop("oneOf")


def _also(field: str, *values: str) -> Change:
    def change(schema: dict[str, Any]) -> None:
        schema["properties"][field]["enum"] += values

    return change


def _branch_by(field: str, branched: str, branches: Mapping[str, str]) -> Change:
    """Which branch there is follows from another field: if it says this, then that branch."""

    def change(schema: dict[str, Any]) -> None:
        schema["allOf"] = [
            {
                "if": {"properties": {field: {"const": value}}, "required": [field]},
                "then": {"properties": {branched: {"$ref": f"#/components/schemas/{name}"}}},
            }
            for value, name in branches.items()
        ]

    return change


DELIVERY_BRANCHES: Final = {
    "school-all": "SchoolAllSpecification",
    "school-admin": "SchoolAdminSpecification",
    "school-studies": "SchoolStudiesSpecification",
    "school-subjects": "SchoolSubjectsSpecification",
    "school-groups": "SchoolGroupsSpecification",
    "school-students": "SchoolStudentsSpecification",
    "school-employees": "SchoolEmployeesSpecification",
    "school-activationcodes": "SchoolActivationCodesSpecification",
    "customer-student": "CustomerStudentSpecification",
    "customer-user": "CustomerStudentSpecification",
    "customer-activationcode": "CustomerActivationCodeSpecification",
    "customer-activatoncode": "CustomerActivationCodeSpecification",
}
ENTITLEMENT_BRANCHES: Final = {
    "school-student": "EntitlementSchoolStudent",
    "school-employee": "EntitlementSchoolEmployee",
    "school-activationcode": "EntitlementSchoolActivationCode",
    "customer-student": "EntitlementCustomerStudent",
    "customer-activationcode": "EntitlementCustomerActivationCode",
}

PATCHES: Final = (
    Patch(
        api="delivery",
        schema="DeliveryOrderConfirmation",
        why="requires newDeliveryOrderStatus, which is no property (it is newStatus, and optional)",
        change=_not_required("newDeliveryOrderStatus"),
    ),
    Patch(
        api="delivery",
        schema="Buyer",
        why="a oneOf whose branches overlap (all is optional in both): every school is refused",
        change=_any_branch,
    ),
    Patch(
        api="delivery",
        schema="DeliverySpecification",
        why="a oneOf whose branches overlap: every specification of a school is refused",
        change=_any_branch,
    ),
    Patch(
        api="delivery",
        schema="DeliveryOrder",
        why="the enum spells customer-user and customer-activatoncode, its own table and the "
        "Catalogue API customer-student and customer-activationcode: both occur",
        change=_also("deliveryType", "customer-student", "customer-activationcode"),
    ),
    Patch(
        api="delivery",
        schema="DeliveryOrder",
        why="with any branch allowed, which one it must be follows from deliveryType",
        change=_branch_by("deliveryType", "deliverySpecification", DELIVERY_BRANCHES),
    ),
    Patch(
        api="entitlement",
        schema="Entitlement",
        why="requires buyer, entitlee and urlStatus, which are no properties (left-overs)",
        change=_not_required("buyer", "entitlee", "urlStatus"),
    ),
    Patch(
        api="entitlement",
        schema="EntitlementSpecification",
        why="a oneOf whose branches overlap: a student at a school matches two, and is refused",
        change=_any_branch,
    ),
    Patch(
        api="entitlement",
        schema="EntitlementSchoolEmployee",
        why="requires student, which is no property of it: employee is meant",
        change=_required_instead("student", "employee"),
    ),
    Patch(
        api="entitlement",
        schema="Entitlement",
        why="with any branch allowed, which one it must be follows from entitlementType",
        change=_branch_by("entitlementType", "entitlementSpecification", ENTITLEMENT_BRANCHES),
    ),
)
"""Nothing else is bent."""

BEYOND: Final = {
    401: "without a body, as agreed for all APIs of Edu-V (RFC-61), where the texts have one",
    403: "a token without the scope for it, which some texts leave out (code 21)",
    405: "provided by another component, as most texts have it, where the Catalogue API does not",
    408: "a body that does not arrive: HTTP itself (RFC 9110), before any API is asked",
    413: "a body that is too large: the same",
    415: "a body that is no JSON: the same",
    429: "too much at once: the same",
    500: "a failure that nobody foresaw: HTTP itself",
    503: "not at this moment: the same, with Retry-After",
}
"""Statuses that may be answered although the texts do not name them, and why."""


@cache
def published(api: str) -> Text:
    """The text as it was published."""
    text: Text = yaml.safe_load((SPEC / f"{api}-api.yaml").read_text(encoding="utf-8"))
    return text


@cache
def patched(api: str) -> Text:
    """The text with its defects mended."""
    text = copy.deepcopy(published(api))
    for patch in PATCHES:
        if patch.api == api:
            patch.change(text["components"]["schemas"][patch.schema])
    return text
