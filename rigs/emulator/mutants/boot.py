"""The mutants of booting: what RAM begins with, what is said, what the firmware does of itself.

Law: rows, and what they need.  A restart by AT+RESTORE leaves nothing of what RAM held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..commands.factory import NAME as RESTORE
from ..firmware.boot import Plan, Ram
from ..ip.interfaces import has_softap, has_station
from ..line.command import Form
from ..settings.settings import Settings
from .memory import before, memory
from .mutant import Condition, Mutant, Mutation, Operator, Seam, mutant, stage
from .operators import also, also_after, constant, fixed, made, wrapped
from .sides import leave_in_the_air
from .station import untell

_RATE = 9600
_RESTORED, _PARTING = "restored", "parting"


def at_boot(step: str) -> Seam:
    """A stage of a boot."""
    return Seam(("start", step))


# What RAM began with.

_BOOTED = "booted"


def _remember(chip: Any, _nothing: object) -> None:
    memory(chip)[_BOOTED] = chip.current


BOOTED = Mutation(at_boot("ready"), also("remembered", _remember))
"""What a mutant needs that goes back to the settings of the boot."""


def booted(chip: Any, otherwise: Settings) -> Settings:
    """The settings of the boot; `otherwise`: where the mutant was not there then."""
    settings: Settings = memory(chip).setdefault(_BOOTED, otherwise)
    return settings


# What a restart by software does not clear.


def _restored(chip: Any, _wanted: object) -> None:
    memory(chip)[_RESTORED] = True


BY_RESTORE = Mutation(stage(RESTORE, Form.EXECUTE, "then"), also("told apart", _restored))
"""What a mutant needs that tells the restart of AT+RESTORE from the others."""


def restarted_by_restore(run: Any) -> bool:
    """Whether that has ended a run; needs BY_RESTORE."""
    return _RESTORED in memory(run)


def surviving(carry: Callable[[Ram, Any], Ram]) -> tuple[Mutation, ...]:
    """RAM begins with something that it held before AT+RST."""

    def begin(healthy: Any, machine: Any) -> Any:
        ram, run = healthy(machine), before(machine)
        return ram if run is None or restarted_by_restore(run) else carry(ram, run)

    return Mutation(at_boot("ram"), wrapped("survives", begin)), BY_RESTORE


def carried(change: Callable[[Settings, Settings], Settings]) -> tuple[Mutation, ...]:
    """The same of a setting: (what is saved, what RAM held) -> what RAM begins with."""
    return surviving(lambda ram, run: replace(ram, settings=change(ram.settings, run.current)))


def _echo(ram: Ram, run: Any) -> Ram:
    return replace(ram, echo_on=run.echo.on)


def _sleep_mode(ram: Ram, run: Any) -> Ram:
    return replace(ram, sleep_mode=run.sleep_mode)


ECHO: tuple[Mutant, ...] = (
    mutant(
        "echo.off-after-boot",
        "the echo is off after every boot",
        Mutation(at_boot("ram"), fixed(echo_on=False)),
    ),
    mutant("echo.survives-rst", "AT+RST leaves the echo as it was", *surviving(_echo)),
)
SLEEP: tuple[Mutant, ...] = (
    *(
        mutant(
            f"sleep.default-{mode}",
            f"the sleep mode is {mode} after every boot",
            Mutation(at_boot("ram"), fixed(sleep_mode=mode)),
        )
        for mode in (0, 1)
    ),
    mutant(
        "sleep.survives-rst",
        "AT+SLEEP= sets a mode that survives AT+RST",
        *surviving(_sleep_mode),
    ),
)


def _as_it_was(attribute: str) -> Callable[[Ram, Any], Ram]:
    """Something of clause 5 begins as it was."""
    return lambda ram, run: replace(ram, **{attribute: getattr(run.tcpip, attribute)})


_MODES = {"cipmux": "multiple", "cipmode": "transparent", "cipsto": "server_timeout_s"}
_DEFAULTS = (("cipmux", 1, True), ("cipmode", 1, True), ("cipsto", 60, 60))

LINKS: tuple[Mutant, ...] = (
    *(
        mutant(
            f"{name}.survives-rst",
            f"AT+{name.upper()}= sets what survives AT+RST",
            *surviving(_as_it_was(attribute)),
        )
        for name, attribute in _MODES.items()
    ),
    *(
        mutant(
            f"{name}.default-{number}",
            f"{name.upper()} is {number} after every boot",
            Mutation(at_boot("ram"), fixed(**{_MODES[name]: value})),
        )
        for name, number, value in _DEFAULTS
    ),
    mutant(
        "cipserver.survives-rst",
        "a server is there after AT+RST, too",
        *surviving(_as_it_was("server")),
    ),
)


# Whether and how it comes up.


def _never(plan: Plan) -> Plan:
    return replace(plan, ready_ns=None)


def _hangs(restored: bool) -> tuple[Mutation, ...]:
    """A restart by software that hangs after the boot text."""

    def plan(healthy: Any, machine: Any, cause: Any, uart: Any) -> Any:
        made_, run = healthy(machine, cause, uart), before(machine)
        hangs = run is not None and restarted_by_restore(run) is restored
        return _never(made_) if hangs else made_

    return Mutation(at_boot("plan"), wrapped("hangs", plan)), BY_RESTORE


RST_HANGS, RESTORE_HANGS = _hangs(restored=False), _hangs(restored=True)


def part(chip: Any, text: bytes) -> None:
    """Say something once the board is up again; whoever asks `parting` does."""
    memory(chip)[_PARTING] = text


def parting(chip: Any) -> bytes:
    """What the run before wanted to be said."""
    run = before(chip)
    text: bytes = memory(run).get(_PARTING, b"") if run is not None else b""
    return text


def _ready_and_parting(healthy: Any, chip: Any) -> bytes:
    text: bytes = healthy(chip)
    return text + parting(chip)


PARTING_WORD = Mutation(at_boot("ready"), wrapped("with a parting word", _ready_and_parting))


def _other_rate(_machine: Any, uart: Any) -> Any:
    return replace(uart, baud=_RATE)


START: tuple[Mutant, ...] = (
    mutant(
        "boot.rate-9600",
        "from the next boot on the UART runs at 9600 baud",
        Mutation(at_boot("uart"), made("9600 baud", _other_rate)),
    ),
    mutant(
        "boot.no-ready",
        "the board boots without saying ready",
        Mutation(at_boot("ready"), constant(b"")),
    ),
)


# What is joined, and linked.


WITH_SOFTAP = Condition("where there is a softAP", lambda chip: has_softap(chip.current))


def _though_off(chip: Any) -> Any:
    return chip.current.access_point if has_station(chip.current) else None


def _untold(chip: Any, _wish: object) -> None:
    untell(chip.station)


def _in_the_air(chip: Any, _nothing: object) -> None:
    run = before(chip)
    if run is not None and not restarted_by_restore(run):
        leave_in_the_air(chip, softap=run.current.softap)


OUTLIVES_IN_THE_AIR = (
    Mutation(at_boot("ready"), also("as it was in the air", _in_the_air)),
    BY_RESTORE,
)
"""The softAP of before a restart by software stays in the air."""

JOINS: tuple[Mutant, ...] = (
    mutant(
        "boot.joins-though-off",
        "a board joins at its boot although AT+CWAUTOCONN is 0",
        Mutation(at_boot("wish"), Operator("though it is off", lambda _healthy: _though_off)),
    ),
    mutant(
        "boot.factory-joins-not",
        "AT+CWAUTOCONN is 0 from the factory",
        Mutation(
            Seam(("factory",)),
            Operator("not joining", lambda factory: replace(factory, auto_connect=False)),
        ),
    ),
    mutant(
        "boot.joins-not",
        "a board does not join at its boot though AT+CWAUTOCONN is 1",
        Mutation(at_boot("wish"), constant(None)),
    ),
)
SELDOM: tuple[Mutant, ...] = (
    mutant(
        "boot.joins-untold",
        "what is joined at a boot is told by none of the WIFI lines",
        Mutation(at_boot("join"), also_after("untold", _untold)),
    ),
    mutant(
        "boot.joins-not-in-mode-3",
        "a board with a softAP, too, does not join at its boot",
        Mutation(at_boot("wish"), constant(None), WITH_SOFTAP),
    ),
)


def _forget_link(chip: Any, _wanted: object) -> None:
    chip.store.write(link=None)


SAVED_LINK: tuple[Mutant, ...] = (
    mutant(
        "savetranslink.not-at-boot",
        "a saved link is not opened at boot",
        Mutation(at_boot("link"), constant(None)),
    ),
    mutant(
        "savetranslink.once",
        "a saved link is opened at the next boot and then forgotten",
        Mutation(at_boot("link"), also("forgotten", _forget_link)),
    ),
)
