"""Keys have numbers; what one key wrote the newer ones replace; nothing shows a key."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.security.cipher import Cipher, KeyedHash, Sealed, Unopenable
from adapters.security.keys import KeyRing, UnusableKey

ONE, TWO = b"1" * 32, b"2" * 32


@given(st.binary(), st.binary(max_size=40))
def test_what_was_sealed_for_a_row_opens_there(plain: bytes, row: bytes) -> None:
    cipher = Cipher(KeyRing({1: ONE}))
    assert cipher.open("text", row, cipher.seal("text", row, plain)) == plain


@pytest.mark.parametrize(("purpose", "row"), [("text", b"another"), ("reference", b"row")])
def test_it_opens_nowhere_else(purpose: str, row: bytes) -> None:
    cipher = Cipher(KeyRing({1: ONE}))
    with pytest.raises(Unopenable):
        cipher.open(purpose, row, cipher.seal("text", b"row", b"secret"))


@given(st.integers(0, 33), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    cipher = Cipher(KeyRing({1: ONE}))
    key, data = cipher.seal("text", b"row", b"secret")
    changed = bytearray(data)
    changed[place] ^= change
    with pytest.raises(Unopenable):
        cipher.open("text", b"row", Sealed(key, bytes(changed)))


def test_what_is_cut_off_is_noticed() -> None:
    cipher = Cipher(KeyRing({1: ONE}))
    with pytest.raises(Unopenable):
        cipher.open("text", b"row", Sealed(1, b"short"))


def test_the_highest_number_writes_and_the_others_still_read() -> None:
    old = Cipher(KeyRing({1: ONE})).seal("text", b"row", b"secret")
    both = Cipher(KeyRing({1: ONE, 2: TWO}))
    assert both.seal("text", b"row", b"secret").key == 2
    assert both.open("text", b"row", old) == b"secret"
    with pytest.raises(Unopenable):
        Cipher(KeyRing({2: TWO})).open("text", b"row", old)


def test_the_same_thing_sealed_twice_looks_different() -> None:
    cipher = Cipher(KeyRing({1: ONE}))
    assert cipher.seal("text", b"row", b"secret") != cipher.seal("text", b"row", b"secret")


def test_a_hash_is_hmac_sha256_of_the_parts() -> None:
    expected = hmac.digest(ONE, b'["identifier","NEPPI","","1"]', hashlib.sha256)
    assert KeyedHash(KeyRing({1: ONE})).digest("identifier", "NEPPI", "", "1") == expected


@given(
    st.lists(st.text(st.characters(codec="utf-8"))), st.lists(st.text(st.characters(codec="utf-8")))
)
def test_parts_never_run_into_each_other(one: list[str], two: list[str]) -> None:
    hashing = KeyedHash(KeyRing({1: ONE}))
    assert (hashing.digest(*one) == hashing.digest(*two)) == (one == two)


def test_during_rotation_a_thing_has_a_hash_under_each_key() -> None:
    old, both = KeyedHash(KeyRing({1: ONE})), KeyedHash(KeyRing({1: ONE, 2: TWO}))
    assert both.older_digests("a") == (old.digest("a"),)
    assert both.digest("a") == KeyedHash(KeyRing({2: TWO})).digest("a")
    assert old.older_digests("a") == ()


@pytest.mark.parametrize(
    "keys", [{}, {1: "abcd"}, {1: "zz" * 32}, {0: "ab" * 32}, {40_000: "ab" * 32}]
)
def test_an_unusable_key_is_refused_without_showing_it(keys: dict[int, str]) -> None:
    with pytest.raises(UnusableKey) as refused:
        KeyRing.from_hex(keys)
    assert not any(text in str(refused.value) for text in keys.values())


def test_a_key_ring_shows_its_newest_number_and_no_key() -> None:
    ring = KeyRing({1: ONE, 3: TWO})
    assert repr(ring) == "KeyRing(newest=3)"
