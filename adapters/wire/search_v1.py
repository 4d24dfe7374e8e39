"""Operations: search, by whatever support is told on the phone. Nothing of a person comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from adapters.wire.message import Code, Maybe, Message, Name, broken
from adapters.wire.outgoing import Outgoing
from adapters.wire.references import SchoolReference, UserReference

USUAL: Final = 10
MOST: Final = 100


class SearchQuestion(Message):
    """One of: a `text` that may be anything, a `user`, or an `activationCode`.

    An ASI holds within a school, so that goes with it. `limit`: at most so many of each kind.
    """

    text: Maybe[Name] = None
    user: Maybe[UserReference] = None
    activation_code: Maybe[Code] = None
    school: Maybe[SchoolReference] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL
    language: Literal["en", "nl"] = "en"

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        given = (self.text, self.user, self.activation_code)
        if sum(each is not None for each in given) != 1:
            broken("needs one of text, user and activationCode")
        return self


class Hit(Outgoing, frozen=True, kw_only=True):
    """Something that was found: what it is, its id, what to show of it, and where more is told.

    `kind`: order, entitlement, person, school, product, contract, partner or incident; the `id` of
    a person and of a school are the hub's own. `title`, `detail` and `state` are to be shown;
    `number` is how many orders a school has, or entitlements a person. `path` is a read of this
    API, or empty where there is none.
    """

    kind: str
    id: str
    title: str
    detail: str
    status: str | None = None
    state: str | None = None
    at: datetime | None = None
    number: int | None = None
    path: str


class SearchAnswer(Outgoing, frozen=True, kw_only=True):
    """What was found, kind by kind; of the kinds in `more` there is more than was asked for."""

    hits: tuple[Hit, ...]
    more: tuple[str, ...]


READ: Final = (SearchQuestion,)
WRITTEN: Final = (SearchAnswer, Hit)
