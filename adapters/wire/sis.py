"""What the APIs of a student administration share: who is named, and what is deleted.

Names, birth dates and addresses are not read: the models do not have them.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, create_model

from adapters.wire.message import Few, Many, Maybe, Message, Text
from adapters.wire.parsing import parse
from adapters.wire.references import UserId

DELETED = "tobedeleted"

T = TypeVar("T", bound=Message)


def _none_when_blank(value: str | None) -> str | None:
    return value if value is not None and value.strip() else None


def _listed(value: object) -> object:
    return [value] if isinstance(value, dict) else value


class SisObject(Message):
    """Something that may be flagged to be deleted (status of OneRoster's Base Class)."""

    status: Text = "active"

    @property
    def is_there(self) -> bool:
        """Whether it is not flagged to be deleted."""
        return self.status != DELETED


class SisUser(Message):
    """A UserReference as an administration gives it; somebody may have no identifier at all."""

    user_master_identifier: Annotated[Maybe[Text], AfterValidator(_none_when_blank)] = None
    user_ids: Annotated[Few[UserId], BeforeValidator(_listed)] = ()

    @property
    def names_somebody(self) -> bool:
        """Whether there is anything to know them by."""
        return self.user_master_identifier is not None or bool(self.user_ids)


class AnyOrganisationId(Message):
    """A secondary identifier, of whatever type."""

    organisation_id: Text
    organisation_id_type: Text


class AnyOrganisation(Message):
    """A school or a board, by whatever it is called."""

    organisation_master_identifier: Maybe[Text] = None
    organisation_ids: Few[AnyOrganisationId] = ()

    def aliases(self) -> set[tuple[str, str]]:
        """As pairs of type and value; the master identifier goes under its own name."""
        named = {(one.organisation_id_type, one.organisation_id) for one in self.organisation_ids}
        if self.organisation_master_identifier:
            named.add(("organisationMasterIdentifier", self.organisation_master_identifier))
        return named


def read_list(model: type[T], body: bytes) -> tuple[T, ...]:
    """The entries of an answer, which is an array.

    Raises:
        SchemaIncorrect: one of them, or the answer, is not what the schema says.
    """
    message: Any = parse(_list_of(model), b'{"entries":' + body + b"}")
    entries: tuple[T, ...] = message.entries
    return entries


@cache
def _list_of(model: type[Message]) -> type[Message]:
    """Arrays are read as objects, so that they are judged like any other message."""
    entries: Any = Many[model]  # type: ignore[valid-type] # a type made at run time
    return create_model("Listed", __base__=Message, entries=(entries, ...))
