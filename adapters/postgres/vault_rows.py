"""The rows of persons in the vault: looked up and added in batches, one statement each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from adapters.postgres.vault_keyed import older_keys, seal_identifier, seal_reference
from adapters.postgres.vault_part import SQL, Connection, Raced, in_slices, look_up
from adapters.postgres.vault_resolution import Comparison, Row, compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from adapters.postgres.vault_keyed import Keyed
    from adapters.security.cipher import VaultKeys


class LookedUp(NamedTuple):
    """What is known, by newest key: the subject of an identifier, the id of a reference."""

    subjects: dict[bytes, UUID]
    references: dict[bytes, UUID]


async def look_up_all(conn: Connection, named: Sequence[Keyed]) -> LookedUp:
    """Find references and the subjects of their identifiers."""
    return LookedUp(await subjects_of(conn, named), await _references_of(conn, named))


async def subjects_of(conn: Connection, named: Sequence[Keyed]) -> dict[bytes, UUID]:
    """Find the subjects of all identifiers in these references."""
    older = older_keys(named)
    hashes = [*{key for one in named for key in one.identifiers}, *older]
    return _under_newest(await look_up(conn, "find", hashes=hashes), older)


async def compare_with(conn: Connection, subject_id: UUID, named: Keyed) -> Comparison:
    """Compare a reference with what is known of a subject; one round trip."""
    hashes = [*named.identifiers, *named.older]
    rows = [
        Row(named.older.get(key, key), kind, scope, subject)
        for key, kind, scope, subject in await look_up(
            conn, "compare", subject=subject_id, hashes=hashes
        )
    ]
    return compare(subject_id, named.identifiers, rows)


async def add_identifiers(
    conn: Connection, keys: VaultKeys, named: Sequence[Keyed], subjects: Mapping[bytes, UUID]
) -> None:
    """Write the identifiers that `subjects` lists; raises Raced when one is there already."""
    identifiers = {key: one for given in named for key, one in given.identifiers.items()}
    new = [(key, identifiers[key]) for key in subjects]
    ciphers = await in_slices(lambda one: seal_identifier(keys.cipher, *one), new)
    rows = {
        "hashes": [key for key, _ in new],
        "subjects": list(subjects.values()),
        "kinds": [one.kind for _, one in new],
        "scopes": [one.scope for _, one in new],
        "ciphers": ciphers,
    }
    await _add(conn, keys, "add_identifiers", rows, len(new))


async def add_references(
    conn: Connection, keys: VaultKeys, new: Sequence[tuple[UUID, Keyed]]
) -> dict[bytes, UUID]:
    """Write references of subjects; their ids by key. Raises Raced when one is there already."""
    sealed = await in_slices(lambda one: seal_reference(keys.cipher, one[1]), new)
    rows = {
        "references": [row.reference_id for row in sealed],
        "subjects": [subject_id for subject_id, _ in new],
        "hashes": [one.key for _, one in new],
        "ciphers": [row.data for row in sealed],
    }
    await _add(conn, keys, "add_references", rows, len(new))
    return {one.key: row.reference_id for (_, one), row in zip(new, sealed, strict=True)}


async def _references_of(conn: Connection, named: Sequence[Keyed]) -> dict[bytes, UUID]:
    older = older_keys(named)
    hashes = [*{one.key for one in named}, *older]
    return _under_newest(await look_up(conn, "find_references", hashes=hashes), older)


async def _add(
    conn: Connection, keys: VaultKeys, query: str, rows: Mapping[str, object], expected: int
) -> None:
    if expected == 0:
        return
    numbers = {"hash_key": keys.hashing.newest, "cipher_key": keys.cipher.newest}
    if (await conn.execute(SQL[query], {**rows, **numbers})).rowcount < expected:
        raise Raced


def _under_newest(
    rows: Iterable[tuple[Any, ...]], older: Mapping[bytes, bytes]
) -> dict[bytes, UUID]:
    """Rows by the newest key; what is there under both counts under the newest."""
    found: dict[bytes, UUID] = dict(rows)
    below = {older[key]: value for key, value in found.items() if key in older}
    return below | {key: value for key, value in found.items() if key not in older}
