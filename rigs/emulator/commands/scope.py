"""The three names of a setting: bare, `_CUR`, `_DEF` (clauses 3.2.7 and 4; errata 13; field
guide 6).

Law: which value a name reads and whether it saves; what the setting is, its own file knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..chip.chip import Chip


@dataclass(frozen=True)
class Scope:
    """One of the names.

    Every set form takes effect at once; `saves`: and writes the flash.  `shows_saved`:
    the query form looks at what is saved.
    """

    suffix: str
    saves: bool
    shows_saved: bool

    def name(self, base: str) -> str:
        """The command's name, `+CWMODE` -> `+CWMODE_DEF`."""
        return base + self.suffix

    def label(self, base: str) -> Callable[[Chip], bytes]:
        """What stands in front of an answer: the name that was typed (field guide 4)."""
        label = self.name(base).encode("ascii") + b":"
        return lambda _chip: label


SCOPES = BARE, CURRENT, DEFAULT = (
    Scope("", saves=True, shows_saved=False),
    Scope("_CUR", saves=False, shows_saved=False),
    Scope("_DEF", saves=True, shows_saved=True),
)
