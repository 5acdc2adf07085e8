"""The faults of the station's commands: SmartConfig, discovery, WPS, MDNS.

Law: ids and sentences; the places that ask are `commands/smartconfig.py`, `wechat.py`,
`wps.py`, `mdns.py`, `shapes.py` and `numbers.py`.
"""

from __future__ import annotations

from ..commands import mdns, smartconfig, wechat, wps
from . import numeric, shapes
from .active import Fault

_SMART = (
    *(
        Fault(f"cwstartsmart.{form}-in-mode-{mode}", f"AT+CWSTARTSMART{typed} works in mode {mode}")
        for form, typed in (("execute", ""), ("set", "="))
        for mode in (2, 3)
    ),
    Fault("cwstopsmart.idle-error", "AT+CWSTOPSMART answers ERROR if SmartConfig does not run"),
    Fault("cwstopsmart.running-error", "AT+CWSTOPSMART answers ERROR while SmartConfig runs"),
    Fault("cwstopsmart.idle-fail", "AT+CWSTOPSMART answers FAIL if SmartConfig does not run"),
    Fault("cwstartsmart.refused-wears-out", "after a wrong type SmartConfig starts no more"),
    Fault("cwstartsmart.once", "SmartConfig that was stopped starts no more before a restart"),
    *numeric.families("cwstartsmart", "AT+CWSTARTSMART=", (smartconfig.TYPE,)),
)
_WPS = (
    Fault("wps.set-in-mode-2", "AT+WPS= works in softAP mode"),
    Fault("wps.once", "WPS that was stopped starts no more before a restart"),
    *numeric.families("wps", "AT+WPS=", (wps.ENABLE,)),
)
_MDNS = (
    Fault("mdns.0-alone-refused", "AT+MDNS=0 is refused"),
    Fault("mdns.odd-name-restarts", "AT+MDNS= restarts at a name that it should not have"),
    *shapes.families("mdns", "AT+MDNS=", mdns.SHAPES),
)

FAULTS: tuple[Fault, ...] = (
    *_SMART,
    *shapes.families("cwstartdiscover", "AT+CWSTARTDISCOVER=", wechat.SHAPES),
    *_WPS,
    *_MDNS,
)
