"""The stages of a command that prompts for data (clauses 5.2.4 to 5.2.6).

Law: as in `stages.py`, up to the prompt; what becomes of the data is for `ip/dataphase`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ..chip.chip import Chip
from ..ip.dataphase import Plan
from ..line.command import Answer, Final
from .stages import SetForm

Wanted = TypeVar("Wanted")


def usual_prompt(chip: Chip) -> bytes:
    """The prompt of this firmware."""
    return chip.personality.tcpip.prompt


def send_prompt(chip: Chip, prompt: bytes) -> None:
    """Say it, at the beginning of a line (clause 5.2.4: a wrap before it)."""
    chip.voice.prompt(prompt)


def take_data(chip: Chip, plan: Plan) -> None:
    """The data phase begins: the bytes of the UART are data from now on."""
    chip.take_data(plan)


def final_before_prompt(chip: Chip) -> Final | None:
    """Some firmware says OK before the prompt, which the document does not list (errata 92)."""
    return Final.OK if chip.personality.tcpip.prompt_ok else None


@dataclass(frozen=True, kw_only=True)
class DataForm(SetForm[Wanted]):
    """`=` that is answered with a prompt: `tell`, OK if this firmware says it, the prompt.

    Effect, once that is said, `plan`: what is wanted -> what becomes of the data; `take`: the data
    phase begins.
    Rendered, `prompt`: the prompt; `invite`: it is said.
    """

    plan: Callable[[Chip, Wanted], Plan]
    prompt: Callable[[Chip], bytes] = usual_prompt
    invite: Callable[[Chip, bytes], None] = send_prompt
    take: Callable[[Chip, Plan], None] = take_data

    def accepted(self, chip: Chip, wanted: Wanted) -> Answer:
        """See SetForm."""
        plan = self.plan(chip, wanted)

        def begin() -> None:
            self.invite(chip, self.prompt(chip))
            self.take(chip, plan)

        return Answer(final_before_prompt(chip), self.tell(chip, wanted), afterwards=begin)
