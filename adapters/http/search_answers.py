"""What was found: looked up in the views, and persons by the keyed hash of what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, get_args
from urllib.parse import quote
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.postgres.directory import Directory
from adapters.postgres.searching import Found, search_persons, search_text
from adapters.postgres.vault import Vault
from adapters.security.persons import (
    NobodyNamed,
    PersonReference,
    UnreadableText,
    UserIdType,
    activation_code,
    user_reference,
)
from adapters.wire import search_v1 as wire
from adapters.wire.message import names_a_person
from projections.languages import LANGUAGES
from projections.step_words import STATES

Connections = AsyncConnectionPool[AsyncConnection[Any]]

PATHS: Final = {
    "order": "/trace/v1/orders/{}",
    "entitlement": "/trace/v1/entitlements/{}/timeline",
    "incident": "/trace/v1/incidents/{}",
    "school": "/trace/v1/schools/{}",
    "contract": "/trace/v1/activations?contractId={}",
    "product": "/trace/v1/activations?productId={}",
    "partner": "/trace/v1/partners",
}
"""Where the API tells more; of a person it tells no more than what is found with them."""


async def answer_search(
    pool: Connections, vault: Vault | None, asked: wire.SearchQuestion
) -> wire.SearchAnswer:
    """Everything that it may be; one more of each kind is looked for, to know if there is more.

    Without a vault nobody is found: who may not see persons cannot try out who is known here. What
    can be seen to name a person is asked of nothing but the vault, which hashes it: the log of
    a database may hold what it is asked.
    """
    subjects = await _subjects(pool, vault, asked) if vault else []
    async with pool.connection() as conn:
        found = await search_persons(conn, subjects, asked.limit + 1) if subjects else []
        if asked.text is not None and not names_a_person(asked.text):
            text = asked.text.strip()
            found += [each async for each in search_text(conn, text, asked.limit + 1)]
    once = list({(each.kind, each.id): each for each in found}.values())
    counted = Counter(each.kind for each in once)
    return wire.SearchAnswer(
        hits=tuple(_hit(each, asked.language) for each in _limited(once, asked.limit)),
        more=tuple(kind for kind, number in counted.items() if number > asked.limit),
    )


async def _subjects(pool: Connections, vault: Vault, asked: wire.SearchQuestion) -> list[UUID]:
    """Who it may be: a text is tried as an identifier of every kind, and as a code everywhere."""
    school = await vault.find_school(*asked.school.aliases()) if asked.school else None
    scope = str(school.school_id) if school else ""
    registries = [each.partner for each in await Directory(pool).partners("registry")]
    references = list(_references(asked, scope, registries))
    known = await vault.find_many(references) if references else []
    return list(dict.fromkeys(subject for subject in known if subject is not None))


def _references(
    asked: wire.SearchQuestion, scope: str, registries: list[str]
) -> Iterator[PersonReference]:
    if asked.user is not None:
        names = [(one.user_id_type, one.user_id) for one in asked.user.user_ids]
        yield user_reference(asked.user.user_master_identifier, names, scope=scope)
        return
    with suppress(NobodyNamed, UnreadableText):
        if asked.text is not None:
            yield from _any_identifier(asked.text.strip(), scope)
        code = asked.activation_code or asked.text or ""
        for registry in registries:
            yield activation_code(code, registry=registry)


def _any_identifier(text: str, scope: str) -> Iterator[PersonReference]:
    yield user_reference(text, (), scope=scope)
    for kind in get_args(UserIdType):
        yield user_reference(None, ((kind, text),), scope=scope)


def _limited(found: list[Found], limit: int) -> Iterator[Found]:
    """So many of each kind, in the order in which they were found."""
    counted: Counter[str] = Counter()
    for each in found:
        counted[each.kind] += 1
        if counted[each.kind] <= limit:
            yield each


def _hit(found: Found, language: str) -> wire.Hit:
    said = STATES.get(found.status or "")
    path = PATHS.get(found.kind, "")
    return wire.Hit(
        **found._asdict(),
        state=said[LANGUAGES.index(language)] if said else found.status,
        path=path.format(quote(found.id, safe="")),
    )
