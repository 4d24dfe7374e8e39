"""A token tells who calls, when it is signed by the issuer, for us, and valid now."""

from __future__ import annotations

import base64
import hmac
import json
import os
from cProfile import Profile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from adapters.security.issuing import mint, new_key, write_key_set
from adapters.security.key_sets import UnusableKeys
from adapters.security.tokens import Caller, TokenRefused, TokenVerifier, bearer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from adapters.security.key_sets import AsymmetricKey

ISSUER, AUDIENCE = "https://issuer.example", "aanspraakmanager"
KEY, OTHER_KEY = new_key("EC"), new_key("EC")
NOW = 1_780_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    write_key_set(path, KEY)
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verifier(keys: Path, clock: Clock) -> TokenVerifier:
    return TokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=keys, now=clock)


def signed(key: AsymmetricKey = KEY, **changes: Any) -> str:  # noqa: ANN401 claims
    claims = {"iss": ISSUER, "aud": AUDIENCE, "client_id": "bl-1", "exp": NOW + 60, **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256"])


def minted(key: AsymmetricKey, now: float = NOW) -> str:
    return mint(
        key,
        issuer=ISSUER,
        audience=AUDIENCE,
        client_id="bl-1",
        scopes=["eduv.delivery.entitlor", "eduv.entitlement.seller"],
        seconds=600,
        now=now,
    )


def test_a_valid_token_tells_the_client_and_its_scopes(verifier: TokenVerifier) -> None:
    scopes = frozenset(("eduv.delivery.entitlor", "eduv.entitlement.seller"))
    assert verifier.verify(minted(KEY)) == Caller("bl-1", scopes)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_an_rsa_key_signs_with_either_padding(tmp_path: Path, clock: Clock, algorithm: str) -> None:
    key = RSAKey.generate_key(2048, {"alg": algorithm}, auto_kid=True)
    write_key_set(tmp_path / "rsa.json", key)
    rsa = TokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=tmp_path / "rsa.json", now=clock)
    assert rsa.verify(minted(key)).client_id == "bl-1"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://elsewhere.example"}, "another issuer"),
        ({"iss": None}, "missing"),
        ({"aud": "somebody-else"}, "another audience"),
        ({"aud": None}, "missing"),
        ({"exp": NOW - 31}, "expired"),
        ({"exp": None}, "missing"),
        ({"exp": "tomorrow"}, "malformed"),
        ({"nbf": NOW + 31}, "not valid yet"),
        ({"client_id": None}, "names no client"),
        ({"client_id": ["bl-1"]}, "names no client"),
    ],
)
def test_a_token_that_is_not_for_us_or_not_valid_now_is_refused(
    verifier: TokenVerifier, changes: dict[str, Any], reason: str
) -> None:
    token = signed(**changes)
    with pytest.raises(TokenRefused, match=reason) as refused:
        verifier.verify(token)
    header = refused.value.www_authenticate
    assert header.startswith('Bearer error="invalid_token"')
    assert not any(part in header for part in token.split("."))


@pytest.mark.parametrize(
    "changes", [{"exp": NOW - 29}, {"exp": 10**400}, {"nbf": NOW + 29}, {"aud": ["x", AUDIENCE]}]
)
def test_clocks_may_differ_a_little_and_audiences_may_be_several(
    verifier: TokenVerifier, changes: dict[str, Any]
) -> None:
    assert verifier.verify(signed(**changes)).client_id == "bl-1"


@pytest.mark.parametrize(
    ("claims", "client_id"),
    [
        ({"client_id": "a", "azp": "b", "sub": "c"}, "a"),
        ({"client_id": None, "azp": "b", "sub": "c"}, "b"),
        ({"client_id": None, "sub": "c"}, "c"),
    ],
)
def test_the_client_is_named_by_the_first_claim_of_three(
    verifier: TokenVerifier, claims: dict[str, Any], client_id: str
) -> None:
    assert verifier.verify(signed(**claims)).client_id == client_id


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({"scope": "a  b"}, {"a", "b"}),
        ({"scope": ["a", 7]}, {"a"}),
        ({"scp": ["a"]}, {"a"}),
        ({"scope": 7}, set()),
        ({}, set()),
    ],
)
def test_scopes_are_read_as_servers_write_them(
    verifier: TokenVerifier, claims: dict[str, Any], scopes: set[str]
) -> None:
    assert verifier.verify(signed(**claims)).scopes == scopes


def test_a_key_that_is_not_in_the_set_signs_nothing(verifier: TokenVerifier) -> None:
    with pytest.raises(TokenRefused, match="key is not known"):
        verifier.verify(signed(OTHER_KEY))
    forged = OTHER_KEY.as_dict(private=True, kid=KEY.kid)
    with pytest.raises(TokenRefused, match="signature"):
        verifier.verify(signed(type(OTHER_KEY).import_key(forged)))


def by_hand(header: Mapping[str, str | None], secret: bytes = b"") -> str:
    """A token with a signature that no library would make."""
    claims = {"iss": ISSUER, "aud": AUDIENCE, "client_id": "bl-1", "exp": NOW + 60}
    text = f"{base64url(json.dumps(header).encode())}.{base64url(json.dumps(claims).encode())}"
    signature = hmac.digest(secret, text.encode(), "sha256") if secret else b""
    return f"{text}.{base64url(signature)}"


def base64url(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def test_an_unsigned_token_and_one_signed_with_the_public_key_as_a_secret_are_refused(
    verifier: TokenVerifier, keys: Path
) -> None:
    for header in ({"alg": "none"}, {"alg": "none", "kid": KEY.kid}, {"alg": "NONE"}, {}):
        with pytest.raises(TokenRefused):
            verifier.verify(by_hand(header))
    for secret in (KEY.as_pem(private=False), keys.read_bytes()):
        with pytest.raises(TokenRefused, match="algorithm"):
            verifier.verify(by_hand({"alg": "HS256", "kid": KEY.kid}, secret))


def test_a_secret_in_the_key_set_opens_no_door(tmp_path: Path, clock: Clock) -> None:
    secret = OctKey.generate_key(256, auto_kid=True)
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [secret.as_dict(private=True)]}))
    with pytest.raises(UnusableKeys):
        TokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=path, now=clock)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text() | st.lists(st.text(), min_size=3, max_size=3).map(".".join))
def test_any_other_text_is_refused_and_nothing_breaks(verifier: TokenVerifier, text: str) -> None:
    with pytest.raises(TokenRefused):
        verifier.verify(text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_token_with_one_character_changed_is_refused(
    verifier: TokenVerifier, data: st.DataObject
) -> None:
    token = signed()
    signature = token.rindex(".")
    place = data.draw(st.integers(0, signature - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda one: one != token[place]))
    with pytest.raises(TokenRefused):
        verifier.verify(token[:place] + other + token[place + 1 :])


def test_a_very_long_token_is_refused_before_anything_is_computed(verifier: TokenVerifier) -> None:
    with pytest.raises(TokenRefused, match="too long"):
        verifier.verify("a" * 100_000)


def test_a_token_that_was_verified_is_refused_once_it_has_expired(
    verifier: TokenVerifier, clock: Clock
) -> None:
    token = signed()
    verifier.verify(token)
    clock.now = NOW + 60 + 29
    verifier.verify(token)
    clock.now = NOW + 60 + 31
    with pytest.raises(TokenRefused, match="expired"):
        verifier.verify(token)


def test_a_known_token_costs_next_to_nothing(verifier: TokenVerifier) -> None:
    token = signed()
    first = calls(lambda: verifier.verify(token))
    assert calls(lambda: verifier.verify(token)) * 10 < first


def calls(work: Callable[[], object]) -> int:
    """How many functions are called: that tells the work, whatever else the machine does."""
    profile = Profile()
    profile.runcall(work)
    return sum(each.callcount for each in profile.getstats())


def replace_keys(path: Path, write: Callable[[], object]) -> None:
    """Another file for sure, whatever the resolution of the file system's clock."""
    before = path.stat().st_mtime_ns
    write()
    if path.exists():
        os.utime(path, ns=(before + 10**9, before + 10**9))


def test_keys_are_replaced_without_a_restart(verifier: TokenVerifier, keys: Path) -> None:
    old, new = signed(), signed(OTHER_KEY)
    verifier.verify(old)
    replace_keys(keys, lambda: write_key_set(keys, OTHER_KEY))
    assert verifier.verify(new).client_id == "bl-1"
    with pytest.raises(TokenRefused, match="key is not known"):
        verifier.verify(old)


@pytest.mark.parametrize("broken", ["", "{", '{"keys": []}', "[]", '{"keys": [{"kty": "EC"}]}'])
def test_a_broken_key_file_leaves_the_keys_that_were_there(
    verifier: TokenVerifier, keys: Path, broken: str
) -> None:
    replace_keys(keys, lambda: keys.write_text(broken))
    assert verifier.verify(signed()).client_id == "bl-1"
    assert verifier.keys_unusable


def test_a_key_file_that_is_gone_is_seen_and_its_return_too(
    verifier: TokenVerifier, keys: Path
) -> None:
    keys.unlink()
    verifier.verify(signed())
    assert verifier.keys_unusable
    write_key_set(keys, KEY)
    verifier.verify(signed())
    assert not verifier.keys_unusable


def test_without_keys_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(UnusableKeys, match=r"keys\.json"):
        TokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=tmp_path / "keys.json")


def test_the_token_is_taken_from_the_header() -> None:
    assert bearer("Bearer abc") == "abc"
    assert bearer("bearer  abc ") == "abc"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc"])
def test_without_a_token_the_answer_says_what_is_wanted(header: str | None) -> None:
    with pytest.raises(TokenRefused) as refused:
        bearer(header)
    assert refused.value.www_authenticate == 'Bearer realm="aanspraakmanager"'
