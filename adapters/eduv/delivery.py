"""Delivering one message: its person filled in, sent, and what the answer means for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import psycopg
import structlog

from aanspraak.application import outcomes
from aanspraak.application.code_messages import CODE_REVOKE_REQUEST, fill_code
from aanspraak.application.messages import fill
from aanspraak.application.reachability import next_attempt_at
from aanspraak.domain.status_codes import CONSENT_REQUIRED
from adapters.eduv.partner_client import Answer
from adapters.postgres.attempts import Attempt
from adapters.postgres.exchange_record import Outcome, Parking
from adapters.postgres.parked import FAILED, GAVE_UP, UNREACHABLE, Parked
from adapters.telemetry import PARTNER_REQUESTS

if TYPE_CHECKING:
    from datetime import datetime

    from aanspraak.application.handle import Submission
    from aanspraak.application.messages import Message
    from adapters.eduv.flow import Flow
    from adapters.eduv.lanes import Waiting

_FORBIDDEN: Final = 403

log = structlog.get_logger(__name__)


async def work(flow: Flow) -> None:
    """Send one message of a flow after the other, until it stops."""
    while (waiting := await flow.next()) is not None:
        await _deliver(flow, waiting)
        flow.go()


async def _deliver(flow: Flow, waiting: Waiting) -> None:
    try:
        if not await _may_go(flow, waiting.message):
            _drop(flow, waiting, outcomes.NO_CONSENT)
            return
        body = await _body(flow, waiting.message)
        if body is None:
            _drop(flow, waiting, outcomes.FORGOTTEN)
            return
        answer = await flow.tools.courier.put(flow.partner, waiting.message, body)
        _heed(flow, waiting, answer)
    except psycopg.Error:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one message, the others go on
        _fail(flow, waiting, Answer(outcome="failed", error=type(error).__name__), blamed=False)
    finally:
        if waiting.probing:
            flow.way.probed()


async def _may_go(flow: Flow, message: Message) -> bool:
    """Consent may have gone since the message entered the flow."""
    if message.school_id is None:
        return True
    return await flow.tools.consents.holds(message.partner, message.school_id)


async def _body(flow: Flow, message: Message) -> bytes | None:
    """The message with its person; None when nobody can say any more who that is."""
    if message.user_reference_id is None:
        return msgspec.json.encode(message.body)
    reference = await flow.tools.people.reference(message.user_reference_id)
    if reference is None:
        return None
    filled = fill_code if message.kind == CODE_REVOKE_REQUEST else fill
    return msgspec.json.encode(filled(message.body, reference))


def _heed(flow: Flow, waiting: Waiting, answer: Answer) -> None:
    message = waiting.message
    match answer.outcome:
        case "taken":
            flow.way.took()
            _settle(flow, waiting, outcomes.taken(message), answer)
        case "rejected" if message.school_id is not None and _lacks_consent(answer):
            flow.way.took()
            missed = outcomes.consent_missed(message, message.school_id)
            dropped = outcomes.dropped(message, outcomes.NO_CONSENT)
            _settle(flow, waiting, dropped, answer, also=missed)
        case "rejected":
            flow.way.took()
            status = answer.http_status or 0
            _settle(flow, waiting, outcomes.rejected(message, status, answer.status), answer)
        case "failed" if answer.ours:
            _fail(flow, waiting, answer, blamed=False)
        case "failed":
            blamed = flow.way.failed(
                message,
                flow.tools.clock.now(),
                retry_after=answer.retry_after,
                probing=waiting.probing,
            )
            _fail(flow, waiting, answer, blamed=blamed)


def _lacks_consent(answer: Answer) -> bool:
    """The partner answered 403 with code 22: it has no consent of the school."""
    return (answer.http_status, answer.status) == (_FORBIDDEN, CONSENT_REQUIRED)


def _settle(
    flow: Flow,
    waiting: Waiting,
    submission: Submission,
    answer: Answer,
    also: Submission | None = None,
) -> None:
    _report(flow, waiting, answer)
    now = flow.tools.clock.now()
    attempt = _attempt(waiting.message, answer, now)
    outcome = Outcome(message=waiting.message, submission=submission, attempt=attempt, also=also)
    flow.finish(waiting, outcome)


def _drop(flow: Flow, waiting: Waiting, reason: str) -> None:
    message = waiting.message
    PARTNER_REQUESTS.labels(flow.partner.partner, "dropped").inc()
    attempt = Attempt(at=flow.tools.clock.now(), message=message, outcome="dropped")
    submission = outcomes.dropped(message, reason)
    flow.finish(waiting, Outcome(message=message, submission=submission, attempt=attempt))


def _fail(flow: Flow, waiting: Waiting, answer: Answer, *, blamed: bool) -> None:
    """Put it aside: until the partner is back, or alone on the ladder, or for an operator."""
    _report(flow, waiting, answer)
    message, attempts = waiting.message, waiting.attempts + 1
    now = flow.tools.clock.now()
    again_at = next_attempt_at(flow.tools.patience, waiting.rung, now, answer.retry_after)
    given_up = again_at is None and not blamed
    parked = Parked(
        message=message,
        reason=UNREACHABLE if blamed else GAVE_UP if given_up else FAILED,
        attempts=attempts,
        rung=waiting.rung if blamed else waiting.rung + 1,
        last_attempt_at=now,
        next_attempt_at=None if blamed else again_at,
        error=answer.error,
    )
    if given_up:
        log.error("exchange.gave_up", attempts=attempts, **_which(flow, message))
    parking = Parking(
        parked=parked,
        attempt=_attempt(message, answer, now),
        submission=outcomes.given_up(message, attempts) if given_up else None,
    )
    flow.finish(waiting, parking)


def _attempt(message: Message, answer: Answer, now: datetime) -> Attempt:
    return Attempt(
        at=now,
        message=message,
        outcome=answer.outcome,
        http_status=answer.http_status,
        status=answer.status,
        duration_ms=answer.duration_ms,
        error=answer.error,
        answer=answer.text,
    )


def _report(flow: Flow, waiting: Waiting, answer: Answer) -> None:
    PARTNER_REQUESTS.labels(flow.partner.partner, answer.outcome).inc()
    if answer.outcome == "taken":
        return
    which = {**_which(flow, waiting.message), "http_status": answer.http_status}
    if answer.outcome == "rejected":
        log.warning("exchange.refused", status=answer.status, **which)
    else:
        log.info("attempt.failed", error=answer.error, **which)


def _which(flow: Flow, message: Message) -> dict[str, object]:
    return {
        "partner": flow.partner.partner,
        "stream": str(message.key),
        "number": message.number,
        "correlation_id": message.correlation_id,
    }
