"""Exchanges as track and trace shows them; a partner sees those with itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast
from uuid import UUID

from psycopg import AsyncConnection

from aanspraak.domain.status_codes import OTHER
from adapters.http.arrays import part_of
from adapters.http.consented import require_consent
from adapters.http.problems import Refused
from adapters.http.services import Services
from adapters.http.trace_answers import SEES_ALL
from adapters.http.trace_as_of import shown_place
from adapters.postgres import reads_exchanges
from adapters.postgres.reads_as_of import AsOf
from adapters.postgres.reads_exchanges import Asked, Exchange, Place, Sent, Try
from adapters.wire import exchanges_trace_v1 as wire
from projections.exchange_story import Reply, Told
from projections.visibility import OPERATOR_ROLE, Viewer

NO_WORDS: Final[Mapping[UUID, str]] = {}


async def exchange_trace(
    viewer: Viewer, services: Services, exchange_id: int, then: AsOf, *, in_words: bool = False
) -> wire.ExchangeTrace:
    """One exchange; raises Refused (404) when it is not there, or is another partner's.

    `in_words`: with what the partner wrote, in which a person may be named; for operators alone.
    """
    async with services.pool.connection() as conn:
        found = await reads_exchanges.exchange_at(conn, exchange_id, then)
        if found is None or not _is_for(viewer, found[0].told):
            raise Refused(404, OTHER, "There is no exchange with this id.")
        exchange, message = found
        tells = in_words and viewer.role == OPERATOR_ROLE
        said = await _said(conn, services, exchange.told, then) if tells else None
    if viewer.role != OPERATOR_ROLE:
        await require_consent(services, viewer, exchange.school_id)
    words = await _words(services, exchange.told) if tells else NO_WORDS
    return wire.ExchangeTrace(
        as_of=shown_place(then),
        exchange=shown_exchange(exchange, words),
        message=dict(message.body),
        said=said,
    )


async def exchanges_trace(
    viewer: Viewer, services: Services, stream_id: UUID, then: AsOf, partner: str | None
) -> wire.ExchangesTrace:
    """All exchanges about an entitlement or an order that the viewer may see something of.

    The operator and the shop that ordered see every partner's, others their own.
    """
    async with services.pool.connection() as conn:
        found = (await reads_exchanges.exchanges_of(conn, [stream_id], then))[stream_id]
    return wire.ExchangesTrace(
        as_of=shown_place(then),
        exchanges=tuple(
            shown_exchange(each)
            for each in found
            if (viewer.role in SEES_ALL or _is_for(viewer, each.told))
            and partner in (None, each.told.partner)
        ),
    )


async def sendings(
    viewer: Viewer, services: Services, asked: Asked, then: AsOf, *, in_words: bool = False
) -> tuple[list[wire.Sending], Place | None]:
    """What was sent to a partner, and where it goes on; None: that is all.

    A partner is shown nothing of a school that does not consent. `in_words`: as above.
    """
    async with services.pool.connection() as conn:
        more = asked._replace(limit=asked.limit + 1)
        found = await reads_exchanges.sent_between(conn, more, then)
    page, last = part_of(found, asked.limit)
    seen = [each for each in page if await _may_see(viewer, services, each)]
    told = [each.exchange.told for each in seen if each.exchange is not None] if in_words else ()
    texts = await _words(services, *told)
    shown = [shown_sending(each, texts) for each in seen]
    return shown, reads_exchanges.place_of(last) if last is not None else None


def shown_sending(sent: Sent, words: Mapping[UUID, str] = NO_WORDS) -> wire.Sending:
    """Something that was sent, with the words of the partner that are given."""
    exchange = shown_exchange(sent.exchange, words) if sent.exchange is not None else None
    return wire.Sending(attempt=_attempt(sent.attempt), exchange=exchange)


def shown_exchange(exchange: Exchange, words: Mapping[UUID, str] = NO_WORDS) -> wire.Exchange:
    """An exchange, with the words of the partner that are given."""
    told = exchange.told
    return wire.Exchange(
        exchange_id=told.position,
        about=cast("wire.About", exchange.about),
        id=told.stream_id,
        delivery_order_id=exchange.delivery_order_id,
        partner=told.partner,
        number=told.number,
        kind=cast("wire.Kind", told.kind),
        asked=told.asked,
        reference_id=told.reference_id,
        asked_at=told.asked_at,
        outcome=told.outcome or None,
        outcome_at=told.outcome_at,
        http_status=told.http_status,
        code=told.code,
        reason=told.reason,
        replies=tuple(_reply(each, words) for each in told.replies),
        attempts=tuple(map(_attempt, exchange.tries)),
    )


def _reply(reply: Reply, words: Mapping[UUID, str]) -> wire.Reply:
    return wire.Reply(
        at=reply.at,
        what=reply.what,
        status=reply.status,
        code=reply.code,
        receive_id=reply.receive_id,
        processed_timestamp=reply.processed_at,
        words=words.get(reply.text_id) if reply.text_id else None,
    )


def _attempt(tried: Try) -> wire.Attempt:
    return wire.Attempt(
        at=tried.at,
        outcome=tried.outcome,
        http_status=tried.http_status,
        code=tried.status,
        error=tried.error,
        duration_ms=tried.duration_ms,
    )


def _is_for(viewer: Viewer, told: Told) -> bool:
    return viewer.role == OPERATOR_ROLE or viewer.partner == told.partner


async def _may_see(viewer: Viewer, services: Services, sent: Sent) -> bool:
    if viewer.role == OPERATOR_ROLE or sent.exchange is None or sent.exchange.school_id is None:
        return True
    return await services.consents.may_see(viewer, sent.exchange.school_id)


async def _words(services: Services, *told: Told) -> Mapping[UUID, str]:
    keys = [reply.text_id for each in told for reply in each.replies if reply.text_id is not None]
    return await services.vault.shown_texts(keys) if keys else NO_WORDS


async def _said(
    conn: AsyncConnection[Any], services: Services, told: Told, then: AsOf
) -> str | None:
    """The last answer of which anything is kept; gone with its person."""
    answers = [
        said
        for row in await reads_exchanges.answers_of(conn, told, then)
        if (said := services.vault.open_answer(row)) is not None
    ]
    return answers[-1] if answers else None
