"""A record of a partner: its personal fields are sealed to us, or it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from aanspraak.application.ports import RecordRefused
from adapters.security.sealed import Unopenable, is_sealed, unseal
from adapters.telemetry import names_a_person

if TYPE_CHECKING:
    from adapters.security.key_sets import AsymmetricKey

PERSONAL: Final = frozenset(
    {
        "activationCode",
        "activationCodes",
        "displayName",
        "email",
        "nlEduPersonRealId",
        "userId",
        "userIds",
        "userMasterIdentifier",
    }
)
"""The fields of the Edu-V messages that say who somebody is; each, or what it is in, is sealed."""
PLAIN_IDENTIFIER: Final = "plain-identifier"
NOT_JSON: Final = "not-json"
UNOPENABLE: Final = "unopenable"
DEEPEST: Final = 32


def body_of(value: bytes, key: AsymmetricKey) -> bytes:
    """The message as its API has it.

    Raises:
        RecordRefused: it is no JSON, names somebody in plain text, or is not sealed to our key.
    """
    try:
        said = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordRefused(NOT_JSON) from error
    return msgspec.json.encode(_opened(said, key, DEEPEST))


def _opened(said: Any, key: AsymmetricKey, deep: int) -> Any:  # noqa: ANN401 - any JSON
    if not deep:
        raise RecordRefused(NOT_JSON)
    match said:
        case dict() if is_sealed(said):
            return _unsealed(said, key)
        case dict():
            _refuse_plain(said)
            return {name: _opened(one, key, deep - 1) for name, one in said.items()}
        case list():
            return [_opened(one, key, deep - 1) for one in said]
        case str() if names_a_person(said):
            raise RecordRefused(PLAIN_IDENTIFIER)
        case _:
            return said


def _refuse_plain(said: dict[str, Any]) -> None:
    """Nothing in a field is nobody; anything else must be sealed."""
    for name, value in said.items():
        if names_a_person(name) or (name in PERSONAL and value and not is_sealed(value)):
            raise RecordRefused(PLAIN_IDENTIFIER)


def _unsealed(sealed: dict[str, str], key: AsymmetricKey) -> Any:  # noqa: ANN401 - any JSON
    try:
        return unseal(sealed, key)
    except Unopenable as error:
        raise RecordRefused(UNOPENABLE) from error
