"""AT+MDNS (clause 4.1.37; field guide 4).

Law: what this command takes; who answers to the names is for the network.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ..asking.numbers import Field
from ..asking.shapes import Shape, Shaped, Text
from ..command import ERROR, OK, Answer, BadParameter, Call, Command, Form
from ..discovery import MdnsName
from .wifimode import SOFTAP

if TYPE_CHECKING:
    from ..firmware import Firmware

SLUG = "mdns"
ENABLE = Field("enable", 1, (0, 1), known=(0, 1), foreign=(-1, 2))
HOST = Text("host", 32, default=b"espressif", bounded=False, free=False)
SERVER = Text("server", 32, default=b"iot", bounded=False, free=False)
PORT = Field("port", 8080, range(1, 65536), known=(1, 8080, 65535), foreign=(-1, 65536))
SHAPES: tuple[Shape, ...] = (ENABLE, HOST, SERVER, PORT)

_PLAIN = re.compile(rb"[0-9A-Za-z_-]+")
_PROTOCOLS = (b"http", b"https", b"ftp", b"tcp", b"udp")


def _set(firmware: Firmware, call: Call) -> Answer:
    parameters = Shaped(firmware, SLUG, call, SHAPES)
    if parameters.legal_number(ENABLE) == 0:
        return _disabled(firmware, parameters)
    try:
        host, server = parameters.text(HOST), parameters.text(SERVER)
        port = parameters.legal_number(PORT)
        parameters.end()
    except BadParameter:
        return _refused(firmware, b"para error when mdns\r\n")
    if firmware.faults.active(f"{SLUG}.odd-name-restarts") and (_odd(host) or _odd(server)):
        return Answer(None, afterwards=firmware.restart)
    return _enabled(firmware, MdnsName(host, server, port))


def _disabled(firmware: Firmware, parameters: Shaped) -> Answer:
    """It stands alone, or with everything that enables (errata 75)."""
    if parameters.exhausted:
        return (
            ERROR if firmware.faults.active(f"{SLUG}.0-alone-refused") else _named(firmware, None)
        )
    try:
        if firmware.personality.station.mdns_off_alone:
            raise BadParameter("surplus")
        parameters.text(HOST)
        parameters.text(SERVER)
        parameters.legal_number(PORT)
        parameters.end()
    except BadParameter:
        return _refused(firmware, b"para error when disable mdns\r\n")
    return _named(firmware, None)


def _enabled(firmware: Firmware, name: MdnsName) -> Answer:
    rules = firmware.personality.station
    if rules.mdns_needs_address:
        if firmware.current.mode == SOFTAP:
            return _refused(firmware, b"opmode mismatch when mdns\r\n")
        if not firmware.station.has_address:
            return _refused(firmware, b"ip invalid when mdns\r\n")
    if not rules.mdns_any_name and (_odd(name.host) or _odd(name.server)):
        return _refused(firmware, b"hostname error when mdns\r\n")
    return _named(firmware, name)


def _named(firmware: Firmware, name: MdnsName | None) -> Answer:
    return replace(OK, effect=lambda: _name(firmware, name))


def _name(firmware: Firmware, name: MdnsName | None) -> None:
    if not _keeps(firmware, name):
        firmware.mdns_name = name
    firmware.astray.unnamed |= name is None


def _keeps(firmware: Firmware, name: MdnsName | None) -> bool:
    """Whether the active faults leave the names as they are."""
    active = firmware.faults.active
    if name is None:
        return active(f"{SLUG}.0-stays")
    first = firmware.mdns_name is not None and active(f"{SLUG}.first-kept")
    return first or (firmware.astray.unnamed and active(f"{SLUG}.once"))


def _odd(name: bytes) -> bool:
    """Whether it has a special character, or is a protocol's."""
    return not _PLAIN.fullmatch(name) or name in _PROTOCOLS


def _refused(firmware: Firmware, why: bytes) -> Answer:
    return replace(ERROR, information=why if firmware.personality.station.explains else b"")


COMMANDS = (Command("+MDNS", {Form.SET: _set}),)
