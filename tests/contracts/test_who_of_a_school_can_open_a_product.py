"""Half of 3B cannot open it: a school's users of a product, with several things wrong at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection, AsyncCursor
from psycopg.sql import SQL
from typing_extensions import override

from aanspraak.domain import ids
from aanspraak.domain.entitlement.commands import BlockEntitlement, RecordRequestDropped
from aanspraak.domain.entitlement.events import EntitlementCreated
from aanspraak.domain.product.commands import ListProduct
from adapters.http.access_of_school_answers import OfSchool, access_of_school
from adapters.postgres.event_log import read_many
from adapters.postgres.queries import load
from adapters.postgres.reads_access import known_of_entitlement
from adapters.postgres.vault import OneConnection, Vault
from adapters.postgres.views_rows import columns_of, selected
from adapters.wire.access_of_school_v1 import SchoolAccessAnswer, UsersAlike
from projections.access_verdict import judge
from projections.entitlement_details import EntitlementDetails
from tests.adapters.vault_case import keys
from tests.contracts.view_rows import append, follow
from tests.projections.facts import PORTAL_B, REGISTRY, SCHOOL, Log, Story, named

pytestmark = pytest.mark.anyio

PRODUCT = "9789000000001"
NOW = datetime(2026, 9, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
AWAY = datetime(2026, 9, 1, 6, tzinfo=UTC)
CONSENTED = "portal-3"
REMEMBER = """
INSERT INTO vault.person_references (reference_id, subject_id, hash, hash_key, cipher, cipher_key)
VALUES (%s, %s, %s, 1, %s, 1)
"""
SOMEBODY = b'{"given": {}, "scope": ""}'
LISTED = ListProduct(
    product_id=PRODUCT,
    registry=REGISTRY,
    title="Moderne Wiskunde 3B",
    kind="digital",
    status="available",
    licence_variant="schoolyear",
    default_access_url="https://learning.example.org/",
)
UNREACHABLE = "INSERT INTO channel.flows (partner, unreachable_since) VALUES (%s, %s)"


class Counted(AsyncCursor[Any]):
    """A cursor that counts what it is asked."""

    statements = 0

    @override
    async def execute(self, *given: Any, **more: Any) -> Counted:
        Counted.statements += 1
        return await super().execute(*given, **more)


@dataclass(kw_only=True)
class Asked:
    """A school on a log of its own, and the question about it."""

    conn: AsyncConnection[Any]
    log: Log = field(default_factory=Log)
    written: int = 0

    @property
    def vault(self) -> Vault:
        return Vault(OneConnection(self.conn), keys())

    async def answer(self, **asked: Any) -> SchoolAccessAnswer:  # noqa: ANN401 - fields of OfSchool
        """Have the views follow, and ask."""
        new = self.log.facts[self.written :]
        await append(self.conn, new)
        self.written = len(self.log.facts)
        await follow(self.conn)
        created = [one.event for one in new if isinstance(one.event, EntitlementCreated)]
        async with self.conn.cursor() as cursor:
            await cursor.executemany(REMEMBER, [_kept(*each) for each in {*map(_whose, created)}])
        return await self.ask(**asked)

    async def ask(self, **asked: Any) -> SchoolAccessAnswer:  # noqa: ANN401 - fields of OfSchool
        """Ask, of what was written before."""
        question = OfSchool(**{"school_id": SCHOOL, "product_id": PRODUCT, **asked})
        pool: Any = OneConnection(self.conn)
        return await access_of_school(pool, self.vault, question, NOW)

    def ready(self, name: str, users: int, *portals: str) -> Story:
        """The registry has it, and these portals were asked."""
        story = Story(self.log, name=name, users=users, portals=portals)
        return story.received().created().taken(REGISTRY).entitled().links_requested()


@pytest.fixture
async def school(conn: AsyncConnection[Any]) -> Asked:
    asked = Asked(conn=conn)
    asked.log.ask(ids.product_stream(PRODUCT), LISTED)
    return asked


async def test_each_cause_has_its_users_its_moments_and_who_acts(school: Asked) -> None:
    stories = await _everything_at_once(school)
    answer = await school.answer()
    assert (answer.users, answer.can_open) == (17, 3)
    assert answer.text == "3 of 17 users can open it"
    assert [(one.cause, one.partner, one.users, one.waits_for) for one in answer.groups] == [
        ("being-created", "shop-1", 5, "hub"),
        ("partner-away", PORTAL_B, 4, "portal"),
        ("not-confirmed", REGISTRY, 2, "registry"),
        ("no-consent", CONSENTED, 2, "school"),
        ("blocked", REGISTRY, 1, "operator"),
    ]
    away, silent = _group(answer, "partner-away"), _group(answer, "not-confirmed")
    assert (away.since, away.latest, away.mends) == (AWAY, AWAY, ("resume",))
    told = await read_many(school.conn, stories["silent"].entitlements)
    taken = [facts[-1].recorded_at for facts in told.values()]
    assert (silent.since, silent.latest) == (min(taken), max(taken))
    assert {*silent.entitlements} == {*stories["silent"].entitlements}
    for group, name in ((away, "away"), (silent, "silent")):
        assert [each.delivery_order_id for each in group.orders] == [named(name)]
    assert answer.orders_count == 6


async def test_each_is_told_of_as_if_asked_about_alone(school: Asked) -> None:
    await _everything_at_once(school)
    answer = await school.answer()
    pool: Any = OneConnection(school.conn)
    for group in answer.groups:
        for entitlement in group.entitlements:
            alone = await known_of_entitlement(pool, school.vault, entitlement, TODAY)
            assert alone is not None
            (cause, *_) = judge(alone).causes
            assert (cause.key, cause.partner) == (group.cause, group.partner)
            assert group.since is not None
            assert cause.since is not None
            assert group.since <= cause.since <= (group.latest or group.since)


async def test_it_costs_as_many_statements_for_many_as_for_one(school: Asked) -> None:
    """Each thing that may be wrong is there both times, so that nothing is left unasked."""
    cost = []
    for users in (1, 6):
        await _everything_at_once(school, f"{users}-", users)
        await school.answer()
        Counted.statements, school.conn.cursor_factory = 0, Counted
        answer = await school.ask()
        cost.append((answer.users, Counted.statements))
        school.conn.cursor_factory = AsyncCursor
    (few, statements), (many, as_many) = cost
    assert (few, many) == (17, 17 * 7)
    assert statements == as_many
    assert statements > len(load("access_of_school"))


async def test_of_one_order_only_its_users_count(school: Asked) -> None:
    await _everything_at_once(school)
    answer = await school.answer(delivery_order_id=named("away"))
    assert (answer.users, answer.can_open) == (4, 0)
    assert [one.cause for one in answer.groups] == ["partner-away"]
    assert [one.delivery_order_id for one in answer.orders] == [named("away")]


async def test_who_was_forgotten_is_told_of_apart(school: Asked) -> None:
    story = Story(school.log, name="fine", users=3).delivered()
    await school.answer()
    await school.vault.forget(story.subjects[0])
    answer = await school.ask()
    assert (answer.users, answer.can_open) == (3, 2)
    assert [one.cause for one in answer.groups] == ["forgotten"]


async def test_somebody_with_two_orders_counts_once_and_by_the_better_one(school: Asked) -> None:
    """Both orders name the same pupil; the older is waited for."""
    first = Story(school.log, name="first").received().created().taken(REGISTRY)
    second = _Same(school.log, name="second", of=first).delivered()
    answer = await school.answer()
    assert (answer.users, answer.can_open, answer.groups) == (1, 1, ())
    assert answer.orders_count == 2
    assert second.subjects == first.subjects


async def test_what_was_ordered_for_another_year_is_said_and_not_counted(school: Asked) -> None:
    Story(school.log, name="old", users=3, until=date(2026, 9, 1)).delivered()
    answer = await school.answer()
    assert (answer.users, answer.earlier_orders, answer.orders) == (0, 1, ())
    assert [one.cause for one in answer.groups] == ["other-school-year"]
    assert answer.text == "Nobody has it yet"


async def test_somebody_else_who_used_it_is_found_among_all(school: Asked) -> None:
    story = Story(school.log, name="used", users=3).delivered()
    story.activated(1, another_user=True, user_subject_id=named("somebody else"))
    answer = await school.answer(language="nl")
    assert (answer.users, answer.can_open) == (3, 2)
    (group,) = answer.groups
    assert (group.cause, group.text) == (
        "used-by-another",
        "iemand anders gebruikte het op 2026-09-01",
    )


async def test_of_a_school_that_nobody_knows_that_is_said(school: Asked) -> None:
    answer = await school.answer(school_id=None)
    assert [one.cause for one in answer.groups] == ["school-unknown"]


async def test_no_large_table_is_read_from_end_to_end(conn: AsyncConnection[Any]) -> None:
    some = [named("x")]
    wanted: dict[str, Any] = {
        **dict.fromkeys(("orders", "firsts", "lasts", "ids"), some),
        "partners": ["p"],
        "kinds": ["k"],
        "topic": "t",
        "has": b"x",
    }
    await conn.execute("SET enable_seqscan = off")
    columns = selected(columns_of(EntitlementDetails))
    queries = [*load("access_of_school").values(), load("log")["read_first_with"]]
    for query in (*queries, load("vault")["remembered"]):
        explained = SQL("EXPLAIN (COSTS OFF) ") + SQL(query).format(columns=columns)
        plan = str(await (await conn.execute(explained, wanted, prepare=False)).fetchall())
        for table in ("entitlement_details", "incidents", "stored_events", "person_references"):
            assert f"Seq Scan on {table}" not in plan


@dataclass
class _Same(Story):
    """An order for whom another one is for."""

    of: Story | None = None

    @property
    @override
    def subjects(self) -> Sequence[UUID]:
        assert self.of is not None
        return self.of.subjects


def _whose(event: EntitlementCreated) -> tuple[UUID, UUID]:
    return event.user_reference_id, event.subject_id


def _kept(reference: UUID, subject: UUID) -> tuple[UUID, UUID, bytes, bytes]:
    sealed = keys().cipher.seal("reference", reference.bytes, SOMEBODY)
    return reference, subject, reference.bytes, sealed.data


async def _everything_at_once(school: Asked, prefix: str = "", times: int = 1) -> dict[str, Story]:
    """Some are fine; a portal is away, a registry silent, one blocked, no consent, some to come."""
    log = school.log
    stories = {
        "fine": Story(log, name=f"{prefix}fine", users=3 * times).delivered(),
        "away": school.ready(f"{prefix}away", 4 * times, PORTAL_B),
        "silent": Story(log, name=f"{prefix}silent", users=2 * times).received(),
        "blocked": Story(log, name=f"{prefix}blocked", users=times).delivered(),
        "no consent": school.ready(f"{prefix}no consent", 2 * times, CONSENTED),
        "to come": Story(log, name=f"{prefix}to come", users=5 * times).received(),
    }
    stories["silent"].created().taken(REGISTRY)
    for one in stories["blocked"].entitlements:
        log.ask(one, BlockEntitlement(reason_id=None, end_date=date(2026, 8, 31), now=log.now))
    stories["blocked"].confirmed(REGISTRY, 2)
    for one in stories["no consent"].entitlements:
        log.ask(one, RecordRequestDropped(partner=CONSENTED, number=1, reason="no-consent"))
    await school.conn.execute("DELETE FROM channel.flows")
    await school.conn.execute(UNREACHABLE, (PORTAL_B, AWAY))
    return stories


def _group(answer: SchoolAccessAnswer, cause: str) -> UsersAlike:
    (found,) = [one for one in answer.groups if one.cause == cause]
    return found
