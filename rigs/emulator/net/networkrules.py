"""What a firmware does on its networks by itself: who decides it.

Law: a table of tables; what each decides stands in its own file.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .airrules import AirRules
from .clientrules import ClientRules
from .mdnsrules import MdnsRules
from .serverrules import ServerRules


@dataclass(frozen=True)
class NetworkRules:
    """`client`: the station's DHCP client.  `server`: the softAP's DHCP server.  `mdns`: what the
    station tells of itself.  `air`: what the softAP shows, and whom it lets in.

    `announcements`: how often a new address is told to everybody (RFC 5227, 2.3).
    """

    client: ClientRules = field(default_factory=ClientRules)
    server: ServerRules = field(default_factory=ServerRules)
    mdns: MdnsRules = field(default_factory=MdnsRules)
    air: AirRules = field(default_factory=AirRules)
    announcements: int = 1
