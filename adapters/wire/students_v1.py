"""Students API 1.1.0, as far as a hub consumes it: by what identifiers a student is known."""

from __future__ import annotations

from adapters.wire.sis import SisObject, SisUser

VERSION = "1.1.0"
BASE_PATH = "/students/v1"


class Student(SisUser, SisObject):
    """A student of the school; only the identifiers are read."""
