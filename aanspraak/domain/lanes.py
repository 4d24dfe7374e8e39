"""The three lanes of a partner's flow: what waits behind what when a partner is slow."""

from __future__ import annotations

from typing import Final

PROMPT: Final = "prompt"
"""Orders of a few entitlements, cancels and blocks: somebody is waiting for it."""
BULK: Final = "bulk"
"""Larger orders."""
REFRESH: Final = "refresh"
"""Refreshes, seeds and re-sends: what is already there is told again."""

LANES: Final = (PROMPT, BULK, REFRESH)
