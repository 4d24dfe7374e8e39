"""Who is who: the rules by which references become persons, without any database."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple

from adapters.security.persons import USER_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from adapters.security.persons import Identifier

Verdict = Literal["same", "other", "learned"]


class Comparison(NamedTuple):
    """Whether it is the same person, and the keys that are to be learned."""

    verdict: Verdict
    learn: tuple[bytes, ...] = ()


class Row(NamedTuple):
    """An identifier as the vault has it, without its value."""

    hash: bytes
    kind: str
    scope: str
    subject_id: UUID


def resolve(
    references: Sequence[Sequence[bytes]],
    known: Mapping[bytes, UUID],
    new_subject: Callable[[], UUID],
) -> dict[bytes, UUID]:
    """Settle who the unknown keys belong to; a reference is given as the keys of its identifiers.

    One shared key makes two references one person, also through a third. A reference that hits two
    known subjects does not merge them: what is unknown in it goes to the subject of its first known
    key.
    """
    return _Settling(references, dict(known), new_subject).run()


def compare(subject_id: UUID, named: Mapping[bytes, Identifier], rows: Sequence[Row]) -> Comparison:
    """Judge whether a reference, given as key -> identifier, names this subject.

    "Another" is the same type with a different value, or an identifier of somebody else who is
    known. No type in common is learned. Of a forgotten subject, and of a code against a user,
    nothing can be said and nothing is learned: "same".
    """
    own = [row for row in rows if row.subject_id == subject_id]
    families = {_family(row.kind) for row in own}
    concerned = {key: one for key, one in named.items() if _family(one.kind) in families}
    hit = {row.subject_id for row in rows if row.hash in concerned}
    if hit - {subject_id}:
        return Comparison("other")
    if hit or not concerned:
        known = {row.hash for row in own}
        return Comparison("same", tuple(key for key in concerned if key not in known))
    types = {(row.kind, row.scope) for row in own}
    if any(one.type in types for one in concerned.values()):
        return Comparison("other")
    return Comparison("learned", tuple(concerned))


@dataclass
class _Settling:
    references: Sequence[Sequence[bytes]]
    subjects: dict[bytes, UUID]
    new_subject: Callable[[], UUID]
    learned: dict[bytes, UUID] = field(default_factory=dict)
    settled: set[int] = field(default_factory=set)
    named_by: dict[bytes, list[int]] = field(default_factory=lambda: defaultdict(list))

    def run(self) -> dict[bytes, UUID]:
        for index, keys in enumerate(self.references):
            for key in keys:
                self.named_by[key].append(index)
        # Whoever is known first, so that a stranger who shares a key with them becomes one of them.
        recognised = [index for key in self.subjects for index in self.named_by.get(key, ())]
        for index in chain(sorted(recognised), range(len(self.references))):
            if index not in self.settled:
                self._spread(index)
        return self.learned

    def _spread(self, start: int) -> None:
        waiting = deque((start,))
        while waiting:
            index = waiting.popleft()
            if index not in self.settled:
                self.settled.add(index)
                waiting.extend(self._settle(self.references[index]))

    def _settle(self, keys: Sequence[bytes]) -> list[int]:
        strange = [key for key in keys if key not in self.subjects]
        if not strange:
            return []
        known = [self.subjects[key] for key in keys if key in self.subjects]
        subject = known[0] if known else self.new_subject()
        for key in strange:
            self.subjects[key] = self.learned[key] = subject
        return [other for key in strange for other in self.named_by[key]]


def _family(kind: str) -> str:
    return "user" if kind in USER_KINDS else kind
