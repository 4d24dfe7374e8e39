"""`python -m adapters.cli` is `aanspraak`."""

from __future__ import annotations

from adapters.cli import main

main()
