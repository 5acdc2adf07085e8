"""A firmware as one value: its rules, and its functions.

Law: the shape of a personality; the personalities themselves stand in `personalities/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..chip.boottext import BootText
from ..chip.chip import Chip
from ..chip.rules import BasicRules, Identity, SoftApRules, StationRules
from ..flash.store import Store
from ..ip.addressrules import DhcpRules, IpRules, MacRules
from ..ip.beaconing import Beaconing
from ..ip.dataphase import DataPhase
from ..ip.passthrough import Passthrough
from ..ip.tcpip import TcpIp
from ..ip.tcpiprules import TcpIpRules
from ..line.command import Answer, Call, Registered
from ..line.echo import Echo
from ..line.grammar import Grammar
from ..line.parameters import ParameterRules, Parameters, cursor
from ..line.reader import LineReader
from ..line.receiver import Receiver
from ..line.voice import Voice
from ..net import inforce
from ..net.inforce import SoftApSide, StationSide
from ..net.networkrules import NetworkRules
from ..settings.settings import Settings
from ..wifi.station import Station
from . import dispatch
from .boot import Boot


@dataclass(frozen=True, eq=False)
class Personality:
    """One firmware.  `name` is what `--firmware` takes; `says` is a line for the help.

    Its functions are what it does, its rules are data that they ask for; what keeps state is a
    class, whose methods are its functions (`reader`, `receiver`, `echo`, `voice`, `radio`,
    `beaconing`, `store`, `passthrough`, `data_phase`, `stack`).
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
    strict_parameters: ParameterRules
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
    dispatch: Callable[[Chip, Call | None], Answer] = dispatch.answer
    cursor: Callable[[Chip, bytes, ParameterRules], Parameters] = cursor
    start: Boot = Boot()  # noqa: RUF009 (frozen)
    receiver: type[Receiver] = Receiver
    echo: type[Echo] = Echo
    voice: type[Voice] = Voice
    radio: type[Station] = Station
    beaconing: type[Beaconing] = Beaconing
    station_side: Callable[[Chip], StationSide | None] = inforce.station_side
    softap_side: Callable[[Chip], SoftApSide | None] = inforce.softap_side
    grounds: Callable[[Chip], object] = inforce.grounds
    store: type[Store] = Store
    passthrough: type[Passthrough] = Passthrough
    data_phase: type[DataPhase] = DataPhase
    stack: type[TcpIp] = TcpIp
