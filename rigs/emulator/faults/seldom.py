"""The faults of what works at first: it fails the second time, in another mode, while joined.

Law: ids and sentences; the places that ask are the commands, `station.py`, `firmware.py` and
`scope.py`.  What misleads an interface as a whole stands in `inforce.py`.  Whoever tries a thing
once, in the usual mode, finds nothing wrong with these.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..asking.scope import SCOPES
from ..commands import join
from .active import Fault


def _in_use() -> Iterator[Fault]:
    for scope in SCOPES:
        if scope.saves:
            yield Fault(
                f"{scope.slug(join.BASE)}.not-saved-while-joined",
                f"AT{scope.name(join.BASE)}= of a station that has joined does not save",
            )


_KEPT_OF_A_JOIN = {
    "not-saved-in-mode-3": "= joins the access point, but does not save it in mode 3",
    "bssid-not-saved": "= joins by the BSSID, but saves SSID and password alone",
    "saved-escaped": "= joins, but saves special characters with a backslash before them",
    "password-saved-cut": "= joins with the password, but saves 32 bytes of it at most",
}


def _kept_of_a_join() -> Iterator[Fault]:
    for scope in SCOPES:
        if scope.saves:
            for word, says in _KEPT_OF_A_JOIN.items():
                yield Fault(f"{scope.slug(join.BASE)}.{word}", f"AT{scope.name(join.BASE)}{says}")


FAULTS: tuple[Fault, ...] = (
    *_in_use(),
    *_kept_of_a_join(),
    Fault("join.third-refused", "the third AT+CWJAP= of a run fails, whatever it names"),
    Fault(
        "join.query-weakest-bssid",
        "AT+CWJAP? tells the BSSID of the weakest access point of this SSID",
    ),
    Fault("join.bssid-once", "AT+CWJAP= minds the BSSID of the first join of a run alone"),
    Fault(
        "join.password-remembered",
        "AT+CWJAP= joins with the password that joined this SSID before, whatever it is told",
    ),
    Fault("cwqap.once", "the second AT+CWQAP of a run answers OK, and the station stays"),
    Fault("cwlap.channel-near", "AT+CWLAP= lists access points of the channels beside it, too"),
    Fault("cwlap.own-channel-only", "AT+CWLAP of a joined station lists its own channel alone"),
    Fault("cwlap.eight-at-most", "AT+CWLAP lists 8 access points at most"),
    Fault("cwlap.sorts-text", "AT+CWLAP sorts by the text of the signal, and not by its number"),
    Fault("cwlapopt.last-bits-swapped", "AT+CWLAPOPT= takes bit 6 of the mask for bit 5"),
    Fault("discover.not-after-stop", "after AT+CWSTOPDISCOVER no more packets are sent"),
    Fault("discover.0-goes-on", "AT+CWSTARTDISCOVER= with a time of 0 stops no packets"),
    Fault("discover.first-interval", "AT+CWSTARTDISCOVER= keeps the interval that it had first"),
    Fault("mdns.first-kept", "AT+MDNS=1 keeps the names and the port that it was told first"),
    Fault("mdns.once", "AT+MDNS=1 after AT+MDNS=0 answers OK and names nothing"),
    Fault("cwlapopt.once", "AT+CWLAPOPT='s mask holds for one AT+CWLAP"),
    Fault("cwlapopt.sort-not-of-set", "AT+CWLAPOPT=1 does not order what AT+CWLAP= lists"),
    Fault("cwlapopt.sort-needs-rssi", "AT+CWLAPOPT=1 orders only where the signal is shown"),
    Fault("cwlap.first-heard", "AT+CWLAP tells of a BSSID what was heard of it first"),
)
