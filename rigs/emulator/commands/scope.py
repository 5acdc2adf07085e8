"""The three names of a setting: bare, `_CUR`, `_DEF` (clauses 3.2.7 and 4; errata 13; field
guide 6).

Law: which value a name reads and whether it saves; what the setting is, its own file knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..chip import Chip
from ..settings import Settings
from ..stages import in_force, saved


@dataclass(frozen=True)
class Scope:
    """One of the names.

    Every set form takes effect at once; `saves`: and writes the flash.  `source`: which settings
    the query form looks at.
    """

    suffix: str
    saves: bool
    source: Callable[[Chip], Settings]

    def name(self, base: str) -> str:
        """The command's name, `+CWMODE` -> `+CWMODE_DEF`."""
        return base + self.suffix

    def label(self, base: str) -> Callable[[Chip], bytes]:
        """What stands in front of an answer: the name that was typed (field guide 4)."""
        label = self.name(base).encode("ascii") + b":"
        return lambda _chip: label


SCOPES = BARE, CURRENT, DEFAULT = (
    Scope("", saves=True, source=in_force),
    Scope("_CUR", saves=False, source=in_force),
    Scope("_DEF", saves=True, source=saved),
)
