"""AT+SAVETRANSLINK (clause 5.2.15; errata 119; field guide 5).

Law: what is saved; that it is opened at boot and passes through, `firmware` and `passthrough` know.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..chip.chip import Chip
from ..ip.inet import EVERYBODY, NOBODY
from ..ip.link import SSL, TCP, UDP
from ..line.command import Command, Form
from ..line.parameters import Parameters
from ..settings.savedlink import SavedLink
from ..settings.settings import Changes, Settings
from .numbers import Number
from .stages import Reasons, SettingForm

NAME = "+SAVETRANSLINK"

HOST_MAX, TYPE_MAX = 63, 8
MODE = Number("mode", (0, 1))
PORT = Number("port", range(1, 65536))
KEEP_ALIVE = Number("keepalive", range(7201))
LOCAL_PORT = Number("local port", range(1, 65536))
NO_ADDRESS, NO_TYPE = "no address", "no such type"


@dataclass(frozen=True)
class Target:
    """Where a link is to lead to.  None is what was left out."""

    host: bytes
    port: int
    kind: bytes | None = None
    keep_alive: int | None = None
    local_port: int | None = None


@dataclass(frozen=True)
class Wish:
    """What is wanted: a link to be saved, or with mode 0 that none is."""

    mode: int
    target: Target | None = None


# Parsed.


def _parsed(chip: Chip, parameters: Parameters) -> Wish:
    mode = parameters.number()
    target = _target(chip, parameters) if mode else None
    parameters.end()
    return Wish(mode, target)


def _target(chip: Chip, parameters: Parameters) -> Target:
    """The last number means one thing with UDP, and another with all other types."""
    host, port = parameters.text(HOST_MAX), parameters.number()
    kind = _kind(chip, parameters)
    if parameters.exhausted:
        return Target(host, port, kind)
    if kind == UDP:
        return Target(host, port, kind, local_port=parameters.number())
    return Target(host, port, kind, keep_alive=parameters.number())


def _kind(chip: Chip, parameters: Parameters) -> bytes | None:
    """Where empty numbers count as 0, an empty type counts as none."""
    if parameters.exhausted:
        return None
    if chip.personality.parameters.empty_is_zero and parameters.skip_last_empty():
        return None
    return parameters.text(TYPE_MAX)


# Decided.


def _refusals(chip: Chip, wish: Wish) -> Reasons:
    yield from MODE.reasons(wish.mode)
    if wish.target:
        yield from _target_refusals(chip, wish.target)


def _target_refusals(chip: Chip, target: Target) -> Reasons:
    if not _leads_somewhere(chip, target.host):
        yield NO_ADDRESS
    if target.kind is not None and not is_known(chip, target.kind):
        yield NO_TYPE
    yield from PORT.reasons(target.port)
    if target.keep_alive is not None:
        yield from KEEP_ALIVE.reasons(target.keep_alive)
    if target.local_port is not None:
        yield from LOCAL_PORT.reasons(target.local_port)


def _leads_somewhere(chip: Chip, host: bytes) -> bool:
    """Addresses, and where names are saved, those too; nothing checks whether they exist."""
    rules = chip.personality.tcpip
    literal = rules.literal(host)
    if literal in (NOBODY, EVERYBODY):
        return rules.saves_nowhere
    return literal is not None or (bool(host) and rules.saves_names)


def is_known(chip: Chip, kind: bytes) -> bool:
    """Whether a link of this type can be saved."""
    return kind in (TCP, UDP) or (kind == SSL and chip.personality.tcpip.saves_names)


# Saved.


def _changes(_chip: Chip, _settings: Settings, wish: Wish) -> Changes:
    """Without a type it is TCP."""
    target = wish.target if wish.mode else None
    if target is None:
        return Changes(link=None)
    kind, keep_alive, local_port = target.kind, target.keep_alive, target.local_port
    saved = SavedLink(target.host, target.port, kind or TCP, keep_alive or 0, local_port or 0)
    return Changes(link=saved)


def _at_the_next_boot(_chip: Chip, _changes: Changes) -> None:
    """Nothing in RAM depends on it."""


COMMANDS = (
    Command(
        NAME,
        {
            Form.SET: SettingForm(
                parse=_parsed,
                decide=_refusals,
                change=_changes,
                apply=_at_the_next_boot,
                saves=True,
            )
        },
    ),
)
