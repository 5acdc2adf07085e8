"""AT+PING, AT+CIUPDATE and, beyond the document, AT+CIPDOMAIN (clauses 5.2.17 and 5.2.18; field
guide 5).

Law: questions to the network that leave nothing behind.  There is no server to be updated from:
AT+CIUPDATE goes as far as connecting to one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..command import Answer, Call, Command, Final, Form
from ..interfaces import station_ip
from ..net import StreamEvents
from ..tcpip import once
from ..timers import MILLISECOND
from .refusals import Complaint, explained, refused

if TYPE_CHECKING:
    from ..firmware import Firmware

HOST_MAX = 128
_UPDATE_SERVER, _UPDATE_PORT = b"iot.espressif.cn", 80


def _host(firmware: Firmware, call: Call) -> bytes:
    active = firmware.faults.active
    text = call.arguments
    if call.name == "+PING" and active("ping.surplus-accepted"):
        text = text.partition(b",")[0]
    parameters = firmware.parameters(text)
    host = parameters.text(HOST_MAX)
    parameters.end()
    return host


def _ping(firmware: Firmware, call: Call) -> Answer:
    if firmware.faults.active("ping.unread-ok"):
        return Answer(Final.OK)
    host = _host(firmware, call)
    return Answer(
        None,
        pending=lambda done: firmware.tcpip.resolve(host, lambda ip: _echo(firmware, ip, done)),
    )


def _echo(firmware: Firmware, ip: str | None, done: Callable[[Answer], None]) -> None:
    if ip is None:
        if firmware.faults.active("ping.name-failure-ok"):
            done(Answer(Final.OK))
        else:
            done(Answer(Final.ERROR, _timed(firmware)))
        return
    active = firmware.faults.active
    if active("ping.unsent") or (ip in firmware.astray.echoed and active("ping.remembered")):
        done(_answered(firmware, MILLISECOND))
        return
    if firmware.faults.listed_and_active(f"ping.fails-in-mode-{firmware.current.mode}"):
        firmware.later(firmware.timing.ping_timeout, lambda: done(_unheard(firmware)))
        return
    if active("ping.other-host"):
        ip = str(station_ip(firmware.current, firmware.personality.ips, firmware.air).gateway)
    answer = once(done)

    def heard(time_ns: int) -> None:
        firmware.astray.echoed.add(ip)
        answer(_answered(firmware, time_ns))

    firmware.network.ping(ip, heard)
    firmware.later(firmware.timing.ping_timeout, lambda: answer(_unheard(firmware)))


def _answered(firmware: Firmware, time_ns: int) -> Answer:
    if firmware.faults.active("ping.time-invented"):
        time_ns = MILLISECOND
    return Answer(Final.OK, b"+%d\r\n" % (time_ns // MILLISECOND))


def _unheard(firmware: Firmware) -> Answer:
    if firmware.faults.active("ping.timeout-ok"):
        return Answer(Final.OK, b"+1\r\n")
    return Answer(Final.ERROR, _timed(firmware) or firmware.personality.tcpip.ping_timeout)


def _timed(firmware: Firmware) -> bytes:
    """The time that only a faulty firmware tells of a ping that failed."""
    return b"+1\r\n" if firmware.faults.active("ping.failure-timed") else b""


def _domain(firmware: Firmware, call: Call) -> Answer:
    host = _host(firmware, call)

    def told(ip: str | None) -> Answer:
        if ip is None:
            return refused(firmware, b"DNS Fail")
        return Answer(Final.OK, b"+CIPDOMAIN:%s\r\n" % ip.encode("ascii"))

    return Answer(
        None, pending=lambda done: firmware.tcpip.resolve(host, lambda ip: done(told(ip)))
    )


def _update(firmware: Firmware, _call: Call) -> Answer:
    if not firmware.tcpip.has_ip:
        _not_updated(firmware)
        raise Complaint
    return Answer(
        None,
        pending=lambda done: firmware.tcpip.resolve(
            _UPDATE_SERVER, lambda ip: _found(firmware, ip, done)
        ),
    )


def _found(firmware: Firmware, ip: str | None, done: Callable[[Answer], None]) -> None:
    prefix, answer = firmware.personality.tcpip.update_prefix, once(done)
    if ip is None:
        if firmware.faults.active("ciupdate.steps-told"):
            for step in (b"1", b"2", b"3", b"4"):
                firmware.say(prefix + step + b"\r\n")
        done(_not_updated(firmware))
        return
    firmware.say(prefix + b"1\r\n")

    def connected() -> None:
        firmware.say(prefix + b"2\r\n")
        over()

    def over() -> None:
        stream.close()
        answer(_not_updated(firmware))

    events = StreamEvents(connected, lambda _data: None, over)
    stream = firmware.network.connect((ip, _UPDATE_PORT), tls=False, events=events)
    firmware.later(firmware.timing.tcp_timeout, over)


def _not_updated(firmware: Firmware) -> Answer:
    firmware.updates += firmware.faults.active("ciupdate.other-version")
    return Answer(Final.ERROR)


COMMANDS = (
    Command("+PING", {Form.SET: explained(_ping)}),
    Command("+CIPDOMAIN", {Form.SET: explained(_domain)}, extra=frozenset({Form.SET})),
    Command("+CIUPDATE", {Form.EXECUTE: explained(_update)}),
)
