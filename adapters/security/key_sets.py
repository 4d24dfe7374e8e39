"""Keys of tokens in files: public ones that may be replaced while we run, and the hub's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from adapters.stopping import CannotGoOn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

AsymmetricKey = RSAKey | ECKey

_IMPORT: Mapping[str, Callable[[Any], AsymmetricKey]] = {
    "RSA": RSAKey.import_key,
    "EC": ECKey.import_key,
}


class UnusableKeys(CannotGoOn):
    """A file must hold an RSA or EC key: a JWK Set, or the private JWK of the hub."""


class KeySetFile:
    """The keys in a file; those read last stay in force while the file cannot be used."""

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            UnusableKeys: there is no file, or no key in it.
        """
        self._path = path
        self._version = self._look()
        self.current = read_key_set(path)
        self.unusable = False
        """Whether the file has become unusable since the keys were read."""

    def changed(self) -> bool:
        """Read the file again if it is another one than before; True when the keys are new."""
        version = self._look()
        if version == self._version:
            return False
        self._version = version
        try:
            self.current = read_key_set(self._path)
        except UnusableKeys:
            self.unusable = True
            return False
        self.unusable = False
        return True

    def _look(self) -> tuple[int, int, int] | None:
        try:
            seen = self._path.stat()
        except OSError:
            return None
        return seen.st_mtime_ns, seen.st_size, seen.st_ino


def read_key_set(path: Path) -> KeySet:
    """Read the asymmetric keys of a JWK Set; a secret key in it is passed over.

    Raises:
        UnusableKeys: the file cannot be read, or has no such key.
    """
    return key_set(_content(path), str(path))


def key_set(content: Any, where: str) -> KeySet:  # noqa: ANN401 it is judged here
    """Take the asymmetric keys of a JWK Set that was read from somewhere.

    Raises:
        UnusableKeys: it is none, or has no such key.
    """
    try:
        keys = [_IMPORT[one["kty"]](one) for one in content["keys"] if one["kty"] in _IMPORT]
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _unusable(where, error) from None
    if not keys:
        raise UnusableKeys(f"{where}: {UnusableKeys.__doc__}")
    return KeySet(list(keys))


def read_private_key(path: Path) -> AsymmetricKey:
    """Read the private JWK that signs in our name.

    Raises:
        UnusableKeys: the file cannot be read, or is not such a key.
    """
    try:
        content = _content(path)
        key = _IMPORT[content["kty"]](content)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _unusable(path, error) from None
    if not key.is_private:
        raise UnusableKeys(f"{path}: {UnusableKeys.__doc__}")
    key.ensure_kid()
    return key


def read_public_jwk(text: str | bytes) -> AsymmetricKey:
    """Read a public JWK that a partner gave us; without a `kid` it gets its thumbprint.

    Raises:
        UnusableKeys: it is no such key, or one that the partner should have kept to itself.
    """
    try:
        content = msgspec.json.decode(text)
        key = _IMPORT[content["kty"]](content)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise UnusableKeys(f"{type(error).__name__}: it must be a public RSA or EC JWK") from None
    if key.is_private:
        raise UnusableKeys("it is a private key: have the partner make another, and give its half")
    key.ensure_kid()
    return key


def public_jwk(key: AsymmetricKey) -> str:
    """The public half as one line of JSON, always the same for the same key."""
    return msgspec.json.encode(key.as_dict(private=False), order="sorted").decode()


def public_key_set(*keys: AsymmetricKey) -> dict[str, Any]:
    """The JWK Set to publish (`jwks_uri`): only what others need to verify."""
    return {"keys": [key.as_dict(private=False) for key in keys]}


def algorithm_of(key: AsymmetricKey) -> str:
    """The algorithm a key signs with: the one it names, or the plainest of its type."""
    return key.alg or ("RS256" if isinstance(key, RSAKey) else "ES256")


def _content(path: Path) -> Any:  # noqa: ANN401 it is for the importer to judge
    try:
        return msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise _unusable(path, error) from None


def _unusable(where: object, error: Exception) -> UnusableKeys:
    """Name the file and the kind of error; what is in the file may be secret."""
    return UnusableKeys(f"{where}: {type(error).__name__}. {UnusableKeys.__doc__}")
