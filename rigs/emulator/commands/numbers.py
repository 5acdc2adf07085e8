"""Parameters that are numbers with a range.

Law: what a number may be; what it does is for the command.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from ..line.command import BadParameter
from ..line.parameters import Parameters


@dataclass(frozen=True)
class Number:
    """One parameter.  `name`: as reasons spell it.  `legal`: what is taken."""

    name: str
    legal: Container[int]

    def reason(self, value: int) -> str:
        """Why this value is refused."""
        return f"{self.name} {value}"

    def reasons(self, value: int) -> Iterator[str]:
        """Why this value is refused, if it is."""
        if value not in self.legal:
            yield self.reason(value)


def never_empty(parameters: Parameters) -> int:
    """The value of the next one, which is an id: it counts as 0 in no firmware if it is empty."""
    if parameters.continues:
        raise BadParameter("no id")
    return parameters.number()


def read(parameters: Parameters, numbers: Sequence[Number]) -> tuple[int, ...]:
    """The values, one for each number, no more and no less; raises BadParameter."""
    values = tuple([parameters.number() for _ in numbers])
    parameters.end()
    return values
