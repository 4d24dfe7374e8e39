"""The library's test cases, which can be imported only with the package behind its cipher.

We encrypt nothing with the library, so that package is not installed. The cases for recorders do
not use it either: empty modules in its place let them be imported.
"""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

_NAMES_IMPORTED = {
    "Crypto": (),
    "Crypto.Cipher": ("AES",),
    "Crypto.Cipher.AES": ("key_size",),
    "Crypto.Cipher._mode_gcm": ("GcmMode",),
}

if importlib.util.find_spec("Crypto") is None:
    for _module, _names in _NAMES_IMPORTED.items():
        sys.modules[_module] = ModuleType(_module)
        for _name in _names:
            setattr(sys.modules[_module], _name, None)

from eventsourcing.tests import persistence as cases  # noqa: E402 after the modules in its place

__all__ = ["cases"]
