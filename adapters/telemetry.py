"""What the outside may know of a running process: its log events and metrics, all named here."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Final, TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from structlog.contextvars import bound_contextvars, merge_contextvars

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from structlog.typing import EventDict, Processor, WrappedLogger

LOG_EVENTS = frozenset(
    {
        "attempt.failed",
        "bookmark.lost",
        "catalogue.busy",
        "catalogue.failed",
        "catalogue.missed",
        "catalogue.pulled",
        "command.refused",
        "channel.away",
        "connection.lost",
        "console.sign_in_failed",
        "console.signed_in",
        "consumer.failed",
        "dead_letter.added",
        "dead_letter.failed_again",
        "exchange.gave_up",
        "exchange.refused",
        "follower.failed",
        "follower.started",
        "follower.stopped",
        "group.failed",
        "inbound.gap",
        "job.ended",
        "job.failed",
        "job.started",
        "lane.gap",
        "lanes.lost",
        "notice.failed",
        "notice.given",
        "partner.reachable",
        "partner.unreachable",
        "process.draining",
        "process.failed",
        "process.started",
        "process.stopped",
        "rebuild.finished",
        "rebuild.started",
        "reconciliation.failed",
        "reconciliation.finished",
        "reconciliation.started",
        "record.refused",
        "record.unreadable",
        "request.answered",
        "request.failed",
        "request.refused",
        "roster.failed",
        "roster.not_subscribed",
        "roster.taken",
        "roster.unreadable",
        "sandbox.started",
        "token.refused",
        "vault.busy",
        "vault.swept",
    }
)
"""The name of every log line we write, subject first; what changes from line to line is a field."""

REGISTRY = CollectorRegistry()
"""Our metrics and no others."""

FOLLOWER_LAG_EVENTS = Gauge(
    "aanspraak_follower_lag_events",
    "Facts in the log after the follower's bookmark",
    ["follower"],
    registry=REGISTRY,
)
FOLLOWER_LAG_SECONDS = Gauge(
    "aanspraak_follower_lag_seconds",
    "Age of the oldest fact that the follower has not followed yet",
    ["follower"],
    registry=REGISTRY,
)
OLDEST_OPEN_EXCHANGE_SECONDS = Gauge(
    "aanspraak_oldest_open_exchange_seconds",
    "Age of the oldest request that the partner has not confirmed or refused",
    ["partner"],
    registry=REGISTRY,
)
PARTNER_PAUSED = Gauge(
    "aanspraak_partner_paused",
    "Whether an operator holds the messages to the partner: 1 or 0",
    ["partner"],
    registry=REGISTRY,
)
CODE_STOCK_CODES = Gauge(
    "aanspraak_code_stock_codes",
    "Unused activation codes in stock",
    ["product"],
    registry=REGISTRY,
)
OLDEST_WAITING_SECONDS = Gauge(
    "aanspraak_oldest_waiting_seconds",
    "Age of the oldest message to the partner that waits in the channel",
    ["partner"],
    registry=REGISTRY,
)
MISSING_MESSAGES = Gauge(
    "aanspraak_missing_messages",
    "Messages to the partner, at most, that the channel did not keep until they were sent",
    ["partner"],
    registry=REGISTRY,
)
INBOUND_LAG_RECORDS = Gauge(
    "aanspraak_inbound_lag_records",
    "Records of partners in Kafka that this process is to take and has not taken yet",
    ["topic"],
    registry=REGISTRY,
)
INBOUND_MISSED = Counter(
    "aanspraak_inbound_missed_records_total",
    "Records of partners, at most, that Kafka did not keep until they were taken",
    ["topic"],
    registry=REGISTRY,
)
REFUSALS = Counter(
    "aanspraak_refusals_total",
    "Commands refused, by the class of the refusal",
    ["reason"],
    registry=REGISTRY,
)
CONFLICTS_RETRIED = Counter(
    "aanspraak_conflicts_retried_total",
    "Commands decided again because their stream had moved on",
    registry=REGISTRY,
)
FACTS = Counter("aanspraak_facts_total", "Facts appended to the log", registry=REGISTRY)
HTTP_REQUEST_DURATION_SECONDS = Histogram(
    "aanspraak_http_request_duration_seconds",
    "Time from request to answer; the route is a template, never a path with an id in it",
    ["route", "method", "status"],
    registry=REGISTRY,
)
PARTNER_REQUESTS = Counter(
    "aanspraak_partner_requests_total",
    "Attempts at a message to a partner, by what came of them",
    ["partner", "outcome"],
    registry=REGISTRY,
)

METRICS_CONTENT_TYPE = CONTENT_TYPE_LATEST
REDACTED = "[person]"

_PERSON = re.compile(
    r"""(?:https?(?::|%3A)(?:/|%2F){2})?ketenid\.nl\S*  # an ECK iD, in a URL or encoded in one
      | \b[0-9a-f]{128}\b                              # the part of it that says who
      | (?<![\w.+-])[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+  # an e-mail address, from its beginning
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MARK = re.compile("@|%40|ketenid|[0-9a-f]{128}", re.IGNORECASE)
"""What every person above has in it, and nearly no text; looking for this alone is quick."""


def configure_logging(level: str, stream: TextIO | None = None) -> None:
    """Write every log line, of libraries too, as one JSON object from this level on.

    `level` is debug, info, warning or error; `stream` is standard error unless given.
    """
    shared: list[Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, *_WRITTEN],
        logger_factory=lambda name=__name__: _Lines(name, stream),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter_of_libraries(shared))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # While brokers are away it writes ten lines a second; `channel.away` says it once a try.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)


def correlated(correlation_id: str) -> AbstractContextManager[None]:
    """Put this correlation id on every log line written within the block."""
    return bound_contextvars(correlation_id=correlation_id)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take out of a log line whatever looks like a person: the last defence, not the first."""
    return {_cleaned(key): _without_people(each) for key, each in event.items()}


def metrics() -> bytes:
    """Give the metrics in the text format of Prometheus."""
    return generate_latest(REGISTRY)


class _Lines(structlog.WriteLogger):
    """Our own lines go straight to the stream: `logging` would take half as long again."""

    def __init__(self, name: str, stream: TextIO | None) -> None:
        super().__init__(stream or sys.stderr)
        self.name = name


def _formatter_of_libraries(shared: list[Processor]) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_WRITTEN],
    )


def _without_people(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return _mapping_without_people(value)
        case list() | tuple() | set() | frozenset():
            return [_without_people(each) for each in value]
        case _:
            return _cleaned(str(value))


def names_a_person(text: str) -> bool:
    """Whether somebody's identifier or address stands in a text; other texts may still tell."""
    return bool(_MARK.search(text) and _PERSON.search(text))


def _cleaned(text: str) -> str:
    return _PERSON.sub(REDACTED, text) if _MARK.search(text) else text


def _mapping_without_people(mapping: Mapping[object, object]) -> dict[object, object]:
    return {_without_people(key): _without_people(value) for key, value in mapping.items()}


_WRITTEN: Final[tuple[Processor, ...]] = (
    structlog.processors.format_exc_info,
    redact,
    structlog.processors.JSONRenderer(),
)
