"""AT+CIFSR (clause 5.2.11; field guide 5): which addresses the board has.

Law: the interfaces of the Wi-Fi mode, the softAP first.  Real firmware also sets the softAP's
address with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..addresses import NO_IP, IpConfig, ip_text, mac_text
from ..command import ERROR, OK, Answer, BadParameter, Call, Command, Final, Form
from ..interfaces import has_softap, has_station, softap_ip, softap_mac, station_ip, station_mac
from ..parameters import QUOTE
from .staticip import softap_at

if TYPE_CHECKING:
    from ..firmware import Firmware

_LONGEST = 64
_COMPLAINT = b"IP ERROR\r\n"


def _execute(firmware: Firmware, _call: Call) -> Answer:
    active, settings, rules = firmware.faults.active, firmware.current, firmware.personality
    found: list[tuple[bytes, IpConfig, bytes]] = []
    if has_softap(settings) and not active("cifsr.softap-missing"):
        found.append((b"AP", softap_ip(settings, rules.ips), softap_mac(settings, rules.macs)))
    station = station_ip(settings, rules.ips, firmware.air)
    if active("cifsr.phantom-station") and station == NO_IP:
        station = rules.ips.softap
    if active("cifsr.first-address") and station != NO_IP:
        station = firmware.astray.first_station = firmware.astray.first_station or station
    if not settings.dhcp.station and active("cifsr.static-missing"):
        station = NO_IP
    if active("cifsr.after-leave"):
        last = firmware.astray.last_station if station == NO_IP else station
        station = firmware.astray.last_station = last or NO_IP
    if active("cifsr.softap-as-station"):
        station = softap_ip(settings, rules.ips)
    if has_station(settings) and not active("cifsr.station-missing"):
        found.append((b"STA", station, station_mac(settings, rules.macs)))
    if active("cifsr.factory-address"):
        found = [(name, _as_made(firmware, name, ip), mac) for name, ip, mac in found]
    if not rules.ips.labelled:
        return Answer(Final.OK, b"".join(_plain(firmware, ip) for _name, ip, _mac in found))
    return Answer(Final.OK, b"".join(_labelled(firmware, *each) for each in found))


def _as_made(firmware: Firmware, name: bytes, ip: IpConfig) -> IpConfig:
    return firmware.personality.ips.softap if name == b"AP" else ip


def _plain(firmware: Firmware, ip: IpConfig) -> bytes:
    return _prefix(firmware) + _address(firmware, ip) + b"\r\n"


def _labelled(firmware: Firmware, name: bytes, ip: IpConfig, mac: bytes) -> bytes:
    prefix = _prefix(firmware)
    parts = (name + b"IP", _address(firmware, ip)), (name + b"MAC", mac_text(mac))
    return b"".join(b'%b%b,"%b"\r\n' % (prefix, label, text) for label, text in parts)


def _prefix(firmware: Firmware) -> bytes:
    active = firmware.faults.active
    if active("cifsr.no-prefix"):
        return b""
    return b"+CIPSTA:" if active("cifsr.other-prefix") else b"+CIFSR:"


def _address(firmware: Firmware, ip: IpConfig) -> bytes:
    text = ip_text(ip.address)
    return text.rpartition(b".")[0] if firmware.faults.active("cifsr.address-cut") else text


def _test(_firmware: Firmware, _call: Call) -> Answer:
    return OK


def _set(firmware: Firmware, call: Call) -> Answer:
    if not call.arguments.startswith(QUOTE):
        return replace(ERROR, information=_COMPLAINT)
    if not has_softap(firmware.current):
        return ERROR
    parameters = firmware.parameters(call.arguments)
    address = firmware.personality.ips.parsed(parameters.text(_LONGEST))
    parameters.end()
    if address is None or not firmware.personality.ips.usable(address):
        raise BadParameter("no address")
    changed = replace(firmware.current, softap_ip=softap_at(address))

    def take() -> None:
        firmware.current = changed

    return Answer(Final.OK, effect=take)


COMMANDS = (
    Command(
        "+CIFSR",
        {Form.TEST: _test, Form.SET: _set, Form.EXECUTE: _execute},
        by_digit=True,
        extra=frozenset((Form.TEST, Form.SET)),
    ),
)
