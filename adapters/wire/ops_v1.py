"""Operations 1.0.0, our own API: what an operator does, always with a name and a reason."""

from __future__ import annotations

from adapters.wire.message import Message, Name, Text

VERSION = "1.0.0"
BASE_PATH = "/ops/v1"
SCOPE = "aanspraak.operate"


class Act(Message):
    """What every request of an operator says: who asks, and why. Neither becomes part of a fact."""

    actor: Name
    reason: Text
