"""What lies in the vault and nothing refers to goes after a day, and nothing else ever."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from aanspraak.domain import ids
from aanspraak.domain.person.commands import ForgetPerson
from adapters.postgres import vault_sweep
from adapters.postgres.vault import FreeText, HeldActivation
from adapters.postgres.vault_sweep import Swept, sweep, sweep_of
from adapters.security.persons import customer, operator
from tests.adapters.sweep_case import NOTHING, Sweeping, sweeping
from tests.adapters.vault_case import SCHOOL, dump, pupil

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def case(database_url: str) -> AsyncIterator[Sweeping]:
    async with sweeping(database_url) as one:
        yield one


async def test_whom_nothing_refers_to_goes_after_a_day_with_all_rows(case: Sweeping) -> None:
    known = await case.remember(pupil(NEPPI="1", BPI="1"), pupil(NEPPI="2"))
    assert await case.sweep() == NOTHING
    await case.later(days=2)
    assert await case.sweep() == Swept(2, 0, 0)
    assert await case.named(known) == [False, False]
    assert await case.vault.find(pupil(BPI="1")) is None
    assert await case.sweep() == NOTHING


async def test_whom_a_fact_refers_to_stays_with_what_was_learned_since(case: Sweeping) -> None:
    known = await case.remember(pupil(NEPPI="1"))
    await case.refer(*known)
    await case.later()
    assert await case.sweep() == NOTHING
    assert await case.vault.same_person(known[0].subject_id, pupil(eduID="1")) == "learned"
    await case.later()
    assert await case.sweep() == NOTHING
    assert await case.vault.find(pupil(eduID="1")) == known[0].subject_id
    assert await case.named(known) == [True]


async def test_facts_of_any_size_and_number_are_read_once(case: Sweeping) -> None:
    known = await case.remember(*(pupil(NEPPI=str(number)) for number in range(50)))
    for one in known:
        await case.refer(one)
    await case.refer(*known)
    await case.later()
    assert len(known) + 1 < vault_sweep.FACTS
    assert await case.sweep() == NOTHING
    cursor = await case.conn.execute(
        "SELECT s.position = max(e.notification_id) FROM vault.swept s, log.stored_events e"
        " GROUP BY s.position"
    )
    assert await cursor.fetchall() == [(True,)]
    (new,) = await case.remember(pupil(NEPPI="new"))
    await case.refer(new)
    await case.later()
    assert await case.sweep() == NOTHING


async def test_who_acted_stays_and_why_they_did(case: Sweeping) -> None:
    acted, idle = await case.remember(operator("Jo"), operator("Mo"))
    why = await case.vault.keep_text("asked for it")
    nothing = await case.vault.keep_text("refused, so of no use")
    asked = ForgetPerson(subject_id=uuid4(), reason_id=why)
    stream = ids.person_stream(asked.subject_id)
    await case.record(stream, asked, f"operator:{acted.subject_id}")
    await case.later()
    assert await case.sweep() == Swept(1, 0, 1)
    assert await case.vault.read_texts([why, nothing]) == {why: "asked for it"}
    assert await case.named([acted, idle]) == [True, False]


async def test_who_decided_beside_the_log_stays_and_why_a_partner_is_paused(
    case: Sweeping,
) -> None:
    (decided,) = await case.remember(operator("Jo"))
    why = await case.vault.keep_text("their request")
    await case.conn.execute(
        "INSERT INTO channel.dead_letter (follower, position, stream_id, topic, reason, decided_by)"
        " VALUES ('policies', 1, gen_random_uuid(), 'topic', 'ValueError', %s)",
        (f"operator:{decided.subject_id}",),
    )
    await case.conn.execute(
        "INSERT INTO channel.flows (partner, paused_reason_id) VALUES ('registry', %s)", (why,)
    )
    await case.later()
    assert await case.sweep() == NOTHING


async def test_of_whom_facts_have_the_pseudonym_alone_the_name_stays(case: Sweeping) -> None:
    (buyer,) = await case.remember(customer("A. de Vries", None, shop="shop"))
    await case.record(
        ids.person_stream(uuid4()),
        ForgetPerson(subject_id=buyer.subject_id, reason_id=uuid4()),
    )
    await case.later()
    assert await case.sweep() == NOTHING
    assert await case.named([buyer]) == [True]


async def test_another_way_to_name_somebody_goes_when_it_came_to_nothing(case: Sweeping) -> None:
    used, unused = await case.remember(pupil(NEPPI="1"), pupil(NEPPI="1", BPI="1"))
    await case.refer(used)
    await case.later()
    assert await case.sweep() == Swept(0, 1, 0)
    assert await case.named([used, unused]) == [True, False]
    assert await case.vault.find(pupil(BPI="1")) == used.subject_id


async def test_who_is_in_a_roster_stays_as_long_as_they_are(case: Sweeping) -> None:
    (member,) = await case.remember(pupil(NEPPI="1"))
    await case.conn.execute(
        "INSERT INTO roster.members (school_id, subject_id, kind, user_reference_id)"
        " VALUES (%s, %s, 'student', %s)",
        (UUID(SCHOOL), member.subject_id, member.reference_id),
    )
    await case.later()
    assert await case.sweep() == NOTHING
    await case.conn.execute("DELETE FROM roster.members")
    assert await case.sweep() == Swept(1, 0, 0)


async def test_whose_activation_is_held_stays(case: Sweeping) -> None:
    (user,) = await case.remember(pupil(NEPPI="1"))
    held = HeldActivation(
        entitlement_id=uuid4(),
        party="registry",
        message={},
        received_at=datetime.now(UTC),
        subject_id=user.subject_id,
    )
    await case.vault.hold_activation(held)
    await case.later()
    assert await case.sweep() == NOTHING


async def test_what_is_said_again_is_as_good_as_new(case: Sweeping) -> None:
    (known,) = await case.remember(pupil(NEPPI="1", BPI="1"))
    text = FreeText("why", text_id=UUID(int=1))
    await case.vault.keep_texts([text])
    await case.later()
    assert await case.remember(pupil(NEPPI="1", BPI="1")) == [known]
    await case.vault.keep_texts([text, text])
    assert await case.sweep() == NOTHING
    await case.later()
    (again,) = await case.remember(pupil(NEPPI="1"))
    assert again.subject_id == known.subject_id
    assert await case.sweep() == Swept(0, 0, 1)
    assert await case.vault.find(pupil(BPI="1")) == known.subject_id


async def test_a_dry_run_counts_and_leaves_everything(case: Sweeping) -> None:
    await case.remember(pupil(NEPPI="1"), pupil(NEPPI="2"))
    await case.vault.keep_text("of no use")
    await case.later()
    before = dump(case.url)
    assert await sweep(case.conn, dry_run=True) == Swept(2, 0, 1)
    assert dump(case.url) == before


async def test_more_than_go_at_once_all_go(case: Sweeping) -> None:
    many = 2 * vault_sweep.ROWS + 1
    await case.remember(*(pupil(NEPPI=str(number)) for number in range(many)))
    await case.later()
    assert await case.sweep() == Swept(many, 0, 0)


async def test_a_night_is_swept_once(case: Sweeping) -> None:
    night = date(2026, 11, 22)
    assert await sweep_of(case.conn, night) == NOTHING
    await case.remember(pupil(NEPPI="1"))
    await case.later()
    assert await sweep_of(case.conn, night) is None
    assert await sweep_of(case.conn, date(2026, 11, 23)) == Swept(1, 0, 0)
