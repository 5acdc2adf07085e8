"""The firmwares that the emulator can be.

Law: one file per firmware, one table here; code asks a personality, never its name.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..firmware.personality import Personality
from .document import DOCUMENT
from .nonos_1_3 import NONOS_1_3

PERSONALITIES: Mapping[str, Personality] = {each.name: each for each in (DOCUMENT, NONOS_1_3)}
