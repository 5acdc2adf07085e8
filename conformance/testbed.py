"""What a rig offers to the test purposes, as Protocols, and how it says that it failed.

Law of this file: interfaces and plain values only. Everything a purpose asks of the outside goes
through one of these doors, so that a stored run can be played back through the same doors.
All times are nanoseconds of one monotonic clock, which the Port owns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from conformance.flash import FlashLayout

#: What a rig may offer beyond a serial line, and what it means for it to be missing.
CAPABILITIES: Mapping[str, str] = {
    "uart-rate": "the line carries its baud rate, so that a wrong one shows",
    "uart-framing": "the line carries data bits, stop bits and parity, so that wrong ones show",
    "rts-cts": "the wires of hardware flow control, or none that could hold up the board",
    "reset": "the board can be reset from outside",
    "power": "the power of the board can be switched off and on",
    "wake-wire": "XPD_DCDC is connected with EXT_RSTB, so that deep sleep ends by itself",
    "flash-read": "the flash of the board can be read",
    "network": "an access point that the station can join, with a network and hosts behind it",
    "access-points": "access points that come, go and are secured as a purpose asks",
    "second-station": "a second station, which can join the IUT's softAP",
    "capture": "what the IUT sends and is sent on the network is recorded",
    "pairing": "somebody who plays the other side of SmartConfig and WPS",
}

#: Those that a lab offers.
LAB_CAPABILITIES = ("network", "access-points", "second-station", "capture", "pairing")

#: Classes of harm that a purpose can do to a board, and why one may want to forbid it.
HAZARDS: Mapping[str, str] = {
    "destructive": "erases settings in flash or wears it",
    "ota": "replaces the firmware over the network",
    "unwired-sleep": "needs the wake-up wire, or the board stays asleep",
    "stranding": "may leave the UART where no command reaches it; a reset or power cycle helps",
    "stranding-for-good": "may save such a setting of the UART; new firmware alone helps",
}

#: The class of purposes that wait for longer than so many seconds, and why one may not want them.
LONG, LONG_S = "long", 60
LONG_TAKES = "waits for minutes or hours"


class TestbedError(Exception):
    """The rig failed. The message says what happened, why, and what to do about it."""

    __test__ = False


class PortError(TestbedError):
    """The serial line failed: it could not be opened, or it broke while in use."""


class LabError(TestbedError):
    """The lab failed: it could not be started, died, or did not understand."""


class SettingRefused(PortError):
    """The port cannot be set so; it works on as it was set before."""


class NotRecovered(TestbedError):
    """The IUT could not be brought back to a state in which it answers."""


@dataclass(frozen=True, slots=True)
class LineSettings:
    """The settings of a serial line (clause 2, note 4 gives the rate; 8N1 is the chip's own)."""

    #: Bits per second, 110 to 4608000 (clause 3.2.7).
    baudrate: int = 115200
    databits: int = 8
    #: 1, 1.5 or 2.
    stopbits: float = 1
    #: `N`, `O` or `E`.
    parity: str = "N"

    def problem(self) -> str:
        """Which setting no such line has, and what it may be; empty if all is well."""
        if not 110 <= self.baudrate <= 4_608_000:
            return f"baudrate is 110 to 4608000, not {self.baudrate}"
        for name, allowed in (
            ("databits", (5, 6, 7, 8)),
            ("stopbits", (1, 1.5, 2)),
            ("parity", ("N", "O", "E")),
        ):
            if getattr(self, name) not in allowed:
                return f"{name} is one of {allowed}, not {getattr(self, name)!r}"
        return ""

    def __str__(self) -> str:
        return f"{self.baudrate} {self.databits}{self.parity}{self.stopbits:g}"


class Port(Protocol):
    """A byte stream to the IUT. Every method raises `PortError` when the line is gone."""

    def now(self) -> int:
        """The current time of the port's clock."""

    def write(self, data: bytes) -> int:
        """Hand over all of `data`; the time when the last byte was handed over."""

    def read(self, deadline: int) -> tuple[bytes, int]:
        """The bytes that have come, and when; `(b"", time)` if none came until `deadline`.

        A deadline in the past asks only for what is there already. Never empty before it.
        """

    def configure(self, settings: LineSettings) -> None:
        """Set the line's rate and framing, when what was written has left at the ones from before.

        Raises `SettingRefused` if the port has no such setting; it is then as it was.
        """


class Reset(Protocol):
    """Something that restarts the IUT from outside."""

    def pulse(self) -> None:
        """Reset the IUT; returns when the reset line is released. Raises `PortError`."""


class Power(Protocol):
    """The supply of the board."""

    def off(self) -> None:
        """Take the power away; returns when the board is without. Raises `PortError`."""

    def on(self) -> None:
        """Give the power back; returns at once, while the board starts. Raises `PortError`."""


class Flash(Protocol):
    """The flash of the board. Reading it restarts the board, as its loader does."""

    def layout(self) -> FlashLayout:
        """Where the parameter areas lie; raises `PortError` if nobody can tell."""

    def read(self, areas: Sequence[range]) -> Sequence[bytes]:
        """The bytes at `areas`; afterwards the board starts again. Raises `PortError`."""


class Lab(Protocol):
    """The network side of the rig, as `conformance.lab` speaks to it."""

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """One question, one answer, both JSON.

        Raises `LabError` if the lab is gone or does not answer in time, and `Inconclusive` if it
        says that it could not do what was asked, though nothing is broken.
        """


@dataclass(frozen=True, slots=True)
class Controls:
    """The hands that a rig has on the board, beside its serial line; None: it has no such hand.

    `reset`, `power` and `flash` are the capabilities `reset`, `power` and `flash-read`; `lab` is
    behind all that have to do with a network.
    """

    reset: Reset | None = None
    power: Power | None = None
    flash: Flash | None = None
    lab: Lab | None = None


class Rig(Protocol):
    """Everything around the IUT, as the harness holds it while a run goes on."""

    @property
    def name(self) -> str:
        """What `--rig` said, without secrets."""

    @property
    def port(self) -> Port: ...

    @property
    def controls(self) -> Controls:
        """What the purposes may pull, through the Session, which writes it down."""

    @property
    def capabilities(self) -> frozenset[str]: ...

    @property
    def settings(self) -> LineSettings:
        """The line settings at which the IUT was last known to answer."""

    @property
    def is_board(self) -> bool:
        """Whether hazards need the engineer's leave: true for a board, false for an emulator."""

    @property
    def is_real_time(self) -> bool:
        """Whether a second takes a second: true for a board, false where idle time is skipped."""

    def missing(self) -> Mapping[str, str]:
        """Each capability that this rig lacks, and why."""

    def begin(self, purpose: str) -> None:
        """The purpose with this id begins. `Inconclusive` if a stored run knows nothing of it."""

    def recover(self, recorder: Recorder, suspects: Sequence[LineSettings] = ()) -> None:
        """Bring the IUT back to answering `AT`; raises `NotRecovered` or `PortError`.

        `suspects` are line settings at which it may have been left, likeliest first. `settings`
        are then those at which it answers.
        """

    def wear(self) -> Mapping[str, int]:
        """What this rig's use has cost the board so far, by name; empty if nobody can tell."""

    def close(self) -> None: ...


@runtime_checkable
class Reflashable(Protocol):
    """A rig that can give its IUT the firmware anew, as esptool would."""

    def reflash(self) -> None:
        """Factory settings, the line as the bench has it; returns while the IUT starts.

        Raises `PortError`.
        """


@runtime_checkable
class Attended(Protocol):
    """A rig that starts its lab itself, and can tell how it is."""

    def keep_captures(self, folder: Path | None, prefix: str) -> None:
        """From now on captures go to `folder`, with names that begin so; None: nobody keeps them.

        To be said before `begin`.
        """

    def lab_problem(self) -> str:
        """Why the lab can be trusted no more; empty if it can, or there is none."""


@runtime_checkable
class Clocked(Protocol):
    """A rig that has a clock of its own, which may pass in another way than real time."""

    def time_passed(self) -> Mapping[str, Any]:
        """How its clock went since this was asked last, as JSON; empty if as real time does.

        `readings`: lists of a real time, what the clock showed then, and whether it ran from then
        on as real time does; else it stood. `waited_ns`: for whom it was waited in real time ->
        how long.
        """


@runtime_checkable
class Powered(Protocol):
    """A rig that may have to give its board the power back when it is closed."""

    def power_left(self) -> str:
        """What became of the power, if it was away when the rig was closed; else nothing."""


@runtime_checkable
class Returning(Protocol):
    """A rig whose line may go away and come back, perhaps with another board at its end."""

    @property
    def returns(self) -> int:
        """How often the line came back until now."""


@runtime_checkable
class Talkative(Protocol):
    """A rig whose device says something beside its line: on its standard error, for example."""

    def words(self) -> str:
        """What it has said so, bounded; complete when the rig is closed."""


@runtime_checkable
class Recorder(Protocol):
    """Keeps every byte of a run."""

    def sent(self, data: bytes, at: int) -> None: ...

    def received(self, data: bytes, at: int) -> None: ...

    def acted(self, action: str, detail: str, at: int) -> None:
        """The harness did something other than write: configure, recover, fail."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long this bench waits, in seconds. The document states no times, so a PIXIT may."""

    #: For the final result code of a command that needs no network.
    answer_s: float = 3.0
    #: For a join, and for a scan, to be over (ruling R-42).
    join_s: float = 20.0
    scan_s: float = 10.0
    #: How long what must not come is waited for: a scan and a join of its own, a lease, a message.
    absent_s: float = 30.0
    #: From the OK of a restart until `ready`.
    restart_s: float = 10.0
    #: After `busy`, for the final result code that may or may not follow.
    after_busy_s: float = 1.0
    #: Silence after which a line that owes no final result code counts as answered.
    quiet_s: float = 0.3
    #: For the whole recovery ladder.
    recovery_s: float = 30.0
    #: How far the IUT's clock of deep sleep may be off, as a fraction of the time (clause 3.2.4).
    sleep_tolerance: float = 0.1


NANOSECONDS = 1_000_000_000


def after(moment: int, seconds: float) -> int:
    """The time `seconds` after `moment`."""
    return moment + int(seconds * NANOSECONDS)
