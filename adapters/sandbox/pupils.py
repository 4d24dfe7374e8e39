"""Pupils that do not exist: made up, but the same in every run."""

from __future__ import annotations

from hashlib import sha512

from adapters.wire.outgoing import UserReference


def eck_id(seed: str) -> str:
    """An ECK iD of the official form for whatever the seed names."""
    return f"https://ketenid.nl/201703/{sha512(seed.encode()).hexdigest()}"


def pupil(school: str, number: int) -> UserReference:
    """The nth pupil of a school."""
    return UserReference(user_master_identifier=eck_id(f"{school}/{number}"))


def whoever_holds(code: str) -> UserReference:
    """The person who uses an activation code."""
    return UserReference(user_master_identifier=eck_id(f"code/{code}"))
