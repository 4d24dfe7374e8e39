"""The AsyncAPI document: which topics there are for others, and what lies in them.

It is made of the tables that the records are made of. Names and numbers are those of a deployment
with the usual configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aanspraak.application.messages import CONFIRMATION, ENTITLEMENT_REQUEST
from adapters.kafka import topics
from adapters.kafka.cluster import Cluster
from adapters.kafka.event_schemas import dashboard_schemas, event_schemas
from adapters.kafka.records import JSON
from projections.public_events import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adapters.kafka.topics import Topic

Part = dict[str, Any]

EVENTS: Final = "events/events.v1.json"
DASHBOARD: Final = "events/dashboard.v1.json"
"""Where the schemas lie, beside the document."""
USUAL: Final = Cluster(bootstrap_servers="", replication=3)
ANY: Final = "PARTNER"
"""Stands for any partner in the name of a topic."""
BINDING: Final = "0.5.0"
INBOUND: Final = {
    topics.ORDERS: "DeliveryOrderRequest (Delivery API 2.0.0)",
    topics.CONFIRMATIONS: "EntitlementConfirmation (Entitlement API 1.1.0)",
    topics.ACTIVATIONS: "InitialActivation (Usage API 1.0.0)",
}

MESSAGES: Final = {
    ENTITLEMENT_REQUEST: "EntitlementRequest (Entitlement API 1.1.0)",
    CONFIRMATION: "DeliveryOrderConfirmation (Delivery API 2.0.0)",
}
SENT: Final = ("events", "dashboard", "replay", "messages")


def document() -> Part:
    """The whole document."""
    events, dashboards = event_schemas()["$defs"], dashboard_schemas()["$defs"]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Aanspraakmanager: what it publishes and takes over Kafka",
            "version": f"{VERSION}.0.0",
            "description": "Within a major version topics, messages and properties are only added."
            " No record names a person: a pseudonym stands for whom only the hub knows.",
        },
        "defaultContentType": JSON,
        "channels": {
            "events": _events(events),
            "dashboard": _dashboard(dashboards),
            "replay": _replay(events),
            "messages": _messages(),
            **{kind: _inbound(kind) for kind in INBOUND},
        },
        "operations": {
            **{name: _operation("send", name) for name in SENT},
            **{kind: _operation("receive", kind) for kind in INBOUND},
        },
        "components": {
            "messages": _all_messages(events, dashboards),
            "schemas": {"cloudEvent": _headers()},
        },
    }


def _events(names: Iterable[str]) -> Part:
    said = "All facts of the hub, for the distributor's own systems; of one subject in their order."
    return _channel(topics.events(USUAL), said, names)


def _dashboard(names: Iterable[str]) -> Part:
    said = "Facts about the entitlements of the schools that consent to what this dashboard reads."
    return _channel(topics.dashboard(USUAL, ANY), said, names)


def _replay(names: Iterable[str]) -> Part:
    said = "A part of the log that somebody asked for once more, under a name they chose."
    return _channel(topics.replay(USUAL, ANY), said, names)


def _messages() -> Part:
    said = "What a partner that reads Kafka itself is asked and told; those of one key in order."
    return _channel(topics.messages(USUAL, ANY), said, MESSAGES)


def _inbound(kind: str) -> Part:
    said = "What one partner writes, which may write nowhere else."
    return _channel(topics.inbound(USUAL, kind, ANY), said, [kind])


def _channel(topic: Topic, description: str, names: Iterable[str]) -> Part:
    settings = dict(topic.settings)
    kept = {
        "cleanup.policy": [settings["cleanup.policy"]],
        "retention.ms": int(settings["retention.ms"]),
    }
    kafka = {
        "partitions": topic.partitions,
        "replicas": USUAL.replication,
        "topicConfiguration": kept,
        "bindingVersion": BINDING,
    }
    made: Part = {
        "address": topic.name.replace(ANY, "{name}"),
        "description": description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": kafka},
    }
    if ANY in topic.name:
        made["parameters"] = {"name": {"description": "The partner, or what was chosen."}}
    return made


def _operation(action: str, channel: str) -> Part:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}


def _event(name: str, where: str, schemas: Mapping[str, Part]) -> Part:
    typed = {"properties": {"ce_type": {"const": name}}}
    return {
        "name": name,
        "summary": schemas[name]["description"],
        "headers": {"allOf": [{"$ref": "#/components/schemas/cloudEvent"}, typed]},
        "payload": {"$ref": f"{where}#/$defs/{name}"},
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "bindings": _keyed(),
    }


def _letter(kind: str) -> Part:
    """As it would be sent over HTTP; `ce_number` counts those of one key to this partner."""
    sealed = 'Whatever says who somebody is, is sealed to the partner: {"jwe": "<compact JWE>"}.'
    numbered = {
        "ce_type": {"const": f"aanspraak.{kind}.v1"},
        "ce_number": {"type": "string", "description": "Its number within key and partner."},
    }
    return {
        "name": kind,
        "summary": MESSAGES[kind],
        "headers": {
            "allOf": [{"$ref": "#/components/schemas/cloudEvent"}, {"properties": numbered}]
        },
        "payload": {"type": "object", "description": f"{MESSAGES[kind]}. {sealed}"},
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "bindings": _keyed(),
    }


def _body(kind: str) -> Part:
    """What partners write is described by the standard, which is not copied here."""
    sealed = 'Whatever says who somebody is, is sealed to the hub: {"jwe": "<compact JWE>"}.'
    return {
        "name": kind,
        "summary": INBOUND[kind],
        "payload": {"type": "object", "description": f"{INBOUND[kind]}. {sealed}"},
        "bindings": _keyed(),
    }


def _keyed() -> Part:
    """In full each time: a reference here is ambiguous to the schema of AsyncAPI 3.0.0 itself."""
    said = "What the record is about: an entitlement, an order, or another stream of the hub."
    key = {"type": "string", "format": "uuid", "description": said}
    return {"kafka": {"key": key, "bindingVersion": BINDING}}


def _all_messages(events: Mapping[str, Part], dashboards: Mapping[str, Part]) -> Part:
    return {
        **{name: _event(name, EVENTS, events) for name in events},
        **{name: _event(name, DASHBOARD, dashboards) for name in dashboards},
        **{kind: _letter(kind) for kind in MESSAGES},
        **{kind: _body(kind) for kind in INBOUND},
    }


def _headers() -> Part:
    """CloudEvents 1.0 in binary mode, and W3C Trace Context."""
    said = {
        "ce_id": "The position of the fact in the log; of one subject it only rises.",
        "ce_source": "The hub.",
        "ce_type": "Which fact, and the major version of its schema.",
        "ce_subject": "The same as the key.",
        "ce_time": "When it was recorded (UTC).",
        "ce_correlationid": "The story that the fact is part of.",
        "ce_causationid": "What it followed from.",
        "traceparent": "The story as a trace.",
    }
    fixed = {"content-type": JSON, "ce_specversion": "1.0"}
    properties = {
        **{name: {"type": "string", "const": value} for name, value in fixed.items()},
        **{name: {"type": "string", "description": what} for name, what in said.items()},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}
