"""`python -m adapters.cli.several '[["migrate"], ...]'`: verbs one after the other, as if typed."""

from __future__ import annotations

import json
import sys
from contextlib import suppress

from adapters.cli import app


def main(verbs: list[list[str]]) -> None:
    """Run them all, whatever the exit code of each."""
    for verb in verbs:
        with suppress(SystemExit):
            app(verb)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
