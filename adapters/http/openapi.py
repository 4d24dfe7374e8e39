"""The OpenAPI document: what FastAPI cannot see, because the wire reads and writes the bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from typing_extensions import override

from adapters.wire import (
    access_of_school_v1,
    access_v1,
    activationcode_v0,
    attention_v1,
    consent_v0,
    contract_trace_v1,
    exchanges_trace_v1,
    explain_v1,
    facts_v1,
    incidents_v1,
    jobs_v1,
    lists_trace_v1,
    notifications_v0,
    ops_blocks_v1,
    ops_codes_v1,
    ops_consents_v1,
    ops_contracts_v1,
    ops_dead_letters_v1,
    ops_flows_v1,
    ops_leavers_v1,
    ops_orders_v1,
    ops_partners_v1,
    ops_persons_v1,
    ops_rosters_v1,
    ops_schools_v1,
    ops_send_again_v1,
    ops_v1,
    orders_trace_v1,
    outgoing,
    pace_v1,
    rebuilds_v1,
    replays_v1,
    search_v1,
    trace_v1,
    usage_trace_v1,
)
from adapters.wire.delivery_specification_v2 import SPECIFICATIONS
from adapters.wire.delivery_v2 import DeliveryOrderRequest
from adapters.wire.entitlement_v1 import (
    DeliveryOrderEntitlements,
    Entitlement,
    EntitlementConfirmation,
    EntitlementProduct,
)
from adapters.wire.references import CustomerReference, SchoolReference, SchoolUser
from adapters.wire.usage_v1 import InitialActivation

READ: Final = (
    DeliveryOrderRequest,
    EntitlementConfirmation,
    InitialActivation,
    SchoolUser,
    *access_v1.READ,
    *access_of_school_v1.READ,
    *search_v1.READ,
    *consent_v0.READ,
    *ops_consents_v1.READ,
    *ops_contracts_v1.READ,
    *ops_orders_v1.READ,
    *ops_partners_v1.READ,
    *ops_blocks_v1.READ,
    *ops_codes_v1.READ,
    *ops_rosters_v1.READ,
    notifications_v0.Notification,
    activationcode_v0.ActivationCodeConfirmation,
    activationcode_v0.ActivationCodeRevokeConfirmation,
    ops_v1.Act,
    *jobs_v1.READ,
    *rebuilds_v1.READ,
    *replays_v1.READ,
    *ops_send_again_v1.READ,
    *ops_flows_v1.READ,
    *ops_dead_letters_v1.READ,
    *ops_leavers_v1.READ,
    *ops_persons_v1.READ,
    *ops_schools_v1.READ,
)
WRITTEN: Final = (
    outgoing.StatusResponse,
    Entitlement,
    EntitlementProduct,
    DeliveryOrderEntitlements,
    *consent_v0.WRITTEN,
    *trace_v1.WRITTEN,
    *explain_v1.WRITTEN,
    *lists_trace_v1.WRITTEN,
    *access_v1.WRITTEN,
    *attention_v1.WRITTEN,
    *access_of_school_v1.WRITTEN,
    *pace_v1.WRITTEN,
    *search_v1.WRITTEN,
    *contract_trace_v1.WRITTEN,
    *exchanges_trace_v1.WRITTEN,
    *orders_trace_v1.WRITTEN,
    *ops_consents_v1.WRITTEN,
    *ops_contracts_v1.WRITTEN,
    *ops_orders_v1.WRITTEN,
    *ops_partners_v1.WRITTEN,
    *ops_blocks_v1.WRITTEN,
    *usage_trace_v1.WRITTEN,
    *ops_codes_v1.WRITTEN,
    *incidents_v1.WRITTEN,
    *jobs_v1.WRITTEN,
    *rebuilds_v1.WRITTEN,
    *replays_v1.WRITTEN,
    *ops_send_again_v1.WRITTEN,
    *ops_flows_v1.WRITTEN,
    *ops_dead_letters_v1.WRITTEN,
    *facts_v1.WRITTEN,
    *ops_rosters_v1.WRITTEN,
    notifications_v0.NotificationResponse,
    *ops_leavers_v1.WRITTEN,
    *ops_persons_v1.WRITTEN,
    *ops_schools_v1.WRITTEN,
)
SCHEMAS: Final = "#/components/schemas/"
_OURS: Final = "Outgoing."
"""Before the names of what we write: the same names stand for what we read, with more tolerance."""


class Described(FastAPI):
    """An application that describes itself in one document, made once."""

    @override
    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            whole = get_openapi(
                title=self.title,
                version=self.version,
                description=self.description,
                routes=self.routes,
            )
            whole["components"] = {
                "schemas": {**_read_schemas(), **_written_schemas()},
                "securitySchemes": {"OAuth2": _security()},
            }
            _without_unprocessable(whole)
            self.openapi_schema = whole
        return self.openapi_schema


def taking(model: type[Any], *, listed: bool = False) -> dict[str, Any]:
    """The body an operation takes: one of these, or an array of them."""
    each = {"$ref": SCHEMAS + model.__name__}
    schema = {"type": "array", "items": each} if listed else each
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def opened_by(scopes: Sequence[str]) -> dict[str, Any]:
    """Any one of these scopes opens an operation."""
    return {"security": [{"OAuth2": [scope]} for scope in scopes]}


def one(model: type[Any]) -> dict[str, Any]:
    """An answer that is one of these."""
    return _content({"$ref": SCHEMAS + _OURS + model.__name__})


def many(model: type[Any]) -> dict[str, Any]:
    """An answer that is an array of these."""
    return _content({"type": "array", "items": {"$ref": SCHEMAS + _OURS + model.__name__}})


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers that are not good news; a 401 has no body."""
    described: dict[int | str, dict[str, Any]] = {
        status: {"description": _MEANING[status], **one(outgoing.StatusResponse)}
        for status in statuses
    }
    described[401] = {"description": "Not authenticated; see WWW-Authenticate"}
    return described


_MEANING: Final = {
    400: "Schema incorrect (code 11), or an unknown reference (code 4040)",
    403: "Scope or consent required (codes 21 and 22), or another partner's",
    404: "Unknown to this partner",
    409: "It is in conflict with what is so already",
    413: "The body is too large",
    415: "The Content-Type is not JSON",
    503: "Not at this moment: the queue is full; see Retry-After",
}


def _content(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _without_unprocessable(document: Mapping[str, Any]) -> None:
    """Wrong parameters are a fault of the schema: 400, where FastAPI would say 422."""
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)


def _read_schemas() -> dict[str, Any]:
    """Buyer and specification depend on deliveryType: any, as far as a schema can say."""
    branches = (CustomerReference, SchoolReference, *SPECIFICATIONS.values())
    models: Any = [(model, "validation") for model in (*READ, *branches)]
    _, definitions = models_json_schema(models, ref_template=SCHEMAS + "{model}")
    schemas: dict[str, Any] = definitions["$defs"]
    order = schemas["DeliveryOrder"]["properties"]
    order["buyer"] = _any_of((SchoolReference, CustomerReference))
    order["deliverySpecification"] = _any_of(tuple(SPECIFICATIONS.values()))
    return {name: _left_out(schema) for name, schema in schemas.items()}


def _written_schemas() -> dict[str, Any]:
    _, definitions = msgspec.json.schema_components(
        WRITTEN, ref_template=SCHEMAS + _OURS + "{name}"
    )
    return {_OURS + name: schema for name, schema in definitions.items()}


def _left_out(schema: dict[str, Any]) -> dict[str, Any]:
    """What may be left out has no default to be written instead: null is refused."""
    for described in schema.get("properties", {}).values():
        described.pop("default", None)
    return schema


def _any_of(models: tuple[type[Any], ...]) -> dict[str, Any]:
    return {"anyOf": [{"$ref": SCHEMAS + model.__name__} for model in models]}


def _security() -> dict[str, Any]:
    flow = {"tokenUrl": "https://api.example.com/oauth2/token", "scopes": _SCOPES}
    return {"type": "oauth2", "flows": {"clientCredentials": flow}}


_SCOPES: Final = {
    "eduv.delivery.entitlor": "A shop sends delivery orders",
    "eduv.entitlement.seller": "A shop reads entitlements",
    "eduv.entitlement.licensor": "A registry confirms and reads entitlements",
    "eduv.entitlement.portal": "A portal confirms and reads entitlements",
    "eduv.entitlement.dashboard": "A dashboard reads entitlements",
    "eduv.usage.entitlor": "A registry reports activations",
    "eduv.activationcode": "A registry answers requests for activation codes",
    "eduv.consent": "A portal, dashboard or administration exchanges consents",
    **dict.fromkeys(notifications_v0.SCOPES, "An administration tells of changes"),
    trace_v1.SCOPE: "A partner traces what is its own",
    ops_v1.SCOPE: "An operator acts, and sees all partners' part",
}
