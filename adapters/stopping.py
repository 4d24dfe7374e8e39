"""What a process cannot go on after."""

from __future__ import annotations


class CannotGoOn(Exception):
    """Somebody has to look first; the message, one sentence, says at what."""
