"""What may be told of an error in a log line: its kind and its place, not its text."""

from __future__ import annotations

from pathlib import PurePath
from traceback import extract_tb


def what_went_wrong(error: BaseException) -> dict[str, str]:
    """Fields for a log line. The text of an error may hold what nobody may read: it stays out."""
    frames = extract_tb(error.__traceback__)
    where = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return {"error": type(error).__name__, "where": where}
