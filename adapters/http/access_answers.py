"""Can this pupil open this product? Who is meant, what is known of it, and the answer in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.errors import UnknownEntitlement
from adapters.postgres.directory import Directory
from adapters.postgres.reads_access import Question, known_of, known_of_entitlement
from adapters.postgres.vault import Vault
from adapters.security.persons import activation_code, user_reference
from adapters.wire import access_v1 as wire
from projections.access import Access, Cause, Known, Step
from projections.access_verdict import judge
from projections.access_words import say_advice, say_cause, waits_for
from projections.languages import LANGUAGES
from projections.step_words import say_step

Connections = AsyncConnectionPool[AsyncConnection[Any]]

VERDICTS: Final = {
    True: ("Yes: nothing that the hub knows of is in the way", "Ja: er is niets wat in de weg zit"),
    False: ("No", "Nee"),
}


async def answer_access(
    pool: Connections, vault: Vault, asked: wire.AccessQuestion, now: datetime
) -> wire.AccessAnswer:
    """The answer; raises UnknownEntitlement for an entitlement that is not there."""
    today = day_of(now)
    if asked.entitlement_id is not None:
        known = await known_of_entitlement(pool, vault, asked.entitlement_id, today)
        if known is None:
            raise UnknownEntitlement
    else:
        question = await _question(pool, vault, asked, now)
        known = await known_of(pool, vault, question)
    return _shown(asked, known, judge(known))


async def _question(
    pool: Connections, vault: Vault, asked: wire.AccessQuestion, now: datetime
) -> Question:
    """In the hub's own ids; identifiers and codes are looked up by keyed hash, and end here."""
    school = await vault.find_school(*asked.school.aliases()) if asked.school else None
    school_id = school.school_id if school else None
    product_id = asked.product_id or ""
    if asked.activation_code is not None:
        subject_id = await _holder(pool, vault, asked.activation_code, product_id)
    else:
        subject_id = await _user(vault, asked, school_id)
    return Question(
        product_id=product_id,
        today=day_of(now),
        school_id=school_id,
        subject_id=subject_id,
        by_code=asked.activation_code is not None,
    )


async def _user(vault: Vault, asked: wire.AccessQuestion, school_id: UUID | None) -> UUID | None:
    if asked.user is None or school_id is None:
        return None
    names = [(one.user_id_type, one.user_id) for one in asked.user.user_ids]
    scope = str(school_id)
    return await vault.find(user_reference(asked.user.user_master_identifier, names, scope=scope))


async def _holder(pool: Connections, vault: Vault, code: str, product_id: str) -> UUID | None:
    """A code means something at one registry: that of the product."""
    product = await Directory(pool).listed_product(product_id)
    if product is None:
        return None
    return await vault.find(activation_code(code, registry=product.registry))


def _shown(asked: wire.AccessQuestion, known: Known, access: Access) -> wire.AccessAnswer:
    language, row = asked.language, access.row
    return wire.AccessAnswer(
        can_open=access.can_open,
        text=VERDICTS[access.can_open][LANGUAGES.index(language)],
        product_id=row.product_id if row else asked.product_id,
        product_title=known.product.title if known.product else None,
        entitlement_id=row.entitlement_id if row else None,
        delivery_order_id=row.delivery_order_id if row else None,
        steps=tuple(_step(step, language) for step in access.steps),
        causes=tuple(_cause(cause, language) for cause in access.causes),
    )


def _step(step: Step, language: str) -> wire.ChainStep:
    return wire.ChainStep(
        step=step.step,
        partner=step.partner,
        state=step.state,
        text=say_step(step, language),
        since=step.since,
        good=step.good,
    )


def _cause(cause: Cause, language: str) -> wire.AccessCause:
    return wire.AccessCause(
        cause=cause.key,
        step=cause.step,
        partner=cause.partner,
        since=cause.since,
        waits_for=waits_for(cause),
        text=say_cause(cause, language),
        advice=say_advice(cause, language),
    )
