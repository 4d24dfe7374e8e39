"""Persons are told apart, found again, sent as they were given, and forgotten."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from adapters.postgres.vault import (
    HeldActivation,
    OneConnection,
    Vault,
    VaultNeedsItsOwnTransaction,
)
from adapters.security.persons import activation_code, customer, operator
from tests.adapters.vault_case import ECK_ID, NOON, keys, open_vault, pupil

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.security.persons import PersonReference


@pytest.fixture
async def vault(database_url: str) -> AsyncIterator[Vault]:
    async with open_vault(database_url) as vault:
        yield vault


async def test_who_was_remembered_is_found_and_nobody_else(vault: Vault) -> None:
    (known,) = await vault.remember_many([pupil(ECK_ID)])
    assert await vault.find(pupil(ECK_ID)) == known.subject_id
    assert await vault.find(pupil(ECK_ID + "0")) is None


async def test_answers_come_in_the_order_of_the_questions(vault: Vault) -> None:
    people = [pupil(NEPPI=str(number)) for number in range(1_200)]
    first = await vault.remember_many(people)
    assert await vault.remember_many(people[::-1]) == first[::-1]
    assert await vault.find_many(people) == [known.subject_id for known in first]
    assert len({known.subject_id for known in first}) == len(people)


async def test_nobody_at_all_is_an_answer_too(vault: Vault) -> None:
    assert await vault.remember_many([]) == []
    assert await vault.find_many([]) == []
    assert await vault.references([]) == {}


async def test_the_same_reference_again_has_the_same_id_and_another_one_another(
    vault: Vault,
) -> None:
    (one,) = await vault.remember_many([pupil(NEPPI="1", BPI="2")])
    (turned,) = await vault.remember_many([pupil(BPI="2", NEPPI="1")])
    (less,) = await vault.remember_many([pupil(BPI="2")])
    assert turned == one
    assert less.subject_id == one.subject_id
    assert less.reference_id != one.reference_id


async def test_twice_in_one_batch_is_one_person_and_one_reference(vault: Vault) -> None:
    one, two = await vault.remember_many([pupil(ECK_ID), pupil(ECK_ID)])
    assert one == two


async def test_a_reference_is_sent_just_as_it_was_given(vault: Vault) -> None:
    given: list[PersonReference] = [
        pupil(ECK_ID, BPI="2", ASI="3"),
        activation_code("abcd-EFGH", registry="lr-1"),
        customer("Jan de Wit", "jan@example.nl", shop="bl-1"),
    ]
    known = await vault.remember_many(given)
    sent = await vault.references([one.reference_id for one in known])
    assert [sent[one.reference_id] for one in known] == [
        {
            "userMasterIdentifier": ECK_ID,
            "userIds": [
                {"userId": "2", "userIdType": "BPI"},
                {"userId": "3", "userIdType": "ASI"},
            ],
        },
        {"activationCode": "abcd-EFGH"},
        {"displayName": "Jan de Wit", "email": "jan@example.nl"},
    ]


async def test_the_same_number_at_two_schools_is_two_persons(vault: Vault) -> None:
    here, there, anywhere = await vault.remember_many(
        [pupil(ASI="1001"), pupil(ASI="1001", scope=str(uuid4())), pupil(NEPRI="1001")]
    )
    assert len({here.subject_id, there.subject_id, anywhere.subject_id}) == 3


async def test_an_identifier_that_holds_everywhere_is_one_person_at_two_schools(
    vault: Vault,
) -> None:
    here, there = await vault.remember_many(
        [pupil(NEPPI="1", ASI="1"), pupil(NEPPI="1", ASI="9", scope=str(uuid4()))]
    )
    assert here.subject_id == there.subject_id


async def test_an_eck_id_of_an_employee_is_another_type_than_that_of_a_student(
    vault: Vault,
) -> None:
    student, employee = await vault.remember_many([pupil(ECK_ID), pupil(eckId=ECK_ID)])
    assert student.subject_id != employee.subject_id


async def test_the_other_spelling_of_nepri_is_the_same_person(vault: Vault) -> None:
    one, two = await vault.remember_many([pupil(NEPRI="7"), pupil(nlEduPersonRealId="7")])
    assert one == two


async def test_a_code_is_matched_without_case_and_separators_within_its_registry(
    vault: Vault,
) -> None:
    one, two, elsewhere = await vault.remember_many(
        [
            activation_code("AB12C-D34EF", registry="lr-1"),
            activation_code("ab12c d34ef", registry="lr-1"),
            activation_code("AB12C-D34EF", registry="lr-2"),
        ]
    )
    assert one.subject_id == two.subject_id
    assert one.reference_id != two.reference_id
    assert elsewhere.subject_id != one.subject_id


async def test_customers_and_operators_are_subjects_too(vault: Vault) -> None:
    people = [
        customer("Jan", "jan@example.nl", shop="bl-1"),
        customer("Jan", "jan@example.nl", shop="bl-2"),
        customer("Jan", None, shop="bl-1"),
        operator("Jan"),
    ]
    known = await vault.remember_many(people)
    assert len({one.subject_id for one in known}) == len(people)


async def test_a_reference_that_names_two_known_persons_merges_nobody(vault: Vault) -> None:
    master, other = await vault.remember_many([pupil(ECK_ID), pupil(NEPPI="1")])
    (both,) = await vault.remember_many([pupil(ECK_ID, NEPPI="1", BPI="2")])
    assert (both.subject_id, both.conflict) == (master.subject_id, (other.subject_id,))
    assert await vault.find(pupil(NEPPI="1")) == other.subject_id
    assert await vault.find(pupil(BPI="2")) == master.subject_id


async def test_an_activation_teaches_an_identifier_of_a_new_type(vault: Vault) -> None:
    (me,) = await vault.remember_many([pupil(ECK_ID)])
    assert await vault.same_person(me.subject_id, pupil(NEPPI="1")) == "learned"
    assert await vault.find(pupil(NEPPI="1")) == me.subject_id
    assert await vault.same_person(me.subject_id, pupil(NEPPI="1")) == "same"
    assert await vault.same_person(me.subject_id, pupil(NEPPI="2")) == "other"
    assert await vault.find(pupil(NEPPI="2")) is None


async def test_two_activations_at_once_teach_a_new_type_to_one_person_only(vault: Vault) -> None:
    people = await vault.remember_many([pupil(BPI="1"), pupil(BPI="2")])
    verdicts = await asyncio.gather(
        *(vault.same_person(one.subject_id, pupil(NEPPI="1")) for one in people)
    )
    assert sorted(verdicts) == ["learned", "other"]


async def test_who_is_forgotten_leaves_nothing_and_comes_back_as_somebody_new(
    vault: Vault,
) -> None:
    me, bystander = await vault.remember_many([pupil(ECK_ID, NEPPI="1"), pupil(NEPPI="2")])
    text_id = await vault.keep_text("from my mother", me.subject_id)
    held = HeldActivation(
        entitlement_id=uuid4(),
        party="lr-1",
        message={"user": "me"},
        received_at=NOON,
        subject_id=me.subject_id,
    )
    await vault.hold_activation(held)

    assert await vault.forget(me.subject_id) == 5
    assert await vault.find(pupil(ECK_ID, NEPPI="1")) is None
    assert await vault.read_text(text_id) is None
    assert await vault.held_count() == 0
    sent = await vault.references([me.reference_id, bystander.reference_id])
    assert list(sent) == [bystander.reference_id]
    (back,) = await vault.remember_many([pupil(ECK_ID, NEPPI="1")])
    assert back.subject_id != me.subject_id
    assert back.reference_id != me.reference_id


async def test_a_late_activation_of_somebody_forgotten_is_kept_out_of_the_vault(
    vault: Vault,
) -> None:
    (me,) = await vault.remember_many([pupil(ECK_ID)])
    await vault.forget(me.subject_id)
    assert await vault.same_person(me.subject_id, pupil(NEPPI="1")) == "same"
    assert await vault.find(pupil(NEPPI="1")) is None


async def test_forgetting_twice_is_forgetting_once(vault: Vault) -> None:
    (me,) = await vault.remember_many([pupil(ECK_ID)])
    assert await vault.forget(me.subject_id) == 2
    assert await vault.forget_many([me.subject_id, uuid4()]) == 0


async def test_questions_asked_at_once_each_get_their_own_answer(vault: Vault) -> None:
    people = [pupil(NEPPI=str(number)) for number in range(300)]
    known = await vault.remember_many(people)
    found = await asyncio.gather(*map(vault.find, people), vault.find(pupil(NEPPI="nobody")))
    assert found == [*(one.subject_id for one in known), None]


async def test_one_who_hangs_up_leaves_the_others_their_answer(vault: Vault) -> None:
    (me,) = await vault.remember_many([pupil(ECK_ID)])
    gone = asyncio.ensure_future(vault.find(pupil(ECK_ID)))
    stays = asyncio.ensure_future(vault.find(pupil(ECK_ID)))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == me.subject_id


async def test_the_vault_refuses_a_transaction_that_could_still_be_rolled_back(
    database_url: str,
) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as conn:
        vault = Vault(OneConnection(conn), keys())
        await vault.remember_many([pupil(ECK_ID)])
        async with conn.transaction():
            with pytest.raises(VaultNeedsItsOwnTransaction):
                await vault.remember_many([pupil(ECK_ID)])
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        with pytest.raises(VaultNeedsItsOwnTransaction):
            await Vault(OneConnection(conn), keys()).find(pupil(ECK_ID))
