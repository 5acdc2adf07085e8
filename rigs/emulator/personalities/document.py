"""Personality `document`: what the AT instruction set v1.5 says.

Law: forms are exactly those that the document lists; where it is silent, the field guide's
behaviour, read strictly.
"""

from __future__ import annotations

from ipaddress import IPv4Address

from ..chip.boottext import BootText
from ..chip.rules import BasicRules, Identity, SoftApRules, StationRules
from ..commands import registered
from ..commands.wifimode import STATION
from ..firmware.personality import Personality
from ..ip.addressrules import DhcpRules, IpRules, MacRules
from ..line.grammar import Grammar, only_cr
from ..line.parameters import ParameterRules
from ..line.reader import WholeLineReader
from ..resetcause import ResetCause
from ..serial.uart import ROM_RATE, whole_divisor
from ..settings.addresses import IpConfig, dotted
from ..settings.settings import Settings, SoftAp
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
    "+CWAUTOCONN": "S",
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
    "+CIFSR": "E",
}

_STATION = {
    "+CWJAP": "QS",
    "+CWJAP_CUR": "QS",
    "+CWJAP_DEF": "QS",
    "+CWLAPOPT": "S",
    "+CWLAP": "SE",
    "+CWQAP": "E",
    "+CWSTARTSMART": "SE",
    "+CWSTOPSMART": "E",
    "+CWSTARTDISCOVER": "S",
    "+CWSTOPDISCOVER": "E",
    "+WPS": "S",
    "+MDNS": "S",
}

_FREE_DURING_SMARTCONFIG = ("", "E", "+RST", "+RESTORE", "+CWSTOPSMART")

_LINKS = tcpip.DOCUMENT_FORMS

_LOADER = (
    b"load 0x40100000, len 816, room 16 \r\ntail 0\r\nchksum 0x8d\r\n"
    b"load 0x3ffe8000, len 788, room 8 \r\ntail 12\r\nchksum 0xcf\r\nho 0 tail 12 room 4\r\n"
    b"load 0x3ffe8314, len 288, room 12 \r\ntail 4\r\nchksum 0xcf\r\ncsum 0xcf\r\n"
    b"\r\n2nd boot version : 1.2\r\n  SPI Speed      : 40MHz\r\n  SPI Mode       : QIO\r\n"
    b"  SPI Flash Size : 32Mbit\r\njump to run user1\r\n\r\n"
)

_SOFTAP_IP = IpConfig(
    address=IPv4Address("192.168.4.1"),
    gateway=IPv4Address("192.168.4.1"),
    netmask=IPv4Address("255.255.255.0"),
)

_CLASS_C = range(192, 224)


def _class_c(address: IPv4Address) -> bool:
    """What a softAP supports (clause 4.1.29)."""
    return address.packed[0] in _CLASS_C


DOCUMENT = Personality(
    name="document",
    says="what the AT instruction set v1.5 says; strict where it is silent",
    commands=registered({**_BASIC_AND_MODE, **_ADDRESSES, **_STATION, **_LINKS}),
    reader=WholeLineReader,
    grammar=Grammar(only_cr),
    parameters=ParameterRules(),
    strict_parameters=ParameterRules(),
    identity=Identity(
        at_version=b"0.51.0.0",
        at_built=b"Nov 27 2015 13:37:21",
        sdk_version=b"1.5.0",
        compile_time=b"Nov 27 2015 16:04:10",
        end=b"\r\n",
    ),
    basic=BasicRules(
        bauds=range(110, 4608001),
        rate=whole_divisor,
        prints_sleep_time=True,
        slept_us=lambda time: time * 1000,
        sleep_wifi_modes=(STATION,),
        voltage_complaint=b"",
    ),
    softap=SoftApRules(
        secured_password_max=64,
        printed=lambda softap: (softap.ssid, softap.password),
    ),
    tcpip=tcpip.DOCUMENT,
    macs=MacRules(
        station=bytes.fromhex("18fe34a7c05e"),
        softap=bytes.fromhex("1afe34a7c05e"),
        needs_interface=True,
        must_differ_in=(1, 2, 3),
        unset=None,
    ),
    ips=IpRules(
        softap=_SOFTAP_IP,
        softap_parameters=ParameterRules(),
        parsed=dotted,
        gateway_alone=False,
        careless=False,
        usable=_class_c,
        needs_interface=True,
        static_before_join=False,
        unset=_SOFTAP_IP,
        three_lines=False,
        labelled=False,
    ),
    dhcp=DhcpRules(
        parameters=ParameterRules(),
        needs_interface=True,
        half=False,
        forgets_static=True,
        on_with_softap_ip=False,
        end=b"\r\n",
        leases_separator=b"=",
        leases_need_server=True,
        saved_leases_any_mode=False,
        zero_alone=True,
        most=2**32,
        unset_shows=False,
    ),
    station=StationRules(
        tells_failure=False,
        tells_in_transparent_mode=True,
        bare_strings=False,
        scans_in_softap_mode=False,
        scan_broken_off=None,
        autoconnect_needs_station=False,
        free_mask=False,
        quit_complaint=None,
        explains=False,
        smartconfig_lines=lambda _wish, _speech: (b"Smart get WiFi info",),
        smartconfig_done=b"",
        locked_by_smartconfig=lambda name: name not in _FREE_DURING_SMARTCONFIG,
        wps_modes=(1, 3),
        discovery_needs_address=False,
        mdns_off_alone=False,
        mdns_needs_address=False,
        mdns_any_name=False,
    ),
    boot=BootText(
        rom=b"\r\n ets Jan  8 2013,rst cause:%d, boot mode:(3,7)\r\n\r\n",
        causes={
            ResetCause.POWER_ON: 1,
            ResetCause.PIN: 2,
            ResetCause.SOFTWARE: 2,
            ResetCause.WATCHDOG: 4,
            ResetCause.DEEP_SLEEP: 5,
        },
        cause_notes={4: b"wdt reset\r\n"},
        loader=_LOADER,
        sdk=b"rf\r\n",  # the SDK's early print comes before the rate is set: a short burst
        sdk_rate=ROM_RATE,
    ),
    factory=Settings(
        mode=2,
        softap=SoftAp(
            ssid=b"ESP_A7C05E",
            password=b"",
            channel=1,
            ecn=0,
            max_connections=4,
            hidden=0,
        ),
    ),
)
