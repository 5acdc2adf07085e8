"""All mutants there are, in the order in which `--list-faults` prints them.

Law: only the collection; each command or family has its file.
"""

from __future__ import annotations

from . import (
    autoconnect,
    basic,
    beaconing,
    boot,
    clients,
    counting,
    dataphase,
    dhcp,
    dhcpclient,
    dhcpserver,
    echo,
    firstkept,
    forms,
    idleness,
    inforce,
    join,
    joining,
    keeping,
    leases,
    lines,
    linkclose,
    linkopen,
    listing,
    localip,
    mac,
    mdns,
    mode,
    parameters,
    passthrough,
    places,
    reach,
    receiving,
    responder,
    scan,
    scopes,
    send,
    sendbuffer,
    session,
    smartconfig,
    softap,
    staticip,
    station,
    tcpserver,
    transfer,
    translink,
    uart,
    voice,
    wechat,
    wps,
)
from .active import Faults
from .mutant import Mutant

ON_A_NETWORK: tuple[Mutant, ...] = (
    mode.STAYS,
    *softap.ON_AIR,
    *leases.ON_THE_NETWORK,
    *smartconfig.JOINS,
    *joining.ON_A_NETWORK,
    *station.TOLD,
    *joining.QUITS_ON_A_NETWORK,
    *listing.CWLIF_ON_A_NETWORK,
    *clients.NAMES,
    *dhcpclient.MUTANTS,
    *dhcpserver.MUTANTS,
    *dhcpclient.LEASES,
    *dhcpserver.LEASES,
    *places.MUTANTS,
    *responder.MUTANTS,
    *scan.ON_A_NETWORK,
    *scan.OPTIONS_ON_A_NETWORK,
    *boot.JOINS,
    inforce.SURVIVES,
    *localip.ON_A_NETWORK,
    *smartconfig.TOLD,
    *wps.ON_A_NETWORK,
    mdns.STAYS,
    *reach.PINGS_ON_A_NETWORK,
)
"""What only a network shows."""

PAIRED: tuple[Mutant, ...] = (
    *smartconfig.KINDS,
    *smartconfig.STOPPED,
    *wechat.FOUND,
    *beaconing.FOUND,
)
"""What shows where somebody tells whom to join, or looks for the station."""

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
    *dhcpserver.SELDOM,
    *responder.SELDOM,
    *join.SELDOM,
    *joining.SELDOM,
    joining.QUITS_ONCE,
    *beaconing.SELDOM,
    *scan.SELDOM,
    *scan.OPTIONS_SELDOM,
    *localip.SELDOM,
    *smartconfig.SELDOM,
    smartconfig.LEAVES,
    *wps.SELDOM,
    *mdns.SELDOM,
    *reach.PINGS_SELDOM,
)
"""What works at first, or until a station has joined, or is on the softAP."""

IN_FORCE: tuple[Mutant, ...] = (*inforce.MUTANTS, *firstkept.MUTANTS)
"""What an interface is, and the board does not tell."""

AFTER_MINUTES: tuple[Mutant, ...] = (
    station.LEAVES,
    *beaconing.AFTER_MINUTES,
    *smartconfig.AFTER_MINUTES,
)
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
    *tcpserver.MUTANTS,
    *send.MUTANTS,
    *sendbuffer.MUTANTS,
    *reach.PINGS,
    *reach.UPDATES,
    *boot.LINKS,
    *boot.SAVED_LINK,
    *listing.STATUS,
    *linkopen.MUTANTS,
    *linkclose.MUTANTS,
    *translink.MUTANTS,
    *dataphase.MUTANTS,
    *passthrough.MUTANTS,
    *idleness.MUTANTS,
    *clients.SILENT,
    *listing.CWLIF,
    *join.MUTANTS,
    joining.OK_IN_SOFTAP_MODE,
    joining.FORGETS,
    *scan.MUTANTS,
    *localip.MUTANTS,
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
    *smartconfig.STARTS,
    *smartconfig.STOPS,
    *wps.MUTANTS,
    *mdns.MUTANTS,
    *wechat.MUTANTS,
    *forms.FORMS,
    *ON_A_NETWORK,
    *PAIRED,
    *IN_FORCE,
    *SELDOM,
    *responder.IDLE,
)


def no_faults() -> Faults:
    """Healthy: all mutants known, none active."""
    return Faults(MUTANTS, _of_the_product)


def _of_the_product(id_: str) -> Mutant | None:
    if not id_.startswith("product:"):
        return None
    from .product import product  # thousands, which most runs can do without

    return product().get(id_)
