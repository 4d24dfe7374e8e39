"""How many pages are followed live: so many of one session, and so many in a process."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

OF_A_SESSION: Final = 4
"""Over HTTP/1.1 a browser has six connections to a host: two are left for its other requests."""
OF_A_PROCESS: Final = 200
"""Each looks every two seconds."""


@dataclass
class Streams:
    """Counts those that are open."""

    of_a_session: int = OF_A_SESSION
    of_a_process: int = OF_A_PROCESS
    _open: Counter[str] = field(default_factory=Counter, init=False)

    def take(self, session: str) -> bool:
        """Open one more; False when there are too many already."""
        if self._open[session] >= self.of_a_session or self._open.total() >= self.of_a_process:
            return False
        self._open[session] += 1
        return True

    def give_back(self, session: str) -> None:
        """One that was open is over."""
        self._open[session] -= 1
        if not self._open[session]:
            del self._open[session]
