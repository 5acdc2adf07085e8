"""How the bench is wired to the board: the table `[board]` of a PIXIT.

Law of this file: values and what is wrong with them; who moves a wire or runs a command is the
rig's business.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.flash import USER_AREA_END

#: Named reset -> its sequence. Inverted: the line's idle, inactive level is the one that resets.
RESET_SEQUENCES: Mapping[str, tuple[str, ...]] = {
    # RTS alone, wired to EN.
    "rts": ("rts=1", "wait=0.1", "rts=0"),
    # DTR alone, wired to EN.
    "dtr": ("dtr=1", "wait=0.1", "dtr=0"),
    # Both lines through two transistors: RTS alone resets, DTR alone asks for the loader.
    "classic": ("dtr=0", "rts=1", "wait=0.1", "rts=0"),
    "rts-inverted": ("rts=0", "wait=0.1", "rts=1"),
    "dtr-inverted": ("dtr=0", "wait=0.1", "dtr=1"),
}
RESETS = ("none", *RESET_SEQUENCES)

#: How `board.flash_size` is written -> bytes.
FLASH_SIZES: Mapping[str, int] = {f"{n}M": n << 20 for n in (1, 2, 4, 8, 16)}

#: The programs that can read a board's flash.
FLASH_READERS = ("none", "esptool")

#: In the name of a flash file: the folder that each device has of its own.
DEVICE_FOLDER = "{folder}"

#: No step of a reset may wait longer, in seconds.
_LONGEST_WAIT_S = 10.0

_COMMANDS = ("reset_command", "power_off_command", "power_on_command")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a reset: a line is driven (`value` 0 or 1), or nothing happens for a while."""

    #: `dtr`, `rts` or `wait`.
    what: str
    #: The line's level, 1 is active; or seconds.
    value: float


def read_step(text: str) -> Step:
    """The step that `text` is; raises `ValueError` if it is none."""
    what, _, value = text.partition("=")
    if what in ("dtr", "rts") and value in ("0", "1"):
        return Step(what, int(value))
    if what == "wait" and 0 < float(value) <= _LONGEST_WAIT_S:
        return Step(what, float(value))
    raise ValueError(text)


@dataclass(frozen=True, slots=True)
class Board:
    """How the bench is wired to the board."""

    #: A name in `RESETS`: which lines of the adapter reset the board, and how.
    reset: str = "none"
    #: Whether opening the rig resets the board; it does not unless asked to.
    reset_on_open: bool = False
    #: Instead of a name: `dtr=0|1`, `rts=0|1` (1: active) and `wait=SECONDS`, in this order.
    reset_sequence: tuple[str, ...] = ()
    #: Instead of either: a program and its arguments; no shell reads them.
    reset_command: tuple[str, ...] = ()
    #: What takes the board's power away: a program and its arguments.
    power_off_command: tuple[str, ...] = ()
    #: What gives it back.
    power_on_command: tuple[str, ...] = ()
    #: How long any of these commands may take, in seconds.
    command_s: float = 10.0
    #: What reads the board's flash: a name in `FLASH_READERS`.
    flash_read: str = "none"
    #: Instead of a reader: the file that is the flash of a device that is a program.
    flash_file: str = ""
    #: The flash map of the firmware (clause 6): a key of `USER_AREA_END`.
    flash_map: str = "512+512"
    #: Size of the flash, a key of `FLASH_SIZES`; empty: the reader asks the flash.
    flash_size: str = ""
    #: Whether XPD_DCDC is wired to EXT_RSTB, so that deep sleep ends by itself (clause 3.2.4).
    wake_wire: bool = False
    #: Whether the board's CTS and RTS are wired to the adapter's.
    rts_cts: bool = False
    #: Whether hazards need the engineer's leave on a device that is a program, as on every board.
    needs_leave: bool = False

    @property
    def has_reset(self) -> bool:
        return bool(self.steps or self.reset_command)

    @property
    def has_power(self) -> bool:
        return bool(self.power_off_command)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The sequence that resets the board by its lines; empty if they do not."""
        sequence = self.reset_sequence or RESET_SEQUENCES.get(self.reset, ())
        return tuple(read_step(text) for text in sequence)

    @property
    def idle(self) -> tuple[bool, bool]:
        """The levels of DTR and RTS at which the board runs: those that its reset ends with."""
        levels = {step.what: bool(step.value) for step in self.steps}
        return levels.get("dtr", False), levels.get("rts", False)

    def problem(self) -> str:
        """What is wrong with it, beginning with the key; empty if all is well."""
        return (
            self._problem_of_choices()
            or self._problem_of_reset()
            or self._problem_of_commands()
            or self._problem_of_flash()
        )

    def _problem_of_choices(self) -> str:
        for key, allowed in (
            ("reset", RESETS),
            ("flash_read", FLASH_READERS),
            ("flash_map", tuple(USER_AREA_END)),
            ("flash_size", ("", *FLASH_SIZES)),
        ):
            if getattr(self, key) not in allowed:
                return f"{key} is none of {', '.join(filter(None, allowed))}"
        return ""

    def _problem_of_reset(self) -> str:
        for text in self.reset_sequence:
            try:
                read_step(text)
            except ValueError:
                return (
                    f"reset_sequence: {text!r} is none of dtr=0, dtr=1, rts=0, rts=1 and "
                    f"wait=SECONDS (at most {_LONGEST_WAIT_S:g})"
                )
        if self.reset_sequence and all(step.what == "wait" for step in self.steps):
            return "reset_sequence moves neither dtr nor rts"
        ways = {
            "reset": self.reset != "none",
            "reset_sequence": bool(self.reset_sequence),
            "reset_command": bool(self.reset_command),
        }
        given = [key for key, there in ways.items() if there]
        if len(given) > 1:
            return f"{given[0]} and {given[1]} both say how to reset it; leave one out"
        if self.reset_on_open and not given:
            return "reset_on_open wants a board.reset to do it with"
        return ""

    def _problem_of_commands(self) -> str:
        for key in _COMMANDS:
            command = getattr(self, key)
            if command and not command[0].strip():
                return f'{key} begins with the name of a program: ["uhubctl", "-a", "off"]'
        if bool(self.power_off_command) != bool(self.power_on_command):
            lacking = "power_on_command" if self.power_off_command else "power_off_command"
            return f"{lacking} is missing: power wants one command for off and one for on"
        return ""

    def _problem_of_flash(self) -> str:
        if self.flash_file and self.flash_read != "none":
            return "flash_read and flash_file both say how to read the flash; leave one out"
        end, size = USER_AREA_END[self.flash_map], FLASH_SIZES.get(self.flash_size)
        if size is not None and size < 2 * end:
            return f"flash_size {self.flash_size} is too small for the map {self.flash_map}"
        return ""

    def in_folder(self, folder: Path) -> Board:
        """The same, with the flash file as seen from a folder, where it is not absolute."""
        if not self.flash_file or self.flash_file.startswith(DEVICE_FOLDER):
            return self
        file = folder / Path(self.flash_file).expanduser()
        return dataclasses.replace(self, flash_file=str(file.absolute()))

    def shown(self) -> Mapping[str, Any]:
        """The values for a report; of a command the program alone, its arguments may be secret."""
        shown = dataclasses.asdict(self)
        for key in _COMMANDS:
            if len(shown[key]) > 1:
                shown[key] = (shown[key][0], "...")
        return shown
