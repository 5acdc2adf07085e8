"""One run of the firmware, from one boot to the next: its RAM and the order of its work.

Law: whatever is lost by a reset lives in this object and dies with it; whatever outlives a reset
belongs to the board.  Commands reach the machine through the attributes and methods below only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from ..flash.store import Store
from ..ip.dataphase import Plan
from ..ip.link import Link
from ..ip.mdnsname import MdnsName
from ..ip.network import Network
from ..ip.passthrough import Passthrough
from ..line.command import Answer, Final
from ..line.parameters import ParameterRules, Parameters
from ..line.receiver import Sink
from ..net.inforce import InForce
from ..serial.uart import UartFormat
from ..timing import Timing
from ..wifi.air import Air, Surroundings
from ..wifi.scanoptions import ScanOptions
from ..wifi.station import Ways
from .boot import Ram
from .personality import Personality


class Outside(Protocol):
    """What the chip gives the firmware to run on."""

    @property
    def vdd33_mv(self) -> int:
        """The supply in mV."""

    @property
    def personality(self) -> Personality:
        """Which firmware this is."""

    @property
    def timing(self) -> Timing:
        """How long slow things take."""

    @property
    def air(self) -> Air:
        """What the radio can reach."""

    @property
    def network(self) -> Network:
        """What its IP stack can reach."""

    def send(self, data: bytes) -> None:
        """Put bytes on the UART."""

    def now_ns(self) -> int:
        """A monotonic clock."""

    def later(self, delay_ns: int, action: Callable[[], None]) -> None:
        """Run something later, unless a reset comes first."""

    def restart(self) -> None:
        """Restart by software."""

    def crash(self) -> None:
        """Restart at once, as the watchdog does."""

    def set_uart(self, form: UartFormat) -> None:
        """Set the UART; what was sent before has left in the old format."""

    def sleep(self, duration_ns: int | None) -> None:
        """Deep sleep, for ever if there is no duration."""


class Firmware:
    """The running firmware.  `current` is what RAM holds, `store` what is saved (field guide 6)."""

    def __init__(
        self,
        store: Store,
        ram: Ram,
        outside: Outside,
    ) -> None:
        self.store = store
        self.current = ram.settings
        self.personality = outside.personality
        self.station = self.personality.radio(
            lambda: outside.air,
            self._tell_of_station,
            outside.later,
            self._station_ways,
            lambda: self.current.dhcp.station,
            lambda: self.current.station_ip is not None,
        )
        self.scan_options = ScanOptions()
        self.mdns_name: MdnsName | None = None
        self.voice = self.personality.voice(self, outside.send)
        self.echo = self.personality.echo(self.voice.echo, ram.echo_on)
        self.sleep_mode = ram.sleep_mode
        self._outside = outside
        self._receiver = self.personality.receiver(self, self.personality.reader(), self.echo)
        self.tcpip = self.personality.stack(self, ram)
        self.beaconing = self.personality.beaconing(self)
        self._awaited: Answer | None = None
        self._restarting = False

    def become(self, personality: Personality) -> None:
        """Go on as another firmware; what keeps state goes on with other functions."""
        self.personality = personality
        self.station.__class__ = personality.radio
        self.beaconing.__class__ = personality.beaconing
        self.voice.__class__ = personality.voice
        self.echo.__class__ = personality.echo
        self.echo.send = self.voice.echo
        self._receiver.__class__ = personality.receiver
        self._receiver.reader.__class__ = personality.reader
        self.tcpip.__class__ = personality.stack
        if isinstance(self.sink, Passthrough):
            self.sink.__class__ = personality.passthrough

    @property
    def grounds(self) -> object:
        """What follows from this is the same as long as this is."""
        return self.personality.grounds(self)

    @property
    def in_force(self) -> InForce:
        """What is in force on its interfaces now."""
        return InForce(self.personality.station_side(self), self.personality.softap_side(self))

    def parameters(self, text: bytes, rules: ParameterRules | None = None) -> Parameters:
        """A cursor over what stands behind `=`; `rules`: if not as usual in this firmware."""
        usual = self.personality.parameters
        return self.personality.cursor(self, text, rules or usual)

    def tell(self, text: bytes) -> None:
        """Say a line that nobody asked for; a link that passes through hears none."""
        if not self.passing_through:
            self.voice.line(text)

    def begin(self) -> None:
        """Ready is about to be said: a saved link passes through from now on (clause 5.2.15)."""
        saved = self.personality.start.link(self)
        if saved is None:
            return
        self.tcpip.transparent = True
        self.say(self.personality.tcpip.saved_prompt)
        passthrough = self.personality.passthrough(self)
        self.divert(passthrough)
        passthrough.open_saved(saved)

    def started(self) -> None:
        """Ready has been said; the station looks for what it is to join (clause 4.1.19)."""
        start = self.personality.start
        wish = start.wish(self)
        if wish:
            start.join(self, wish)

    def receive(self, data: bytes) -> None:
        """Bytes from the UART; tasks they post run later, when the burst is over."""
        for byte in data:
            self._receiver.byte(byte)
        self._receiver.paused()

    def restart(self) -> None:
        """Restart soon; until then the firmware is busy."""
        if not self._restarting:
            self._restarting = True
            self._outside.later(self.timing.restart, self._outside.restart)

    # What commands do to the chip.

    @property
    def air(self) -> Surroundings:
        """The radio side: who has joined whom."""
        return self.station

    @property
    def timing(self) -> Timing:
        """How long slow things take."""
        return self._outside.timing

    @property
    def vdd33_mv(self) -> int:
        """The supply, measured, in mV."""
        return self._outside.vdd33_mv

    def now_ns(self) -> int:
        """A monotonic clock."""
        return self._outside.now_ns()

    def later(self, delay_ns: int, action: Callable[[], None]) -> None:
        """Run something later, unless a reset comes first."""
        self._outside.later(delay_ns, action)

    @property
    def network(self) -> Network:
        """What the IP stack can reach."""
        return self._outside.network

    def say(self, data: bytes) -> None:
        """Say something that is no answer, as it is."""
        self.voice.raw(data)

    def say_received(self, head: bytes, data: bytes) -> None:
        """Say what a peer has sent (clause 5.2.20)."""
        self.voice.received(head, data)

    @property
    def sink(self) -> Sink | None:
        """What takes the bytes of the UART instead of the parser."""
        return self._receiver.sink

    def divert(self, sink: Sink | None) -> None:
        """From now on the bytes of the UART go there; None: to the parser."""
        self._receiver.sink = sink

    def take_data(self, plan: Plan) -> None:
        """Begin the data phase: the bytes of the UART are data from now on."""
        self.divert(self.personality.data_phase(self, plan))

    def pass_through(self) -> None:
        """Say the prompt, and make the UART and the link one wire."""
        self.say(self.personality.tcpip.passthrough_prompt)
        self.divert(self.personality.passthrough(self))

    @property
    def passing_through(self) -> bool:
        """Whether the UART and a link are one wire."""
        return isinstance(self.sink, Passthrough)

    def reconnect(self, link: Link) -> None:
        """A link that passes through was lost."""
        if isinstance(self.sink, Passthrough):
            self.sink.lost(link)

    def switch_uart(self, form: UartFormat) -> None:
        """Set the UART and remember it as the current setting."""
        self.current = replace(self.current, uart=form)
        self._outside.set_uart(form)

    def sleep(self, duration_ns: int | None) -> None:
        """Deep sleep; nothing is heard any more, and a reset ends it."""
        self._restarting = True
        self._outside.sleep(duration_ns)

    # What the receiver asks for (see receiver.Processor).

    def submit(self, body: bytes | None) -> None:
        """Post the task that executes a line."""
        self._outside.later(self.timing.command, partial(self._run, body))

    def refuse(self) -> None:
        """Answer ERROR at once."""
        self.voice.final(Final.ERROR)

    def busy(self) -> None:
        """Say that a line was discarded because a command runs."""
        self.voice.busy()

    def force_restart(self) -> None:
        """AT+RST while a command runs (field guide 2, Busy)."""
        self.voice.forced_restart()
        answer, self._awaited = self._awaited, None
        if answer and answer.broken_off:
            self.voice.final(answer.broken_off)
        self.restart()

    def crash(self) -> None:
        """Restart as after a watchdog."""
        self._outside.later(0, self._outside.crash)

    def _tell_of_station(self, text: bytes) -> None:
        if not self.tcpip.transparent or self.personality.station.tells_in_transparent_mode:
            self.tell(text)

    def _station_ways(self) -> Ways:
        rules = self.personality.station
        return Ways(self.timing.scan, rules.tells_failure)

    # One command, from line to final code.

    def _run(self, body: bytes | None) -> None:
        personality = self.personality
        call = None if body is None else personality.grammar.parse(body, personality.commands)
        answer = personality.dispatch(self, call)
        if answer.effect:
            answer.effect()
        self._inform(answer)

    def _inform(self, answer: Answer) -> None:
        self.voice.information(answer.information)
        if answer.pending:
            self._awaited = answer
            answer.pending(lambda rest: self._resume(answer, rest))
            return
        if answer.lasts_ns:
            self._outside.later(answer.lasts_ns, lambda: self._finish(answer))
        else:
            self._finish(answer)

    def _resume(self, answer: Answer, rest: Answer) -> None:
        """What an answer was waiting for is over; nobody waits for what was broken off."""
        if self._awaited is not answer:
            return
        self._awaited = None
        if rest.effect:
            rest.effect()
        self._inform(rest)

    def _finish(self, answer: Answer) -> None:
        if answer.final:
            self.voice.final(answer.final)
        if answer.afterwards:
            answer.afterwards()
        if not self._restarting:
            self._receiver.finished()
