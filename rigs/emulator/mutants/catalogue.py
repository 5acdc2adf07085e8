"""All mutants there are, in the order in which `--list-faults` prints them.

Law: only the collection; each command or family has its file.
"""

from __future__ import annotations

from . import (
    autoconnect,
    basic,
    boot,
    counting,
    dhcp,
    echo,
    firstkept,
    forms,
    inforce,
    join,
    joining,
    keeping,
    leases,
    lenient,
    lines,
    listing,
    mac,
    mode,
    parameters,
    receiving,
    scan,
    scopes,
    session,
    smartconfig,
    softap,
    staticip,
    station,
    transfer,
    uart,
    voice,
)
from .mutant import Mutant

ON_A_NETWORK: tuple[Mutant, ...] = (
    mode.STAYS,
    *softap.ON_AIR,
    inforce.SURVIVES,
    *leases.ON_THE_NETWORK,
    *smartconfig.JOINS,
    *boot.JOINS,
    *joining.ON_A_NETWORK,
    *station.TOLD,
    *joining.QUITS_ON_A_NETWORK,
    *listing.CWLIF_ON_A_NETWORK,
    *scan.ON_A_NETWORK,
    *scan.OPTIONS_ON_A_NETWORK,
)
"""What only a network shows."""

SELDOM: tuple[Mutant, ...] = (
    *boot.SELDOM,
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
    *join.SELDOM,
    *joining.SELDOM,
    joining.QUITS_ONCE,
    *scan.SELDOM,
    *scan.OPTIONS_SELDOM,
)
"""What works at first, or until a station has joined, or is on the softAP."""

IN_FORCE: tuple[Mutant, ...] = (*inforce.MUTANTS, *firstkept.MUTANTS)
"""What an interface is, and the board does not tell."""

AFTER_MINUTES: tuple[Mutant, ...] = (station.LEAVES,)
"""What shows after minutes alone."""

MUTANTS: tuple[Mutant, ...] = (
    *forms.UNKNOWN,
    forms.QUERIES_WRITE,
    *session.RESTARTS,
    *session.KEPT,
    *session.GMR,
    *session.ATE,
    *basic.GSLP,
    *basic.LONG_SLEEP,
    *AFTER_MINUTES,
    *basic.SLEEP,
    *boot.SLEEP,
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
    *boot.LINKS,
    *boot.SAVED_LINK,
    *listing.STATUS,
    *listing.CWLIF,
    *join.MUTANTS,
    joining.OK_IN_SOFTAP_MODE,
    joining.FORGETS,
    *scan.MUTANTS,
    scopes.CURRENT_SAVED,
    *keeping.MUTANTS,
    *echo.MUTANTS,
    *boot.ECHO,
    *boot.START,
    *counting.MUTANTS,
    *receiving.MUTANTS,
    *voice.MUTANTS,
    *lines.NAMES,
    *lines.LINES,
    *parameters.PARAMETERS,
    *smartconfig.LOCKS,
    *lenient.MUTANTS,
    *forms.FORMS,
    *ON_A_NETWORK,
    *IN_FORCE,
    *SELDOM,
)
