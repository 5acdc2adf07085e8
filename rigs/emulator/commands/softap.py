"""AT+CWSAP, AT+CWSAP_CUR, AT+CWSAP_DEF (clauses 4.1.10 to 4.1.12; field guide 4).

Law: the softAP's configuration and nothing else; it exists only while the mode has a softAP.
"""

from __future__ import annotations

from dataclasses import astuple

from ..chip.chip import Chip
from ..ip.interfaces import has_softap
from ..line.command import Command, Form
from ..line.parameters import Parameters
from ..settings.settings import Changes, Settings, SoftAp
from .numbers import Number
from .scope import SCOPES, Scope
from .stages import Fields, QueryForm, Reasons, SettingForm
from .texts import Text

BASE = "+CWSAP"

SSID = Text("ssid", longest=32)
PASSWORD = Text("password", longest=64)
CHANNEL = Number("channel", range(1, 14))
ECN = Number("ecn", (0, 2, 3, 4))
CONNECTIONS = Number("max", range(1, 5))
HIDDEN = Number("hidden", (0, 1))
PARAMETERS: tuple[Text | Number, ...] = (SSID, PASSWORD, CHANNEL, ECN, CONNECTIONS, HIDDEN)
"""In their order; the last two may be left out (errata 5)."""

CONNECTIONS_DEFAULT, HIDDEN_DEFAULT = 4, 0
SECURED_PASSWORD_MIN = 8

NO_SOFTAP = "no softAP in this mode"
NO_SSID = "no SSID"
SHORT_PASSWORD, LONG_PASSWORD = "password too short", "password too long"


def _available(chip: Chip) -> Reasons:
    if not has_softap(chip.current):
        yield NO_SOFTAP


# The query form.


def _shown(_chip: Chip, settings: Settings) -> SoftAp:
    return settings.softap


def _printed(chip: Chip, softap: SoftAp) -> Fields:
    ssid, password = chip.personality.softap.printed(softap)
    numbers = (softap.channel, softap.ecn, softap.max_connections, softap.hidden)
    return (b'"%b"' % ssid, b'"%b"' % password, *(b"%d" % each for each in numbers))


# The set form.


def _parsed(_chip: Chip, parameters: Parameters) -> SoftAp:
    softap = SoftAp(
        ssid=parameters.text(),
        password=parameters.text(),
        channel=parameters.number(),
        ecn=parameters.number(),
        max_connections=parameters.optional_number(CONNECTIONS_DEFAULT),
        hidden=parameters.optional_number(HIDDEN_DEFAULT),
    )
    parameters.end()
    return softap


def _refusals(chip: Chip, softap: SoftAp) -> Reasons:
    """Why a configuration is not taken (errata 51 to 53).

    An open softAP takes any password, a secured one 8 bytes and more.
    """
    for parameter, value in zip(PARAMETERS, astuple(softap), strict=True):
        yield from parameter.reasons(value)
    if not softap.ssid:
        yield NO_SSID
    if softap.ecn and len(softap.password) < SECURED_PASSWORD_MIN:
        yield SHORT_PASSWORD
    if softap.ecn and len(softap.password) > chip.personality.softap.secured_password_max:
        yield LONG_PASSWORD


def _changes(_chip: Chip, _settings: Settings, softap: SoftAp) -> Changes:
    return Changes(softap=softap)


def _takes_ns(chip: Chip, softap: SoftAp) -> int:
    """The radio starts anew, if anything changes."""
    return chip.timing.softap_change if softap != chip.current.softap else 0


def _command(scope: Scope) -> Command:
    return Command(
        scope.name(BASE),
        {
            Form.QUERY: QueryForm(
                available=_available,
                saved=scope.shows_saved,
                show=_shown,
                fields=_printed,
                label=scope.label(BASE),
            ),
            Form.SET: SettingForm(
                available=_available,
                parse=_parsed,
                decide=_refusals,
                change=_changes,
                saves=scope.saves,
                lasts_ns=_takes_ns,
            ),
        },
    )


COMMANDS = tuple(_command(scope) for scope in SCOPES)
