"""Persons in the vault: who somebody is, what to call them outside, and how to forget them."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid4

from adapters.postgres.vault_grouped import Grouped
from adapters.postgres.vault_keyed import Keyed, keyed, open_reference
from adapters.postgres.vault_part import (
    ATTEMPTS,
    SQL,
    Connection,
    Raced,
    VaultBusy,
    VaultPart,
    in_slices,
    look_up,
    unless_sealed,
)
from adapters.postgres.vault_resolution import Verdict, resolve
from adapters.postgres.vault_rows import (
    LookedUp,
    add_identifiers,
    add_references,
    compare_with,
    look_up_all,
    subjects_of,
)
from adapters.security.cipher import Sealed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.postgres.vault_part import Connections
    from adapters.security.cipher import VaultKeys
    from adapters.security.persons import PersonReference


class Known(NamedTuple):
    """Who a reference names, its id as given, and others it also names, which it should not."""

    subject_id: UUID
    reference_id: UUID
    conflict: tuple[UUID, ...]


class Persons(VaultPart):
    """Keyed hashes to look up by, encrypted copies to send; a subject is the pseudonym between."""

    def __init__(self, connections: Connections, keys: VaultKeys) -> None:
        super().__init__(connections, keys)
        self._grouped = Grouped(self._subjects_of_each)

    async def remember_many(self, references: Sequence[PersonReference]) -> list[Known]:
        """Give each reference, in order, its subject and its reference id; committed on return.

        The same reference said again in the same place has the same id. One shared identifier makes
        two references one person; a reference that names two known persons takes the first (the
        master identifier comes first) and reports the others.

        Raises:
            VaultBusy: too many others write the same persons at this moment.
        """
        named = await in_slices(partial(keyed, self._keys.hashing), references)
        async with self._opened() as conn:
            for _ in range(ATTEMPTS):
                with suppress(Raced):
                    return await self._remember(conn, named)
        raise VaultBusy(VaultBusy.__doc__)

    async def find(self, reference: PersonReference) -> UUID | None:
        """Give the subject of a reference, if one of its identifiers is known.

        One round trip, shared with whoever asks at the same moment.
        """
        named = keyed(self._keys.hashing, reference)
        return _first(named, await self._grouped.ask(named))

    async def find_many(self, references: Sequence[PersonReference]) -> list[UUID | None]:
        """Give the subject of each reference in order, None for a stranger; nothing is written."""
        named = await in_slices(partial(keyed, self._keys.hashing), references)
        async with self._opened() as conn:
            subjects = await subjects_of(conn, named)
        return [_first(one, subjects) for one in named]

    async def references(self, reference_ids: Sequence[UUID]) -> dict[UUID, Mapping[str, object]]:
        """Read references as they were given, to be sent; one that was forgotten is missing.

        Raises:
            Unopenable: a key is not configured, or a row was tampered with.
        """
        async with self._opened() as conn:
            rows = await look_up(conn, "read_references", ids=list(reference_ids))
        opened = await in_slices(self._open_reference, rows)
        return {row[0]: reference.as_given for row, reference in zip(rows, opened, strict=True)}

    async def readable_references(
        self, reference_ids: Sequence[UUID]
    ) -> dict[UUID, Mapping[str, object]]:
        """The same, to be shown; one that does not open is missing, too."""
        async with self._opened() as conn:
            rows = await look_up(conn, "read_references", ids=list(reference_ids))
        opened = await in_slices(unless_sealed(self._open_reference), rows)
        return {
            row[0]: reference.as_given
            for row, reference in zip(rows, opened, strict=True)
            if reference is not None
        }

    async def remembered(self, reference_ids: Sequence[UUID]) -> set[UUID]:
        """Those of these references that were not forgotten; nothing is decrypted."""
        async with self._opened() as conn:
            return {row[0] for row in await look_up(conn, "remembered", ids=list(reference_ids))}

    async def same_person(self, subject_id: UUID, reference: PersonReference) -> Verdict:
        """Judge whether a reference names this subject, and learn identifiers that do.

        "other": same type with a different value, or somebody else who is known. A subject that was
        forgotten is "same" as anybody, and nothing of the reference is kept.

        Raises:
            VaultBusy: too many others write the same person at this moment.
        """
        named = keyed(self._keys.hashing, reference)
        known = await self._grouped.ask(named)
        if all(known.get(key) == subject_id for key in named.identifiers):
            return "same"
        async with self._opened() as conn:
            comparison = await compare_with(conn, subject_id, named)
            if not comparison.learn:
                return comparison.verdict
            for _ in range(ATTEMPTS):
                with suppress(Raced):
                    return await self._learn(conn, subject_id, named)
        raise VaultBusy(VaultBusy.__doc__)

    async def forget(self, subject_id: UUID) -> int:
        """Delete everything that tells who a subject is; the number of rows that were there."""
        return await self.forget_many((subject_id,))

    async def forget_many(self, subject_ids: Sequence[UUID]) -> int:
        """Forget many at once, as after a restore; the number of rows that were there."""
        async with self._opened() as conn, conn.transaction():
            return await forget_rows(conn, subject_ids)

    async def _remember(self, conn: Connection, named: Sequence[Keyed]) -> list[Known]:
        async with conn.transaction():
            await conn.execute(SQL["share"])
            found = await look_up_all(conn, named)
            again = {"ids": list(found.references.values())}
            await conn.execute(SQL["use_again"], again, prepare=False)
            learned = resolve([tuple(one.identifiers) for one in named], found.subjects, uuid4)
            await add_identifiers(conn, self._keys, named, learned)
            found.subjects.update(learned)
            new = {one.key: one for one in named if one.key not in found.references}
            rows = [(_named_by(one, found)[0], one) for one in new.values()]
            found.references.update(await add_references(conn, self._keys, rows))
        return _answer(named, found)

    async def _learn(self, conn: Connection, subject_id: UUID, named: Keyed) -> Verdict:
        async with conn.transaction():
            await conn.execute(SQL["share"])
            comparison = await compare_with(conn, subject_id, named)
            learned = dict.fromkeys(comparison.learn, subject_id)
            await add_identifiers(conn, self._keys, (named,), learned)
        return comparison.verdict

    async def _subjects_of_each(self, named: Sequence[Keyed]) -> list[dict[bytes, UUID]]:
        async with self._opened() as conn:
            return [await subjects_of(conn, named)] * len(named)

    def _open_reference(self, row: tuple[Any, ...]) -> PersonReference:
        reference_id, key, data = row
        return open_reference(self._keys.cipher, reference_id, Sealed(key, data))


async def forget_rows(conn: Connection, subject_ids: Sequence[UUID]) -> int:
    """Delete all rows of these subjects in the caller's transaction; how many there were."""
    await conn.execute(SQL["alone"])
    rows = 0
    for what in ("identifiers", "references", "texts", "held_activations"):
        given = {"subjects": list(subject_ids)}
        rows += (await conn.execute(SQL[f"forget_{what}"], given)).rowcount
    return rows


def _answer(named: Sequence[Keyed], found: LookedUp) -> list[Known]:
    answers = []
    for one in named:
        subject, *others = _named_by(one, found)
        answers.append(Known(subject, found.references[one.key], tuple(others)))
    return answers


def _first(named: Keyed, subjects: Mapping[bytes, UUID]) -> UUID | None:
    return next((subjects[key] for key in named.identifiers if key in subjects), None)


def _named_by(one: Keyed, found: LookedUp) -> list[UUID]:
    """The subjects that a reference names, in the order of its identifiers."""
    return list(dict.fromkeys(found.subjects[key] for key in one.identifiers))
