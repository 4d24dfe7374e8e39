"""Judging an exchange by the official text of its API: what the text has against it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from jsonschema import Draft7Validator, FormatChecker

from tests.conformance.official import BEYOND, HERE, patched, published

APIS: Final = (
    "activationcode",
    "association",
    "catalogue",
    "consent",
    "delivery",
    "education",
    "employees",
    "entitlement",
    "notifications",
    "students",
    "usage",
)
_BAD_REQUEST: Final = 400
_STATUS_RESPONSE: Final = {
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StatusResponse"}}}
}
"""What a refusal may say where the text gives it no body: nothing, or what all others say."""


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A request and its answer; `path` begins with the base of an API, and may have a query."""

    method: str
    path: str
    request: bytes
    status: int
    answer: bytes


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A method and a path as a text has them."""

    api: str
    method: str
    template: str
    of: Mapping[str, Any]

    @property
    def name(self) -> str:
        """As people call it."""
        return f"{self.method} {self.template}"


def faults(exchange: Exchange, *, requested: bool = True) -> list[str]:
    """What is wrong with an exchange; nothing when its path belongs to no API of Edu-V.

    The request is judged too if it was taken, unless `requested` is false: the hub tolerates some
    that the text does not have.
    """
    path = exchange.path.partition("?")[0]
    api = api_of(path)
    if api is None:
        return []
    operation = operation_of(exchange.method, path)
    if operation is None:
        return [] if exchange.status in {404, 405} else [f"{exchange.method} {path}: no such path"]
    return [
        f"{operation.name} {exchange.status}: {fault}"
        for fault in _faults(operation, exchange, requested=requested)
    ]


def demand(exchange: Exchange, *, requested: bool = True) -> None:
    """Fail where an exchange does not conform, if the official texts are here to judge by."""
    found = faults(exchange, requested=requested) if HERE else []
    assert not found, "\n".join(found)


def api_of(path: str) -> str | None:
    """The API a path belongs to, by its base."""
    return next((api for api in APIS if path.startswith(_base(api) + "/")), None)


def operation_of(method: str, path: str) -> Operation | None:
    """What the text has for this; fixed paths before those with an id."""
    api = api_of(path)
    if api is None:
        return None
    rest = path.removeprefix(_base(api))
    for operation in operations(api):
        if operation.method == method and _pattern(operation.template).fullmatch(rest):
            return operation
    return None


@cache
def operations(api: str) -> tuple[Operation, ...]:
    """Every operation of an API."""
    paths = sorted(patched(api)["paths"].items(), key=lambda each: ("{" in each[0], each[0]))
    return tuple(
        Operation(api=api, method=method.upper(), template=template, of=of)
        for template, methods in paths
        if isinstance(methods, dict)
        for method, of in methods.items()
        if method in {"get", "put", "post"}
    )


def _faults(operation: Operation, exchange: Exchange, *, requested: bool) -> Iterator[str]:
    if requested and exchange.status < _BAD_REQUEST:
        asked = operation.of.get("requestBody")
        if asked is not None:
            yield from _against(operation.api, asked, exchange.request, "the request")
    answered = operation.of["responses"].get(str(exchange.status))
    if answered is None and exchange.status not in BEYOND:
        yield "this status is not documented"
    elif answered is None or (exchange.status in BEYOND and not exchange.answer):
        return
    elif "content" in answered:
        yield from _against(operation.api, answered, exchange.answer, "the answer")
    elif exchange.answer and exchange.status >= _BAD_REQUEST:
        yield from _against(operation.api, _STATUS_RESPONSE, exchange.answer, "the answer")
    elif exchange.answer:
        yield "the answer has a body, where none is documented"


def _against(api: str, described: Mapping[str, Any], body: bytes, what: str) -> Iterator[str]:
    content = described["content"].get("application/json")
    if content is None:
        return
    try:
        said = json.loads(body)
    except ValueError:
        yield f"{what} is no JSON"
        return
    schema = content["schema"]
    for error in _validator(api, json.dumps(schema, sort_keys=True)).iter_errors(said):
        yield f"{what} at {list(error.absolute_path)}: {error.message[:200]}"


@cache
def _validator(api: str, schema: str) -> Draft7Validator:
    document = {"components": patched(api)["components"], "allOf": [json.loads(schema)]}
    return Draft7Validator(document, format_checker=FormatChecker())


@cache
def _base(api: str) -> str:
    """The major version is part of the path."""
    return f"/{api}/v{published(api)['info']['version'].partition('.')[0]}"


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^?]+", template))
