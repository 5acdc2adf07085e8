"""The commands: one noun per file, one table here.

Law: a file defines `COMMANDS`, a tuple of `Command` with every form that any firmware has; a
chapter is added by writing its file, naming it in `DEFINITIONS` and giving the personalities
their forms.  Handlers are pure (see command.Answer).
"""

from __future__ import annotations

from collections.abc import Mapping

from ..line.command import FORM_LETTERS, Command, Registered
from . import (
    autoconnect,
    basic,
    deepsleep,
    dhcp,
    factory,
    guests,
    join,
    leases,
    legacyrate,
    linkclose,
    linkopen,
    linkstatus,
    localip,
    mac,
    mdns,
    reach,
    rfpower,
    scan,
    send,
    sendbuffer,
    sleepmode,
    smartconfig,
    softap,
    staticip,
    tcpserver,
    transfer,
    translink,
    uart,
    wechat,
    wifimode,
    wps,
)

DEFINITIONS: tuple[Command, ...] = (
    *basic.COMMANDS,
    *deepsleep.COMMANDS,
    *factory.COMMANDS,
    *uart.COMMANDS,
    *sleepmode.COMMANDS,
    *rfpower.COMMANDS,
    *wifimode.COMMANDS,
    *softap.COMMANDS,
    *guests.COMMANDS,
    *dhcp.COMMANDS,
    *leases.COMMANDS,
    *autoconnect.COMMANDS,
    *mac.COMMANDS,
    *staticip.COMMANDS,
    *localip.COMMANDS,
    *join.COMMANDS,
    *scan.COMMANDS,
    *smartconfig.COMMANDS,
    *wechat.COMMANDS,
    *wps.COMMANDS,
    *mdns.COMMANDS,
    *linkstatus.COMMANDS,
    *linkopen.COMMANDS,
    *linkclose.COMMANDS,
    *send.COMMANDS,
    *sendbuffer.COMMANDS,
    *transfer.COMMANDS,
    *tcpserver.COMMANDS,
    *translink.COMMANDS,
    *reach.COMMANDS,
    *legacyrate.COMMANDS,
)


def registered(forms: Mapping[str, str]) -> Mapping[str, Registered]:
    """The table of one firmware: names without `AT` -> forms as letters of `TQSE`."""
    known = {each.name: each for each in DEFINITIONS}
    return {name: _registered(known[name], letters) for name, letters in forms.items()}


def _registered(command: Command, letters: str) -> Registered:
    forms = {FORM_LETTERS[each]: command.handlers[FORM_LETTERS[each]] for each in letters}
    return Registered(forms, command.by_digit)
