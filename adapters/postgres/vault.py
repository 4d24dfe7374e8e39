"""The vault: everything that tells who a pseudonym is, and the one place where it can be deleted.

Facts, rows, logs and topics hold its ids only. It is written and committed before a fact that
points to it. Give it a pool of connections in autocommit.
"""

from __future__ import annotations

from adapters.postgres.vault_held import HeldActivation, HeldActivations
from adapters.postgres.vault_part import (
    OneConnection,
    VaultBusy,
    VaultNeedsItsOwnTransaction,
)
from adapters.postgres.vault_persons import Known, Persons
from adapters.postgres.vault_resolution import Verdict
from adapters.postgres.vault_rotation import Reencrypted, Rotation
from adapters.postgres.vault_schools import NoSchoolNamed, School, Schools
from adapters.postgres.vault_texts import FreeText, Texts

__all__ = [
    "FreeText",
    "HeldActivation",
    "Known",
    "NoSchoolNamed",
    "OneConnection",
    "Reencrypted",
    "School",
    "Vault",
    "VaultBusy",
    "VaultNeedsItsOwnTransaction",
    "Verdict",
]


class Vault(Persons, Texts, HeldActivations, Schools, Rotation):
    """Persons, free texts, activations that came too early, schools, and the change of keys."""
