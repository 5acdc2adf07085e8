"""AT+RESTORE (clause 3.2.6; field guide 3): the factory's settings, then a restart.

Law: everything that is saved is erased first, then comes OK, then the restart; so OK is heard in
the old UART format and `ready` in the factory's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..command import Answer, Call, Command, Final, Form
from ..framing import final_code
from ..restart import Restart
from ..settings import NAMES, Lifetime, taken

if TYPE_CHECKING:
    from ..firmware import Firmware


PARTS: Mapping[str, tuple[str, ...]] = {
    "uart": ("uart",),
    "mode": ("mode",),
    "softap": ("softap",),
    "auto-connect": ("auto_connect",),
    "dhcp": ("dhcp",),
    "station-mac": ("station_mac",),
    "softap-mac": ("softap_mac",),
    "station-ip": ("station_ip", "dhcp"),
    "softap-ip": ("softap_ip", "dhcp"),
    "leases": ("leases",),
    "link": ("link",),
}
"""What a faulty firmware keeps, as fault ids spell it -> the settings it consists of.

With a static address goes what it has done to DHCP.
"""


def fault_id(word: str) -> str:
    """The fault that keeps a part."""
    return f"restore.{word}-kept"


COPIES: Mapping[str, Lifetime] = {
    "restore.undone-by-restart": Lifetime.UNTIL_BOOT,
    "restore.undone-by-power-loss": Lifetime.UNTIL_POWER_LOSS,
}
"""Faults that reset a copy -> how long it lives once AT+RESTORE has restarted the chip."""


def _lives(firmware: Firmware) -> Lifetime:
    """How long the reset lasts."""
    active = firmware.faults.active
    return min((each for fault, each in COPIES.items() if active(fault)), default=Lifetime.FOREVER)


def _restore(firmware: Firmware, _call: Call) -> Answer:
    active = firmware.faults.active
    late = active("restore.ok-after-boot")
    parting = final_code(Final.OK, firmware.faults) if late else b""
    how = Restart(
        parting,
        returns=not active("restore.no-return"),
        forgets=True,
        outlived_by=min(Lifetime.UNTIL_POWER_LOSS, _lives(firmware)),
    )
    return Answer(
        None if late else Final.OK,
        effect=lambda: _erase(firmware),
        afterwards=None if active("restore.no-restart") else lambda: firmware.restart(how),
    )


def _erase(firmware: Firmware) -> None:
    active, store = firmware.faults.active, firmware.store
    if active("restore.restarts-only"):
        return
    saved = store.read()
    lifetime = _lives(firmware)
    if lifetime is not Lifetime.FOREVER:
        store.write(lifetime, **taken(firmware.personality.factory, *NAMES))
        return
    store.restore()
    kept = [name for word, names in PARTS.items() for name in names if active(fault_id(word))]
    if kept:
        store.write(**taken(saved, *kept))


COMMANDS = (
    Command(
        "+RESTORE",
        {Form.EXECUTE: _restore},
        fault_words={"no-final": "restart-without-ok", "acts": "restores"},
    ),
)
