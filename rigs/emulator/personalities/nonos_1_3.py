"""Personality `nonos-1.3`: Espressif's AT 1.3.0.0 on SDK 2.0.0, as recorded.

Law: byte for byte what the recordings show; where they show nothing, the field guide.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

from ..chip.boottext import BootText
from ..chip.rules import BasicRules, Identity, SoftApRules, StationRules
from ..commands import registered
from ..commands.wifimode import BOTH, SOFTAP, STATION
from ..firmware.personality import Personality
from ..ip.addressrules import DhcpRules, IpRules, MacRules
from ..line.command import Final
from ..line.grammar import Grammar, first_cr
from ..line.parameters import ParameterRules
from ..line.reader import WindowReader
from ..resetcause import ResetCause
from ..serial.uart import divisor_of_16_bits
from ..settings.accesspoint import AccessPoint
from ..settings.addresses import NO_IP, NOWHERE, IpConfig, read_as_c_does
from ..settings.settings import Settings, SoftAp
from ..wifi.air import Speech
from . import tcpip

_BASIC_AND_MODE = {
    "": "E",
    "E": "S",
    "+RST": "E",
    "+GMR": "E",
    "+GSLP": "S",
    "+RESTORE": "E",
    "+UART": "S",
    "+UART_CUR": "S",
    "+UART_DEF": "S",
    "+SLEEP": "QS",
    "+RFPOWER": "S",
    "+RFVDD": "QSE",
    "+CWMODE": "TQS",
    "+CWMODE_CUR": "TQS",
    "+CWMODE_DEF": "TQS",
    "+CWSAP": "QS",
    "+CWSAP_CUR": "QS",
    "+CWSAP_DEF": "QS",
}

_ADDRESSES = {
    "+CWLIF": "E",
    "+CWDHCP": "QS",
    "+CWDHCP_CUR": "QS",
    "+CWDHCP_DEF": "QS",
    "+CWDHCPS_CUR": "QS",
    "+CWDHCPS_DEF": "QS",
    "+CWAUTOCONN": "QS",
    "+CIPSTAMAC": "QS",
    "+CIPSTAMAC_CUR": "QS",
    "+CIPSTAMAC_DEF": "QS",
    "+CIPAPMAC": "QS",
    "+CIPAPMAC_CUR": "QS",
    "+CIPAPMAC_DEF": "QS",
    "+CIPSTA": "QS",
    "+CIPSTA_CUR": "QS",
    "+CIPSTA_DEF": "QS",
    "+CIPAP": "QS",
    "+CIPAP_CUR": "QS",
    "+CIPAP_DEF": "QS",
    "+CIFSR": "TSE",
}

_STATION = {
    "+CWJAP": "QS",
    "+CWJAP_CUR": "QS",
    "+CWJAP_DEF": "QS",
    "+CWLAPOPT": "S",
    "+CWLAP": "SE",
    "+CWQAP": "TE",
    "+CWSTARTSMART": "SE",
    "+CWSTOPSMART": "E",
    "+CWSTARTDISCOVER": "S",
    "+CWSTOPDISCOVER": "E",
    "+WPS": "SE",
    "+MDNS": "S",
}

_LINKS = tcpip.NONOS_1_3_FORMS

_LOADER = (
    b"load 0x40100000, len 2408, room 16 \r\ntail 8\r\nchksum 0xe5\r\n"
    b"load 0x3ffe8000, len 776, room 0 \r\ntail 8\r\nchksum 0x84\r\n"
    b"load 0x3ffe8310, len 632, room 0 \r\ntail 8\r\nchksum 0xd8\r\ncsum 0xd8\r\n"
    b"\r\n2nd boot version : 1.6\r\n  SPI Speed      : 40MHz\r\n  SPI Mode       : DIO\r\n"
    b"  SPI Flash Size & Map: 8Mbit(512KB+512KB)\r\njump to run user1 @ 1000\r\n\r\n"
)
_SDK = (
    b"rf cal sector: 251\r\nrf[112] : 00\r\nrf[113] : 00\r\nrf[114] : 01\r\n"
    b"\r\nSDK ver: 2.0.0(656edbf) compiled @ Jul 19 2016 17:58:40\r\n"
    b"phy ver: 1055, pp ver: 10.2\r\n\r\n"
)


_STRICT_NUMBERS = ParameterRules(wraps=True, longest_number=10)
_NUMBERS = replace(_STRICT_NUMBERS, any_signs=True)


def _printed_as_c_strings(softap: SoftAp) -> tuple[bytes, bytes]:
    """SSID and password run on into what follows them in memory (observed 1.3, item 9)."""
    fields = bytes((len(softap.ssid), softap.channel, softap.ecn))
    password = softap.password.ljust(64, b"\0") + fields
    ssid = softap.ssid.ljust(32, b"\0") + password
    return ssid.partition(b"\0")[0], password.partition(b"\0")[0]


class _Bauds:
    """1 to 5000000, and, compared as signed, all below zero (observed 1.3, item 1)."""

    def __contains__(self, baud: object) -> bool:
        return isinstance(baud, int) and baud != 0 and baud <= 5_000_000


def _slept_us(time: int) -> int | None:
    """Microseconds in 32 bits; at 0 the timer does not run (errata 17)."""
    return time * 1000 % 2**32 or None


def _smartconfig_lines(wish: AccessPoint, speech: Speech) -> tuple[bytes, ...]:
    """Field guide 4, CWSTARTSMART."""
    return (
        b"smartconfig type:" + (b"AIRKISS" if speech is Speech.AIRKISS else b"ESPTOUCH"),
        b"Smart get wifi info",
        b"ssid:" + wish.ssid,
        b"password:" + wish.password,
    )


NONOS_1_3 = Personality(
    name="nonos-1.3",
    says="Espressif's NONOS AT 1.3.0.0 (SDK 2.0.0), byte for byte as recorded",
    commands=registered({**_BASIC_AND_MODE, **_ADDRESSES, **_STATION, **_LINKS}),
    reader=WindowReader,
    grammar=Grammar(first_cr),
    parameters=replace(_NUMBERS, empty_is_zero=True),
    strict_parameters=_STRICT_NUMBERS,
    identity=Identity(
        at_version=b"1.3.0.0",
        at_built=b"Jul 14 2016 18:54:01",
        sdk_version=b"2.0.0(656edbf)",
        compile_time=b"Jul 19 2016 18:44:44",
        end=b"",
    ),
    basic=BasicRules(
        bauds=_Bauds(),
        rate=divisor_of_16_bits,
        prints_sleep_time=False,
        slept_us=_slept_us,
        sleep_wifi_modes=(STATION, SOFTAP, BOTH),
        voltage_complaint=b"range:1900~3300\r\n",
    ),
    softap=SoftApRules(secured_password_max=63, printed=_printed_as_c_strings),
    tcpip=tcpip.NONOS_1_3,
    macs=MacRules(
        station=bytes.fromhex("18fe34cdef01"),
        softap=bytes.fromhex("1afe34cdef01"),
        needs_interface=True,
        must_differ_in=(3,),
        unset=b"\xff" * 6,
    ),
    ips=IpRules(
        softap=IpConfig(
            address=IPv4Address("192.168.4.1"),
            gateway=IPv4Address("192.168.4.1"),
            netmask=IPv4Address("255.255.255.0"),
        ),
        softap_parameters=ParameterRules(any_separator=True),
        parsed=read_as_c_does,
        gateway_alone=True,
        careless=True,
        usable=lambda address: address != NOWHERE,
        needs_interface=True,
        static_before_join=False,
        unset=NO_IP,
        three_lines=True,
        labelled=True,
    ),
    dhcp=DhcpRules(
        parameters=_NUMBERS,
        needs_interface=True,
        half=True,
        forgets_static=False,
        on_with_softap_ip=True,
        end=b"",
        leases_separator=b":",
        leases_need_server=False,
        saved_leases_any_mode=True,
        zero_alone=True,
        most=101,
        unset_shows=True,
    ),
    station=StationRules(
        tells_failure=True,
        tells_in_transparent_mode=False,
        bare_strings=True,
        scans_in_softap_mode=False,
        scan_broken_off=Final.ERROR,
        autoconnect_needs_station=True,
        free_mask=True,
        quit_complaint=b"QAP fail\r\n",
        explains=True,
        smartconfig_lines=_smartconfig_lines,
        smartconfig_done=b"smartconfig connected wifi",
        locked_by_smartconfig=lambda name: name.startswith("+CWJAP"),
        wps_modes=(1,),
        discovery_needs_address=False,
        mdns_off_alone=True,
        mdns_needs_address=True,
        mdns_any_name=True,
    ),
    boot=BootText(
        rom=b"\r\n ets Jan  8 2013,rst cause:%d, boot mode:(3,7)\r\n\r\n",
        causes={
            ResetCause.POWER_ON: 1,
            ResetCause.PIN: 2,
            ResetCause.SOFTWARE: 4,
            ResetCause.WATCHDOG: 4,
            ResetCause.DEEP_SLEEP: 5,
        },
        cause_notes={4: b"wdt reset\r\n"},
        loader=_LOADER,
        sdk=_SDK,
        sdk_rate=None,
    ),
    factory=Settings(
        mode=2,
        softap=SoftAp(
            ssid=b"ESP_CDEF01",
            password=b"",
            channel=1,
            ecn=0,
            max_connections=4,
            hidden=0,
        ),
    ),
)
