"""The languages in which people are told something: each text is a pair in this order."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("en", "nl")
