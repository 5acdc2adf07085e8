"""The faults that only a network shows: what is told on the UART is well, and is not so.

Law: ids and sentences; the places that ask are `station.py`, `firmware.py` and the commands.  What
misleads an interface as a whole stands in `inforce.py`.
"""

from __future__ import annotations

from .active import Fault

_MDNS = (Fault("mdns.0-stays", "AT+MDNS=0 answers OK, and the names are found all the same"),)
_JOIN = (
    Fault("join.pretends", "AT+CWJAP= tells success when the access point refuses the station"),
    Fault("join.denies", "AT+CWJAP= ends with FAIL though the station has joined"),
    Fault("join.elsewhere", "AT+CWJAP= joins another access point if there is one"),
    Fault("join.keeps-old", "AT+CWJAP= of a station that has joined stays there and says OK"),
    Fault("join.again-refused", "AT+CWJAP= fails where the station has the access point already"),
    Fault("join.refused-after-loss", "AT+CWJAP= fails once an access point was lost"),
    Fault("join.open-refused", "AT+CWJAP= fails without a password"),
    Fault("join.made-in-softap-mode", "AT+CWJAP= joins in softAP mode, too"),
    Fault("join.ssid-lower-case", "AT+CWJAP= looks for the SSID in lower case"),
    Fault("join.password-cut", "AT+CWJAP= uses the first 31 bytes of a longer password"),
    Fault("join.password-64-cut", "AT+CWJAP= uses the first 63 bytes of a longer password"),
    Fault("join.query-other-ssid", "AT+CWJAP? tells the SSID that was wished, cut off by a byte"),
    Fault("join.query-other-bssid", "AT+CWJAP? tells the BSSID in reverse"),
    Fault("join.query-other-channel", "AT+CWJAP? tells a channel that is 1 larger"),
    Fault("join.query-other-rssi", "AT+CWJAP? tells the signal without its sign"),
    Fault("join.query-after-leave", "AT+CWJAP? names the access point that was left or lost"),
    Fault("join.current-saved", "AT+CWJAP_CUR= saves the access point once it has joined"),
    Fault("cwqap.stays", "AT+CWQAP answers OK, and the station stays"),
    Fault("cwqap.returns", "AT+CWQAP answers OK, and the station joins again at once"),
)
_TOLD = (
    Fault("wifi.connected-missing", "WIFI CONNECTED is never said"),
    Fault("wifi.got-ip-missing", "WIFI GOT IP is never said"),
    Fault("wifi.disconnect-missing", "WIFI DISCONNECT is never said"),
    Fault("wifi.got-ip-first", "WIFI CONNECTED is said only after WIFI GOT IP"),
    Fault("wifi.got-ip-early", "WIFI GOT IP is said before there is an address"),
    Fault("wifi.disconnect-false", "WIFI DISCONNECT is said after WIFI GOT IP for nothing"),
    Fault("wifi.connected-false", "WIFI CONNECTED is said when an access point has refused"),
)
_SCAN = (
    Fault("cwlap.ssid-ignored", "AT+CWLAP= lists access points of any SSID"),
    Fault("cwlap.mac-ignored", "AT+CWLAP= lists access points of any MAC"),
    Fault("cwlap.channel-ignored", "AT+CWLAP= lists access points of any channel"),
    Fault("cwlap.one-missing", "AT+CWLAP leaves out the last access point"),
    Fault("cwlap.gone-listed", "AT+CWLAP goes on to list access points that are gone"),
    Fault("cwlap.six-fields", "AT+CWLAP leaves out <freq calibration>"),
    Fault("cwlap.first-only", "AT+CWLAP lists the first access point alone"),
    Fault("cwlap.other-ecn", "AT+CWLAP tells an <ecn> that is 1 larger"),
    Fault("cwlap.other-channel", "AT+CWLAP tells a channel that is 1 larger"),
    Fault("cwlap.other-mac", "AT+CWLAP tells the MAC in reverse"),
    Fault("cwlap.other-ssid", "AT+CWLAP tells the SSID without its last byte"),
    Fault("cwlap.other-rssi", "AT+CWLAP tells the signal without its sign"),
    Fault("cwlapopt.mask-shifted", "AT+CWLAPOPT= takes bit 1 of the mask for bit 0, and so on"),
    Fault("cwlapopt.mask-inverted", "AT+CWLAPOPT= hides what the mask shows, and shows the rest"),
    Fault("cwlapopt.sorts-always", "AT+CWLAPOPT= makes AT+CWLAP sort whatever its first parameter"),
)
FAULTS: tuple[Fault, ...] = (
    *_MDNS,
    *_JOIN,
    *_TOLD,
    *_SCAN,
)
