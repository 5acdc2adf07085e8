"""Variants that are data: a personality -> the same one, varied.

Law: one function for each part of a personality; whatever is not asked for stays the same object.
"""

from __future__ import annotations

from dataclasses import replace

from ..chip.boottext import BootText
from ..chip.rules import BasicRules, Identity
from ..firmware.personality import Personality
from ..line.parameters import ParameterRules
from ..line.reader import LineReader, WholeLineReader
from ..serial.uart import BOOT_RATE
from ..settings.settings import Settings
from . import addresses, network, station
from .active import Variants
from .booting import starting
from .echoes import echoing
from .pace import paced
from .skipping import SkippingReader
from .tcpip import ruled
from .voice import voicing

_RANGE_LINE = b"range:1900~3300\r\n"
_VENDOR = b"\r\nAi-Thinker Technology Co. Ltd.\r\n"
_SSID, _CHANNEL = b"AI-THINKER_A7C05E", 11
_STATION, _BOTH = 1, 3


def varied(personality: Personality, variants: Variants) -> Personality:
    """What a personality is under the active variants."""
    if not variants.ids:
        return personality
    return replace(
        paced(personality, variants),
        reader=_reader(personality.reader, variants),
        echo=echoing(personality.echo, variants),
        voice=voicing(personality.voice, variants),
        radio=network.telling(personality.radio, variants),
        parameters=_parameters(personality.parameters, variants),
        strict_parameters=_parameters(personality.strict_parameters, variants),
        identity=_identity(personality.identity, variants),
        basic=_basic(personality.basic, variants),
        boot=_boot(personality.boot, variants),
        start=starting(personality.start, variants),
        macs=addresses.ruled_macs(personality.macs, variants),
        ips=addresses.ruled_ips(personality.ips, variants),
        dhcp=addresses.ruled_dhcp(personality.dhcp, variants),
        factory=_factory(personality.factory, variants),
        tcpip=ruled(personality.tcpip, variants),
        station=station.ruled(personality.station, variants),
        network=network.ruled(personality.network, variants),
    )


def _reader(reader: type[LineReader], variants: Variants) -> type[LineReader]:
    tolerant = variants.active("line.nonsense-before-at")
    return SkippingReader if tolerant and reader is WholeLineReader else reader


def _parameters(rules: ParameterRules, variants: Variants) -> ParameterRules:
    skips = variants.active("param.spaces-accepted")
    return replace(rules, skips_spaces=True) if skips else rules


def _identity(identity: Identity, variants: Variants) -> Identity:
    if not variants.active("gmr.other-ids"):
        return identity
    return replace(
        identity,
        at_version=b"0.60.7.0-rc2",
        at_built=b"Jan 29 2016 15:10:17",
        sdk_version=b"1.5.2(7eee54f4)",
        compile_time=b"2016-02-03 08:01:59",
    )


def _basic(rules: BasicRules, variants: Variants) -> BasicRules:
    if variants.active("sleep.set-beside-softap"):
        rules = replace(rules, sleep_wifi_modes=(_STATION, _BOTH))
    elif variants.active("sleep.set-station-only"):
        rules = replace(rules, sleep_wifi_modes=(_STATION,))
    if variants.active("rfvdd.range-line"):
        rules = replace(rules, voltage_complaint=_RANGE_LINE)
    return rules


def _boot(text: BootText, variants: Variants) -> BootText:
    before = b""
    if variants.active("boot.vendor"):
        before += _VENDOR
    if variants.active("boot.invalid"):
        before += b"\r\ninvalid\r\n"
    if variants.active("boot.text-at-115200"):
        text = replace(text, rom_rate=BOOT_RATE, sdk_rate=BOOT_RATE)
    return replace(text, ready=before + text.ready)


def _factory(factory: Settings, variants: Variants) -> Settings:
    if variants.active("factory.station"):
        factory = replace(factory, mode=_STATION)
    elif variants.active("factory.both"):
        factory = replace(factory, mode=_BOTH)
    if variants.active("factory.other-softap"):
        softap = replace(factory.softap, ssid=_SSID, channel=_CHANNEL)
        factory = replace(factory, softap=softap)
    return factory
