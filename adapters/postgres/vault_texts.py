"""Free text in the vault: facts hold its key, and it can be taken away without touching them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from adapters.postgres.attempts import open_answer
from adapters.postgres.vault_part import SQL, VaultPart, in_slices, look_up, unless_sealed
from adapters.security.cipher import Sealed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.postgres.attempts import AttemptRow

NO_LONGER_READABLE: Final = "no longer readable"
"""What is shown where a name or a text was that was forgotten, redacted, or does not open."""
_LONE_SURROGATES = "surrogatepass"  # partners' texts are kept as they came, valid or not


@dataclass(frozen=True, slots=True)
class FreeText:
    """What somebody wrote, and the subject with whom it is forgotten, if there is one.

    `text_id` is for a text that may come again: it is kept once.
    """

    text: str = field(repr=False)
    subject_id: UUID | None = None
    text_id: UUID | None = None


class Texts(VaultPart):
    """Encrypted texts by id."""

    async def keep_text(
        self, text: str, subject_id: UUID | None = None, text_id: UUID | None = None
    ) -> UUID:
        """Keep a text and give its id; committed on return."""
        return (await self.keep_texts((FreeText(text, subject_id, text_id),)))[0]

    async def keep_texts(self, texts: Sequence[FreeText]) -> list[UUID]:
        """Keep many texts and give their ids in order; committed on return."""
        ids = [one.text_id or uuid4() for one in texts]
        rows = {
            "ids": ids,
            "subjects": [one.subject_id for one in texts],
            "ciphers": await in_slices(self._seal_text, list(zip(ids, texts, strict=True))),
            "cipher_key": self._keys.cipher.newest,
        }
        async with self._opened() as conn:
            await conn.execute(SQL["keep_texts"], rows)
        return ids

    async def read_text(self, text_id: UUID) -> str | None:
        """Read a text; None when it was redacted or forgotten."""
        return (await self.read_texts((text_id,))).get(text_id)

    async def read_texts(self, text_ids: Sequence[UUID]) -> dict[UUID, str]:
        """Read many texts; one that was redacted or forgotten is missing.

        Raises:
            Unopenable: a key is not configured, or a row was tampered with.
        """
        async with self._opened() as conn:
            rows = await look_up(conn, "read_texts", ids=list(text_ids))
        return dict(await in_slices(self._open_text, rows))

    async def shown_texts(self, text_ids: Sequence[UUID]) -> dict[UUID, str]:
        """What to show of each of these: the text, or that it is no longer readable."""
        async with self._opened() as conn:
            rows = await look_up(conn, "read_texts", ids=list(text_ids))
        found = await in_slices(unless_sealed(self._open_text), rows)
        return dict.fromkeys(text_ids, NO_LONGER_READABLE) | dict(one for one in found if one)

    def open_answer(self, row: AttemptRow) -> str | None:
        """What a partner said to an attempt; None when that is nothing, or was forgotten.

        Raises:
            Unopenable: a key is not configured, or a row was tampered with.
        """
        answer = open_answer(self._keys.cipher, row)
        return answer.decode(errors="replace") if answer is not None else None

    async def redact_text(self, text_id: UUID) -> None:
        """Take a text away for good."""
        async with self._opened() as conn:
            await conn.execute(SQL["redact_text"], {"id": text_id})

    def _seal_text(self, one: tuple[UUID, FreeText]) -> bytes:
        text_id, free = one
        plain = free.text.encode(errors=_LONE_SURROGATES)
        return self._keys.cipher.seal("text", text_id.bytes, plain).data

    def _open_text(self, row: tuple[Any, ...]) -> tuple[UUID, str]:
        text_id, key, data = row
        plain = self._keys.cipher.open("text", text_id.bytes, Sealed(key, data))
        return text_id, plain.decode(errors=_LONE_SURROGATES)
