"""All mutants there are, in the order in which `--list-faults` prints them.

Law: only the collection; each command or family has its file.
"""

from __future__ import annotations

from . import (
    autoconnect,
    basic,
    dhcp,
    echo,
    forms,
    leases,
    lenient,
    lines,
    listing,
    localip,
    mac,
    mdns,
    mode,
    parameters,
    reach,
    receiving,
    scopes,
    sendbuffer,
    session,
    smartconfig,
    softap,
    staticip,
    tcpserver,
    transfer,
    uart,
    voice,
    wechat,
    wps,
)
from .mutant import Mutant

ON_A_NETWORK: tuple[Mutant, ...] = (
    mode.STAYS,
    *softap.ON_AIR,
    *leases.ON_THE_NETWORK,
    *smartconfig.JOINS,
    *listing.CWLIF_ON_A_NETWORK,
    *localip.ON_A_NETWORK,
    *smartconfig.TOLD,
    *wps.ON_A_NETWORK,
    mdns.STAYS,
    *reach.PINGS_ON_A_NETWORK,
)
"""What only a network shows."""

PAIRED: tuple[Mutant, ...] = (*smartconfig.KINDS, *smartconfig.STOPPED, *wechat.FOUND)
"""What shows where somebody tells whom to join, or looks for the station."""

AFTER_MINUTES: tuple[Mutant, ...] = (*smartconfig.AFTER_MINUTES,)
"""What shows after minutes alone."""

SELDOM: tuple[Mutant, ...] = (
    *mode.WHILE_JOINED,
    *dhcp.WHILE_JOINED,
    *mac.WHILE_JOINED,
    *leases.WITH_GUESTS,
    staticip.FIRST_ADDRESS,
    *staticip.WHILE_JOINED,
    *staticip.WITH_GUESTS,
    *mac.WITH_GUESTS,
    *softap.WITH_GUESTS,
    *listing.CWLIF_SELDOM,
    *localip.SELDOM,
    *smartconfig.SELDOM,
    smartconfig.LEAVES,
    *wps.SELDOM,
    *mdns.SELDOM,
    *reach.PINGS_SELDOM,
)
"""What works at first, or until a station has joined, or is on the softAP."""

MUTANTS: tuple[Mutant, ...] = (
    *forms.UNKNOWN,
    forms.QUERIES_WRITE,
    *session.RESTARTS,
    *session.KEPT,
    *session.GMR,
    *session.ATE,
    *basic.GSLP,
    *basic.LONG_SLEEP,
    *basic.SLEEP,
    *basic.RF,
    *uart.MUTANTS,
    *mode.MUTANTS,
    *softap.MUTANTS,
    *mac.MUTANTS,
    *staticip.MUTANTS,
    *dhcp.MUTANTS,
    *leases.MUTANTS,
    *autoconnect.MUTANTS,
    *transfer.MUTANTS,
    *tcpserver.MUTANTS,
    *sendbuffer.MUTANTS,
    *reach.PINGS,
    *reach.UPDATES,
    *listing.STATUS,
    *listing.CWLIF,
    *localip.MUTANTS,
    scopes.CURRENT_SAVED,
    *echo.MUTANTS,
    *receiving.MUTANTS,
    *voice.MUTANTS,
    *lines.NAMES,
    *lines.LINES,
    *parameters.PARAMETERS,
    *smartconfig.LOCKS,
    *smartconfig.STARTS,
    *smartconfig.STOPS,
    *wps.MUTANTS,
    *mdns.MUTANTS,
    *wechat.MUTANTS,
    *lenient.MUTANTS,
    *forms.FORMS,
    *ON_A_NETWORK,
    *PAIRED,
    *AFTER_MINUTES,
    *SELDOM,
)
