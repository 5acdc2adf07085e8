"""`--rig` text to a rig.

Law of this file: reading the text opens nothing and says at once what is wrong with it; opening is
a second step, so that collecting never touches a board.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from conformance.flash import USER_AREA_END
from conformance.statement import Pixit
from conformance.testbed import Rig, Timing
from rigs.board import BoardRig
from rigs.emulated import CLOCKS, ENDPOINTS, NETS, EmulatorOptions, EmulatorRig
from rigs.executed import REAL, SKIPS, ExecOptions, ExecRig, read_command, shares_its_flash
from rigs.replay import ReplayRig

DEFAULT_RIG = "emulator"

#: Where names of rigs are looked up, in the folder that pytest is started from.
NAMES_FILE = "rigs.toml"

_SCHEMES = ("socket://", "rfc2217://", "hwgrep://", "loop://", "spy://", "alt://")


class RigTextError(ValueError):
    """A `--rig` that cannot be understood; the message says what would be."""


@dataclass(frozen=True, slots=True)
class RigChoice:
    """What `--rig` asks for."""

    text: str
    open: Callable[[Pixit], Rig]
    #: Whether there is only one of it, so that only one worker may use it.
    only_one: bool
    #: Whether there is only one because the PIXIT names what all of them would have.
    only_one_by: Callable[[Pixit], bool] = lambda pixit: False
    #: The folder of the stored run that is played back; None: it is no stored run.
    stored: Path | None = None
    #: How long to wait there, unless the PIXIT says otherwise.
    timing: Timing = field(default_factory=Timing)


def read_choice(text: str, folder: Path, named_by: tuple[str, ...] = ()) -> RigChoice:
    """What `text` asks for; names are looked up in `folder/rigs.toml`. Raises `RigTextError`.

    `named_by` are the names that led here; a name may stand for another name, but not in a circle.
    """
    if text == "emulator" or text.startswith("emulator:"):
        options = _emulator_options(text.removeprefix("emulator").removeprefix(":"), folder)
        # One file cannot be the flash of two boards.
        return RigChoice(
            text,
            lambda pixit: EmulatorRig(text, options, pixit),
            only_one=bool(options.flash),
        )
    if text.startswith("replay:"):
        # Resolved now: the report of this run is `latest` before the rig is opened.
        run = folder.joinpath(text.removeprefix("replay:")).resolve()
        return RigChoice(
            text, lambda pixit: ReplayRig(text, run, pixit), only_one=False, stored=run
        )
    if text.startswith(("exec:", "exec[")):
        program = _exec_options(text)
        return RigChoice(
            str(program),
            lambda pixit: ExecRig(program, pixit),
            only_one=program.only_one,
            only_one_by=lambda pixit: shares_its_flash(pixit.board),
        )
    if text.startswith(("/", "./", "COM", *_SCHEMES)):
        return RigChoice(text, lambda pixit: BoardRig(text, pixit), only_one=True)
    if text in named_by:
        circle = " -> ".join((*named_by, text))
        raise RigTextError(f"{folder / NAMES_FILE}: names that stand for each other: {circle}")
    return read_choice(_looked_up(text, folder / NAMES_FILE), folder, (*named_by, text))


#: What the keys of `--rig=emulator:key=value,...` may say; nothing: the emulator knows.
_ALLOWED: dict[str, tuple[str, ...]] = {
    "firmware": (),
    "timing": ("fast", "real"),
    "endpoint": tuple(ENDPOINTS),
    "fault": (),
    "variant": (),
    "flash": (),
    "flash-map": tuple(USER_AREA_END),
    "flash-size": ("1M", "2M", "4M"),
    "wake": ("yes", "no"),
    "net": tuple(NETS),
    "clock": tuple(CLOCKS),
}

#: The keys that may be given several times.
_REPEATABLE = ("fault", "variant")


def _emulator_options(text: str, folder: Path) -> EmulatorOptions:
    pairs = [pair.partition("=")[::2] for pair in text.split(",") if pair]
    for key, value in pairs:
        if key not in _ALLOWED:
            raise RigTextError(f"--rig=emulator: unknown key {key!r}; known: {', '.join(_ALLOWED)}")
        if _ALLOWED[key] and value not in _ALLOWED[key]:
            raise RigTextError(f"--rig=emulator: {key} is one of {', '.join(_ALLOWED[key])}")
        if not value:
            raise RigTextError(f"--rig=emulator: {key} wants a value, as in {key}=...")
    chosen = {key.replace("-", "_"): value for key, value in pairs if key not in _REPEATABLE}
    if "flash" in chosen:
        chosen["flash"] = str(folder / chosen["flash"])  # the emulator has a folder of its own
    faults, variants = (
        tuple(value for given, value in pairs if given == key) for key in _REPEATABLE
    )
    return EmulatorOptions(**chosen, faults=faults, variants=variants)


#: `exec`, what stands in brackets, and the command.
_EXEC = re.compile(r"exec(?:\[(?P<options>[^\]]*)\])?:(?P<command>.*)", re.DOTALL)


#: What the keys of `--rig=exec[key=value,...]:` may say; nothing: a place.
_EXEC_KEYS: dict[str, tuple[str, ...]] = {
    "port": (),
    "clock": (REAL, SKIPS),
    "restart": ("yes", "no"),
}


def _exec_options(text: str) -> ExecOptions:
    found = _EXEC.fullmatch(text)
    if found is None:
        raise RigTextError("--rig=exec[...] wants a colon and a command: exec[port=stdio]:COMMAND")
    pairs = [pair.partition("=")[::2] for pair in (found["options"] or "").split(",") if pair]
    for key, value in pairs:
        if key not in _EXEC_KEYS:
            known = ", ".join(_EXEC_KEYS)
            raise RigTextError(f"--rig=exec: unknown key {key!r}; known: {known}")
        if not value or (_EXEC_KEYS[key] and value not in _EXEC_KEYS[key]):
            wanted = " or ".join(_EXEC_KEYS[key]) or "a value: stdio, a device path or a URL"
            raise RigTextError(f"--rig=exec: {key} wants {wanted}")
    try:
        command = read_command(found["command"])
    except ValueError as error:
        raise RigTextError(f"--rig=exec: the command cannot be read: {error}") from error
    if not command or not command[0]:
        raise RigTextError("--rig=exec: wants a command: exec:./my-firmware --uart stdio")
    return ExecOptions(command, **dict(pairs))


def _looked_up(name: str, file: Path) -> str:
    """The rig text that `file` has for `name`: a table `[name]` with a key `rig`."""
    try:
        names = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        names = {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RigTextError(f"cannot use {file}: {error}") from error
    try:
        text = names[name]["rig"]
    except (KeyError, TypeError):
        near = difflib.get_close_matches(name, [*names, "emulator"], 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise RigTextError(
            f"--rig={name}: neither emulator[:key=value,...], exec:COMMAND, replay:RUN, "
            "a device path, "
            f"a pyserial URL nor a name in {file.name}{hint}"
        ) from None
    if not isinstance(text, str) or text == name:
        raise RigTextError(f'{file}: [{name}] wants rig = "a device path or another rig text"')
    return text
