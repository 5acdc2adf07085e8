"""A firmware as one value: its rules, and its functions.

Law: the shape of a personality; the personalities themselves stand in `personalities/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import dispatch, inforce
from .addressrules import DhcpRules, IpRules, MacRules
from .beaconing import Beaconing
from .boot import Boot
from .boottext import BootText
from .command import Answer, Call, Registered
from .dataphase import DataPhase
from .echo import Echo
from .grammar import Grammar
from .inforce import SoftApSide, StationSide
from .networkrules import NetworkRules
from .outlet import Outlet
from .parameters import ParameterRules, Parameters, cursor
from .passthrough import Passthrough
from .reader import LineReader
from .receiver import Receiver
from .rules import BasicRules, Identity, SoftApRules, StationRules
from .settings import Settings
from .station import Station
from .store import Store
from .tcpip import TcpIp
from .tcpiprules import TcpIpRules
from .voice import Voice


@dataclass(frozen=True, eq=False)
class Personality:
    """One firmware.  `name` is what `--firmware` takes; `says` is a line for the help.

    Its functions are what it does, its rules are data that they ask for; what keeps state is a
    class, whose methods are its functions (`reader`, `receiver`, `echo`, `voice`, `radio`,
    `beaconing`, `store`, `outlet`, `passthrough`, `data_phase`, `stack`).
    `dispatch`: from a call (None: a line that is no command) to what is answered.  `cursor`: reads
    what is behind `=`.  `start`: the stages of a boot.  `station_side`, `softap_side`: from the
    chip to what is in force on its interfaces; `grounds`: to what that follows from.  `network`:
    what it does on its networks by itself.
    """

    name: str
    says: str
    commands: Mapping[str, Registered]
    reader: type[LineReader]
    grammar: Grammar
    parameters: ParameterRules
    identity: Identity
    basic: BasicRules
    softap: SoftApRules
    tcpip: TcpIpRules
    macs: MacRules
    ips: IpRules
    dhcp: DhcpRules
    station: StationRules
    boot: BootText
    factory: Settings
    network: NetworkRules = field(default_factory=NetworkRules)
    dispatch: Callable[[Any, Call | None], Answer] = dispatch.answer
    cursor: Callable[[Any, bytes, ParameterRules], Parameters] = cursor
    start: Boot = Boot()  # noqa: RUF009 (frozen)
    receiver: type[Receiver] = Receiver
    echo: type[Echo] = Echo
    voice: type[Voice] = Voice
    radio: type[Station] = Station
    beaconing: type[Beaconing] = Beaconing
    station_side: Callable[[Any], StationSide | None] = inforce.station_side
    softap_side: Callable[[Any], SoftApSide | None] = inforce.softap_side
    grounds: Callable[[Any], object] = inforce.grounds
    store: type[Store] = Store
    outlet: type[Outlet] = Outlet
    passthrough: type[Passthrough] = Passthrough
    data_phase: type[DataPhase] = DataPhase
    stack: type[TcpIp] = TcpIp
