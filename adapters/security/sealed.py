"""Values that only one reader can read: JSON in JWE (RFC 7516), compact, to a public key.

A value becomes the object `{"jwe": "<compact serialization of its JSON>"}`, wherever it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

if TYPE_CHECKING:
    from adapters.security.key_sets import AsymmetricKey

MARK: Final = "jwe"
AGREEMENT: Final = "ECDH-ES+A256KW"
TRANSPORT: Final = "RSA-OAEP-256"
CONTENT: Final = "A256GCM"
_ALGORITHMS: Final = [AGREEMENT, TRANSPORT, "ECDH-ES", CONTENT]


class Unopenable(Exception):
    """It is not sealed to this key, or what is in it is no JSON."""


def seal(value: object, key: AsymmetricKey) -> dict[str, str]:
    """Seal a JSON value to the owner of a public key."""
    how = {"alg": TRANSPORT if isinstance(key, RSAKey) else AGREEMENT, "enc": CONTENT}
    if key.kid:
        how["kid"] = key.kid
    plain = msgspec.json.encode(value)
    return {MARK: jwe.encrypt_compact(how, plain, key, algorithms=_ALGORITHMS)}


def is_sealed(value: object) -> bool:
    """Whether this is a sealed value."""
    return isinstance(value, dict) and value.keys() == {MARK} and isinstance(value[MARK], str)


def unseal(sealed: dict[str, str], key: AsymmetricKey) -> Any:  # noqa: ANN401 - any JSON
    """The value; raises Unopenable."""
    if not isinstance(key, ECKey | RSAKey):
        raise Unopenable
    try:
        opened = jwe.decrypt_compact(sealed[MARK], key, algorithms=_ALGORITHMS)
        return msgspec.json.decode(opened.plaintext or b"")
    except (JoseError, ValueError, TypeError, msgspec.DecodeError) as error:
        raise Unopenable from error
