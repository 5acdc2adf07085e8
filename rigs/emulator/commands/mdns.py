"""AT+MDNS (clause 4.1.37; field guide 4).

Law: what this command takes; who answers to the names is for the network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..chip.chip import Chip
from ..ip.mdnsname import MdnsName
from ..line.command import ERROR, Answer, BadParameter, Command, Form
from ..line.parameters import Parameters
from .numbers import Number
from .stages import RamForm, Reasons
from .texts import Text
from .wifimode import SOFTAP

NAME = "+MDNS"
OFF = 0
ENABLE, PORT = Number("enable", (OFF, 1)), Number("port", range(1, 65536))
HOST, SERVER = Text("host", longest=32), Text("server", longest=32)

UNREADABLE, NOT_ALONE = "names unreadable", "names although it is to be off"
NO_STATION, NO_ADDRESS = "not in softAP mode", "no address"
ODD = "a name that it should not have"

_PLAIN = re.compile(rb"[0-9A-Za-z_-]+")
_PROTOCOLS = (b"http", b"https", b"ftp", b"tcp", b"udp")


@dataclass(frozen=True)
class Naming:
    """What is wanted; `name`: what stands behind the first parameter, if it can be read.

    `alone`: nothing stands there.
    """

    enable: int
    name: MdnsName | None = None
    alone: bool = False


def _parsed(_chip: Chip, parameters: Parameters) -> Naming:
    """0 stands alone, or with everything that enables (errata 75)."""
    enable = parameters.number()
    if enable == OFF and parameters.exhausted:
        return Naming(enable, alone=True)
    try:
        return Naming(enable, _name(parameters))
    except BadParameter:
        return Naming(enable)


def _name(parameters: Parameters) -> MdnsName:
    name = MdnsName(parameters.text(), parameters.text(), parameters.number())
    parameters.end()
    return name


# Why it is refused.


def _refusals(chip: Chip, wanted: Naming) -> Reasons:
    """In the order in which firmware complains."""
    yield from ENABLE.reasons(wanted.enable)
    if wanted.enable != OFF:
        yield from _not_now(chip)
    yield from out_of_range(wanted)
    if wanted.enable != OFF:
        yield from _not_such(chip, wanted)
    elif chip.personality.station.mdns_off_alone and not wanted.alone:
        yield NOT_ALONE


def out_of_range(wanted: Naming) -> Reasons:
    """What is wrong with what stands behind the first parameter."""
    name = wanted.name
    if name:
        yield from HOST.reasons(name.host)
        yield from SERVER.reasons(name.server)
        yield from PORT.reasons(name.port)
    elif not wanted.alone:
        yield UNREADABLE


def _not_now(chip: Chip) -> Reasons:
    rules = chip.personality.station
    if rules.mdns_needs_address and chip.current.mode == SOFTAP:
        yield NO_STATION
    if rules.mdns_needs_address and not chip.station.has_address:
        yield NO_ADDRESS


def _not_such(chip: Chip, wanted: Naming) -> Reasons:
    if wanted.name and is_odd(wanted.name) and not chip.personality.station.mdns_any_name:
        yield ODD


def is_odd(name: MdnsName) -> bool:
    """Whether one of the names has a special character, or is a protocol's."""
    names = (name.host, name.server)
    return any(not _PLAIN.fullmatch(each) or each in _PROTOCOLS for each in names)


# What is said then, in firmware that explains.

_SAID = {
    NO_STATION: b"opmode mismatch when mdns\r\n",
    NO_ADDRESS: b"ip invalid when mdns\r\n",
    ODD: b"hostname error when mdns\r\n",
}
_PARAMETERS = (
    UNREADABLE,
    NOT_ALONE,
    *(f"{each.name} " for each in (ENABLE, HOST, SERVER, PORT)),
)
"""How the reasons begin that are about what was typed."""


def _refused(chip: Chip, _form: object, wanted: Naming, why: tuple[str, ...]) -> Answer:
    explains = chip.personality.station.explains
    return replace(ERROR, information=_line(wanted, why[0]) if explains else b"")


def _line(wanted: Naming, reason: str) -> bytes:
    if reason.startswith(_PARAMETERS):
        return b"para error when %bmdns\r\n" % (b"disable " if wanted.enable == OFF else b"")
    return _SAID.get(reason, b"")


def _tell_the_network(chip: Chip, wanted: Naming) -> None:
    chip.mdns_name = None if wanted.enable == OFF else wanted.name


COMMANDS = (
    Command(
        NAME,
        {
            Form.SET: RamForm(
                parse=_parsed, decide=_refusals, effect=_tell_the_network, refuse=_refused
            )
        },
    ),
)
