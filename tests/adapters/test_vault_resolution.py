"""Who is who, against a union-find that forgets nothing."""

from __future__ import annotations

import asyncio
from itertools import count
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.postgres.vault_resolution import Row, compare, resolve
from adapters.security.persons import Identifier, PersonReference, user_reference
from tests.adapters.vault_case import open_vault

Batch = list[list[int]]

references = st.lists(st.integers(0, 11), min_size=1, max_size=3, unique=True)
batches = st.lists(st.lists(references, min_size=1, max_size=8), min_size=1, max_size=4)


class UnionFind:
    """Numbers that occur together, also through others, are together."""

    def __init__(self) -> None:
        self.parent: dict[int, int] = {}

    def find(self, number: int) -> int:
        above = self.parent.setdefault(number, number)
        return number if above == number else self.find(above)

    def together(self, numbers: list[int]) -> None:
        first = self.find(numbers[0])
        for number in numbers:
            self.parent[self.find(number)] = first

    def groups(self) -> list[set[int]]:
        found: dict[int, set[int]] = {}
        for number in self.parent:
            found.setdefault(self.find(number), set()).add(number)
        return list(found.values())


def groups_of(batch: Batch) -> list[set[int]]:
    model = UnionFind()
    for numbers in batch:
        model.together(numbers)
    return model.groups()


def check(batch: Batch, before: dict[int, UUID], after: dict[int, UUID]) -> None:
    assert before.items() <= after.items(), "an identifier moved to somebody else"
    made: set[UUID] = set()
    for group in groups_of(batch):
        known = {before[number] for number in group if number in before}
        subjects = {after[number] for number in group}
        if known:
            assert subjects == known, "known persons were merged, or a stranger was made up"
        else:
            assert len(subjects) == 1, "one shared identifier makes one person"
            assert not subjects & (made | set(before.values())), "two persons became one"
            made |= subjects


@given(batches)
def test_one_shared_identifier_makes_one_person_and_known_persons_are_never_merged(
    history: list[Batch],
) -> None:
    known: dict[int, UUID] = {}
    for batch in history:
        keys = [[bytes([number]) for number in numbers] for numbers in batch]
        subjects = {bytes([number]): subject for number, subject in known.items()}
        learned = resolve(keys, subjects, uuid4)
        after = known | {key[0]: subject for key, subject in learned.items()}
        check(batch, known, after)
        known = after


_scopes = count()


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=batches)
def test_the_database_tells_the_same_story(database_url: str, history: list[Batch]) -> None:
    asyncio.run(_play(database_url, history, scope=str(next(_scopes))))


async def _play(url: str, history: list[Batch], scope: str) -> None:
    known: dict[int, UUID] = {}
    async with open_vault(url, connections=1) as vault:
        for batch in history:
            answers = await vault.remember_many([_named(numbers, scope) for numbers in batch])
            numbers = sorted({number for named in batch for number in named})
            subjects = await vault.find_many([_named([number], scope) for number in numbers])
            after = dict(known)
            after.update((n, s) for n, s in zip(numbers, subjects, strict=True) if s)
            assert set(after) == set(known) | set(numbers)
            check(batch, known, after)
            for named, answer in zip(batch, answers, strict=True):
                named_by_it = list(dict.fromkeys(after[number] for number in named))
                assert [answer.subject_id, *answer.conflict] == named_by_it
            known = after


def _named(numbers: list[int], scope: str) -> PersonReference:
    return user_reference(None, [("ASI", str(number)) for number in numbers], scope=scope)


ME, OTHER = uuid4(), uuid4()
ECK_1, ECK_2 = b"eck-1", b"eck-2"
NEPPI, ASI_HERE, ASI_THERE, CODE = b"neppi", b"asi-here", b"asi-there", b"code"
NAMES = {
    ECK_1: Identifier("userMasterIdentifier", "", "1"),
    ECK_2: Identifier("userMasterIdentifier", "", "2"),
    NEPPI: Identifier("NEPPI", "", "3"),
    ASI_HERE: Identifier("ASI", "here", "4"),
    ASI_THERE: Identifier("ASI", "there", "4"),
    CODE: Identifier("activation-code", "registry", "5"),
}


def row(key: bytes, subject: UUID) -> Row:
    return Row(key, NAMES[key].kind, NAMES[key].scope, subject)


def named(*keys: bytes) -> dict[bytes, Identifier]:
    return {key: NAMES[key] for key in keys}


def test_the_same_identifier_is_the_same_person() -> None:
    assert compare(ME, named(ECK_1), [row(ECK_1, ME)]) == ("same", ())


def test_the_same_type_with_another_value_is_another_person() -> None:
    assert compare(ME, named(ECK_2), [row(ECK_1, ME)]) == ("other", ())


def test_no_type_in_common_is_learned() -> None:
    assert compare(ME, named(NEPPI), [row(ECK_1, ME)]) == ("learned", (NEPPI,))


def test_what_comes_with_a_shared_identifier_is_learned_too() -> None:
    assert compare(ME, named(ECK_1, NEPPI), [row(ECK_1, ME)]) == ("same", (NEPPI,))


def test_an_identifier_of_somebody_who_is_known_is_never_learned() -> None:
    rows = [row(ECK_1, ME), row(NEPPI, OTHER)]
    assert compare(ME, named(NEPPI), rows) == ("other", ())
    assert compare(ME, named(ECK_1, NEPPI), rows) == ("other", ())


def test_a_number_of_another_school_is_another_type() -> None:
    assert compare(ME, named(ASI_THERE), [row(ASI_HERE, ME)]) == ("learned", (ASI_THERE,))


def test_a_user_is_not_learned_as_a_code_and_says_nothing_about_it() -> None:
    rows = [row(CODE, ME), row(ECK_1, OTHER)]
    assert compare(ME, named(ECK_1), rows) == ("same", ())


def test_nothing_is_learned_of_somebody_who_was_forgotten() -> None:
    assert compare(ME, named(ECK_1), [row(ECK_1, OTHER)]) == ("same", ())
