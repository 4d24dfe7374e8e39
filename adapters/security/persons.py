"""Persons as messages name them: references, the identifiers in them, and how these are compared.

Nothing here shows a value in its repr. Identifier types: Edu-V Delivery API 2.0.0, UserReference.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, get_args

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MASTER: Final = "userMasterIdentifier"
UserIdType = Literal["NEPPI", "BPI", "eduID", "NEPRI", "ASI", "eckId"]
Kind = Literal["userMasterIdentifier", UserIdType, "activation-code", "customer", "operator"]

USER_KINDS: Final[frozenset[str]] = frozenset((MASTER, *get_args(UserIdType)))
"""One person may have several of these; the other kinds each stand alone."""

_OTHER_SPELLINGS: Final = {"nlEduPersonRealId": "NEPRI"}  # in the official examples
_HOLDS_WITHIN: Final = frozenset(("ASI",))  # the student administration's own number


class NobodyNamed(ValueError):
    """A reference names no person: every identifier in it is missing or blank."""


class UnreadableText(ValueError):
    """A text cannot be kept: it is not valid Unicode."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One name of one person. `scope` is where it holds; '' is everywhere."""

    kind: Kind
    scope: str
    value: str = field(repr=False)

    @property
    def type(self) -> tuple[str, str]:
        """What two identifiers must share before their values can be compared."""
        return self.kind, self.scope


@dataclass(frozen=True, slots=True)
class PersonReference:
    """What a message said about who it is, to be sent on just so, and the identifiers in it.

    `as_given` is plain JSON; `scope` is where it was said (a school, a shop, a registry), because
    the same words said elsewhere can be somebody else.
    """

    as_given: Mapping[str, object] = field(repr=False)
    scope: str
    identifiers: tuple[Identifier, ...]

    def canonical(self) -> str:
        """The same text for the same content, whatever the order of its parts."""
        given = dict(self.as_given)
        if isinstance(ids := given.get("userIds"), list):
            given["userIds"] = sorted(ids, key=lambda one: (one["userIdType"], one["userId"]))
        return as_json(given).decode()


def user_reference(
    master: str | None, user_ids: Iterable[tuple[str, str]], *, scope: str
) -> PersonReference:
    """A student or an employee: the ECK iD, and pairs of type and value.

    `scope` is where an ASI holds: the school's internal id, or for a customer's student the shop.
    Blank values are no identifiers. The other spelling of NEPRI is read, and sent, as NEPRI.

    Raises:
        NobodyNamed: no identifier at all.
        UnreadableText: an identifier is not valid Unicode.
    """
    identifiers = [Identifier(MASTER, "", master)] if master and master.strip() else []
    listed = [_user_id(kind, value, scope) for kind, value in user_ids if value.strip()]
    given: dict[str, object] = {MASTER: master} if identifiers else {}
    if listed:
        given["userIds"] = [{"userId": one.value, "userIdType": one.kind} for one in listed]
    return _reference(given, scope, (*identifiers, *listed))


def activation_code(code: str, *, registry: str) -> PersonReference:
    """The holder of a code, which is compared without case and separators, per registry.

    Raises:
        NobodyNamed: nothing is left of the code.
        UnreadableText: the code is not valid Unicode.
    """
    plain = normalised_code(code)
    named = (Identifier("activation-code", registry, plain),) if plain else ()
    return _reference({"activationCode": code}, registry, named)


def customer(display_name: str | None, email: str | None, *, shop: str) -> PersonReference:
    """A customer of a shop; somebody else as soon as name or address differs.

    Raises:
        UnreadableText: name or address is not valid Unicode.
    """
    said = {"displayName": display_name, "email": email}
    given: dict[str, object] = {key: text for key, text in said.items() if text is not None}
    return _reference(given, shop, (Identifier("customer", shop, _text(given)),))


def operator(name: str) -> PersonReference:
    """Somebody who works at the distributor; the same one however the name is written.

    Raises:
        NobodyNamed: the name is blank.
        UnreadableText: the name is not valid Unicode.
    """
    plain = normalised_name(name)
    named = (Identifier("operator", "", plain),) if plain else ()
    return _reference({"operator": name}, "", named)


def normalised_code(code: str) -> str:
    """The code as it is compared: upper case, letters and digits only."""
    return "".join(filter(str.isalnum, code)).upper()


def normalised_name(name: str) -> str:
    """The name as it is compared: nobody is two by a capital, a space or what cannot be seen."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    seen = (each for each in folded if unicodedata.category(each) != "Cf")
    return " ".join("".join(seen).split())


def as_json(content: object) -> bytes:
    """JSON with sorted keys.

    Raises:
        UnreadableText: a string is not valid Unicode; the string is not repeated.
    """
    try:
        return msgspec.json.encode(content, order="sorted")
    except UnicodeEncodeError:
        raise UnreadableText(UnreadableText.__doc__) from None


def _user_id(kind: str, value: str, scope: str) -> Identifier:
    kind = _OTHER_SPELLINGS.get(kind, kind)
    for known in get_args(UserIdType):
        if kind == known:
            return Identifier(known, scope if kind in _HOLDS_WITHIN else "", value)
    raise ValueError("a userIdType that the Delivery API does not have")


def _reference(
    given: Mapping[str, object], scope: str, identifiers: tuple[Identifier, ...]
) -> PersonReference:
    if not identifiers:
        raise NobodyNamed(NobodyNamed.__doc__)
    as_json(given)  # refuse now what could not be kept later
    return PersonReference(given, scope, tuple(dict.fromkeys(identifiers)))


def _text(content: Mapping[str, object]) -> str:
    return as_json(content).decode()
