"""Which command a purpose takes for its preamble where the PICS does not claim the usual one.

Law of this file: the three siblings of a triple set the same thing. Where `X_CUR` is not claimed
`X` stands in for it, else `X_DEF`; both save, so that what was there is given back. Where `X_DEF`
is not claimed `X` stands in for it, which saves, too. The stimulus under test has no stand-in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from conformance.commandline import CommandLine, Verbatim, set_, spelt
from conformance.document import Edition
from conformance.statement import Pics
from conformance.verdict import Lacking, Unclaimed

_CUR, _DEF = "_CUR", "_DEF"
#: The end of a name, and those of the siblings that stand in for it, in their order.
_STAND_IN = {_CUR: ("", _DEF), _DEF: ("",)}


@dataclass(frozen=True, slots=True)
class StandIns:
    """What an auxiliary line becomes for an IUT with this PICS."""

    edition: Edition
    pics: Pics
    #: Whether what is set for a preamble may be saved: not on a board without leave.
    may_save: bool = True
    #: The commands under test: what is set for now beside them has no stand-in among siblings.
    under_test: frozenset[str] = frozenset()

    def of(self, line: CommandLine) -> CommandLine:
        """`line`, or the same of a sibling that is claimed.

        Raises `Unclaimed` if there is none, and `Lacking` if it may not be used here.
        """
        if line.name not in self.edition.commands or self._claimed(line.name, line.form):
            return line
        claimed = [name for name in _siblings(line.name) if self._claimed(name, line.form)]
        if not claimed:
            raise Unclaimed(
                f"the PICS claims neither {spelt(line.name)} ({line.form}) nor a sibling"
            )
        is_for_now = line.form == "set" and line.name.endswith(_CUR)
        if is_for_now and self.under_test.intersection(claimed):
            raise Unclaimed(
                f"the PICS does not claim AT+{line.name}, and its sibling is what is tested"
            )
        if is_for_now and not self.may_save:
            raise Lacking(
                f"without AT+{line.name} the preamble takes AT+{claimed[0]}, which saves: it needs "
                "--allow=destructive"
            )
        text = line.text.replace(line.name.encode(), claimed[0].encode(), 1)
        return dataclasses.replace(line, text=text, name=claimed[0])

    def admits(self, line: CommandLine) -> bool:
        """Whether `line` is claimed and, if it may save something, allowed here."""
        harmless = line.form != "set" or line.name.endswith(_CUR)
        return self._claimed(line.name, line.form) and (harmless or self.may_save)

    def giving_back(self, name: str, told: Sequence[bytes]) -> CommandLine | None:
        """The line that sets what was `told` under `name`; None if it was told otherwise."""
        values = [line.partition(b":")[2].strip() for line in told]
        wanted = len(self.edition.commands[name].parameters)
        if len(values) != 1 or not values[0] or values[0].count(b",") != wanted - 1:
            return None
        return set_(name, Verbatim(values[0]))

    def _claimed(self, name: str, form: str) -> bool:
        command = self.edition.commands.get(name)
        if command is None or (name, form) in self.pics.not_claimed:
            return False
        return form in command.forms


def _siblings(name: str) -> Sequence[str]:
    """The names of a triple that stand in for `name`; none for a command that is not of one."""
    for end, others in _STAND_IN.items():
        if name.endswith(end):
            return [name.removesuffix(end) + other for other in others]
    return ()
