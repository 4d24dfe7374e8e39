"""What an operator can do from here about what keeps users from a product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projections.access import LINK, Cause

SEND_AGAIN: Final = "send-again"
RESUME: Final = "resume"
RELEASE: Final = "release"
UNBLOCK: Final = "unblock"
CONSENTS: Final = "consents"
MENDS: Final[Mapping[str, tuple[str, ...]]] = {
    "order-held": (RELEASE,),
    "blocked": (UNBLOCK,),
    "being-blocked": (UNBLOCK,),
    "block-refused": (UNBLOCK,),
    "not-taken": (SEND_AGAIN,),
    "given-up": (SEND_AGAIN,),
    "refused": (SEND_AGAIN,),
    "link-lost": (SEND_AGAIN,),
    "partner-away": (RESUME,),
    "partner-paused": (RESUME,),
    "no-consent": (CONSENTS,),
}
"""By cause. What is not in it others have to mend, or time does."""


def mends(cause: Cause) -> tuple[str, ...]:
    """What can be done; a link that a portal took can go again, a licence cannot."""
    if cause.key == "not-confirmed":
        return (SEND_AGAIN,) if cause.step == LINK else ()
    return MENDS.get(cause.key, ())


def sends_everything(key: str) -> bool:
    """Nothing failed: what its partner took goes again with what did."""
    return key == "not-confirmed"
