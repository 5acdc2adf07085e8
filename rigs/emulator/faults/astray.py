"""What faulty firmware remembers of one run and should not, or has in the air and does not tell.

Law: memory for faults alone; healthy firmware never looks here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..addresses import IpConfig, Leases
from ..air import Beacon

if TYPE_CHECKING:
    from ..settings import Settings, SoftAp


@dataclass
class Astray:
    """`beacons`: everybody who was ever heard.

    `access_point`: whom the station joined last.  `softap`, `leases`: what a refused command, or
    an earlier run, has left in the air.  `static`: the last static address of the station.
    `first_softap`, `first_ip`: how the softAP was when it was first there.  `set_leases`: the last
    range that was set.  `firsts`: what was in force first, by what it is.  `booted`: what RAM began
    with.  `joins`, `quits`: how often the station was told to join, and has left.  `passwords`:
    what an SSID was joined with.  `interval_s`: the first of AT+CWSTARTDISCOVER=.  `lists`: by
    AT+CWLAP since AT+CWLAPOPT=.
    """

    booted: Settings
    beacons: dict[bytes, Beacon] = field(default_factory=dict)
    access_point: Beacon | None = None
    softap: SoftAp | None = None
    leases: Leases | None = None
    static: IpConfig | None = None
    first_softap: SoftAp | None = None
    first_ip: IpConfig | None = None
    set_leases: Leases | None = None
    firsts: dict[object, object] = field(default_factory=dict)
    joins: int = 0
    quits: int = 0
    passwords: dict[bytes, bytes] = field(default_factory=dict)
    lists: int = 0
    interval_s: int = 0
