"""The line to the IUT as AT+UART and its siblings set it: both sides of it, and the way back.

Law of this file: a purpose that changes the line says so here, and has the line with which it began
back before it judges, wherever the IUT went. The IUT's OK may come at the setting from before or
at the new one (ruling R-17): what is garbled at the one is listened for at the other.
"""

from dataclasses import replace

from conformance.commandline import CommandLine, execute, set_
from conformance.exchange import Exchange
from conformance.grammar import OK
from conformance.session import Session
from conformance.testbed import LineSettings, SettingRefused
from conformance.whereabouts import is_reachable, whereabouts

#: Clause 3.2.7, row Parameters: what stands for which setting.
STOPBITS = {1: 1, 1.5: 2, 2: 3}
PARITY = {"N": 0, "O": 1, "E": 2}

#: The parameters by their index.
BAUDRATE, DATABITS, STOP, PARITY_CODE, FLOW = range(5)
_FIELDS = {
    DATABITS: ("databits", {bits: bits for bits in range(5, 9)}),
    STOP: ("stopbits", {code: bits for bits, code in STOPBITS.items()}),
    PARITY_CODE: ("parity", {code: parity for parity, code in PARITY.items()}),
}
#: The bit of the flow control that lets the chip wait for CTS.
_CTS = 2
#: With fewer data bits there is no capital letter, and so no command (ruling R-18).
_FEWEST = 7
#: How long the IUT is waited for where it was not told to be, in seconds.
_ELSEWHERE_S = 0.5

#: Rates that any port has; of others it is asked before the IUT is told.
_EVERY_PORT_HAS = range(1200, 115200 + 1)


def uart(command: str, settings: LineSettings, flow_control: int = 0) -> CommandLine:
    """`AT+UART...` for `settings`; flow control needs wires, so there is none by default."""
    return set_(
        command,
        settings.baudrate,
        settings.databits,
        STOPBITS[settings.stopbits],
        PARITY[settings.parity],
        flow_control,
    )


def could_strand(index: int, value: int) -> bool:
    """Whether firmware that takes parameter `index` of AT+UART as `value` may be out of reach.

    Without a clock, or faster than any host; with five or six data bits, whichever bits of the
    number it keeps; or waiting for a CTS that is not wired.
    """
    if index == BAUDRATE:
        return not is_reachable(value)
    return index == DATABITS or (index == FLOW and bool(value & _CTS))


def taken_for(home: LineSettings, index: int, value: int) -> LineSettings:
    """Where firmware is that keeps so many bits of parameter `index` that it is documented.

    `home` if there is no such number of bits.
    """
    for bits in (32, 16, 8):
        kept = value % (1 << bits)
        if index == BAUDRATE and is_reachable(kept):
            return replace(home, baudrate=kept)
        field, meanings = _FIELDS.get(index, ("", {}))
        if kept in meanings:
            return replace(home, **{field: meanings[kept]})
    return home


def require_ok(exchange: Exchange) -> None:
    """Require OK. The echo that is heard at a setting which is not its own is garbage, and nothing
    need part OK from it (ruling R-03)."""
    lines = exchange.raw.split(b"\r\n")[:-1]
    if not (exchange.garbled and any(each.endswith(OK) for each in lines)):
        exchange.succeeds()


class Line:
    """The line between host and IUT, for one purpose that changes it with `command`."""

    def __init__(self, session: Session, command: str, home: LineSettings) -> None:
        self.home = home
        self._session = session
        self._command = command
        #: Where the IUT may be; nowhere else than at home while this is empty.
        self._told: list[LineSettings] = []
        self._asked: Exchange | None = None

    def at(self, baudrate: int) -> LineSettings:
        """The line as it was found, but for its rate."""
        return replace(self.home, baudrate=baudrate)

    def suspect(self, settings: LineSettings) -> None:
        """The IUT may go to `settings` by what is sent next; it is led back from there."""
        if not self._told:
            self._session.afterwards(self.back)
        self._told.append(settings)
        if is_reachable(settings.baudrate):
            self._session.suspect(settings)

    def ask(self, settings: LineSettings) -> Exchange:
        """Tell the IUT to change to `settings`; the host's side stays as it is.

        Raises `SettingRefused` before the IUT hears of it if the port cannot follow.
        """
        if settings.baudrate not in _EVERY_PORT_HAS:
            self._set_host(settings)
            self._set_host(self.home)
        self.suspect(settings)
        line = self._session.auxiliary(uart(self._command, settings))
        self._asked = self._session.send(line)
        return self._asked

    def told(self, settings: LineSettings) -> None:
        """Have the IUT told to change to `settings`; a refusal makes the purpose inconclusive."""
        exchange = self.ask(settings)
        if not exchange.garbled:
            self._session.agree(exchange)

    def answered(self, settings: LineSettings) -> Exchange:
        """What a change to `settings` is answered, heard at the setting at which it can be read.

        Both sides are at home again before it is judged.
        """
        exchange = self.ask(settings)
        self.back()
        if exchange.garbled and settings.databits >= _FEWEST:
            self.suspect(settings)
            line = self._session.auxiliary(uart(self._command, settings))
            exchange = self._asked = self._session.send_and_follow(line, settings)
            self.back()
        return exchange

    def change(self, settings: LineSettings) -> None:
        """Bring both sides to `settings`; a refusal makes the purpose inconclusive."""
        self.told(settings)
        self._set_host(settings)

    def answer_at(self, settings: LineSettings) -> Exchange:
        """The sign of life at `settings`; both sides are at home again before it is judged."""
        self.change(settings)
        return self.answer()

    def answer(self) -> Exchange:
        """The sign of life where host and IUT are; both are at home again before it is judged."""
        exchange = self._session.probe()
        self.back()
        return exchange

    def restart_into(self, settings: LineSettings) -> Exchange:
        """AT+RST at the line's present setting; then AT, asked at `settings` until answered."""
        session = self._session
        present = session.tried[-1] if session.tried else self.home
        told = session.observe(execute("RST"))  # a restart is asked for, and not judged
        if told.final is not None:  # its OK may also come after the restart (ruling R-04)
            session.agree(told)
        present = session.line or self.home
        self._set_host(settings)
        answer = session.await_answer(session.timing.restart_s)
        if answer.final is None and present != settings:
            self._stand_on_restart(present, settings)
        return session.probe(answer)

    def _stand_on_restart(self, present: LineSettings, settings: LineSettings) -> None:
        """Whoever still answers at `present` may not have restarted: then nothing is decided."""
        session = self._session
        self._set_host(present)
        if session.observe(execute("AT")).final is not None:
            session.restart()
        self._set_host(settings)

    def back(self) -> None:
        """Both sides as they were found, from wherever the IUT may be; else the rig looks for it.

        A reset is enough where the setting is not saved and no command is heard any more.
        """
        if not self._told:
            return
        told, self._told = tuple(reversed(self._told)), []
        if self._is_refused_and_at_home():
            return
        if self._session.can_reset and any(each.databits < _FEWEST for each in told):
            self._session.reset_board()
            told = ()
        answer_s = None
        for settings in self._likeliest_first(told):
            if self._is_led_back_from(settings, answer_s):
                break
            answer_s = _ELSEWHERE_S
        else:
            self._session.afterwards(self._back_from_where_it_was_found)
        self._set_host(self.home)

    def _is_refused_and_at_home(self) -> bool:
        """Whether what was sent last was refused, and the IUT answers where it was."""
        session, last = self._session, self._session.last
        if last is None or not last.declined or session.line not in (None, self.home):
            return False
        return last.line.name == self._command and session.probe().final is not None

    def _back_from_where_it_was_found(self) -> None:
        """The rig has set the host's side to where the IUT is. Raises if it is not led back."""
        self._session.observe(uart(self._command, self.home)).succeeds()
        self._session.configure(self.home)

    def _likeliest_first(self, told: tuple[LineSettings, ...]) -> tuple[LineSettings, ...]:
        """Where the host is, unless the IUT agreed to go elsewhere or did not answer there."""
        here, last = self._session.line or self.home, self._session.last
        elsewhere = whereabouts(told)
        if last is not None and last.final is None:
            where = (*reversed(elsewhere), here)
        elif last is not None and last is self._asked and last.final == OK:
            where = (*elsewhere, here)
        else:
            where = (here, *elsewhere)
        return tuple(dict.fromkeys((*where, self.home)))

    def _is_led_back_from(self, settings: LineSettings, answer_s: float | None) -> bool:
        if not is_reachable(settings.baudrate):
            return False
        try:
            self._set_host(settings)
        except SettingRefused:
            return False
        for _ in range(2):  # the first may only close a line that what it misheard left open
            told = self._session.observe(uart(self._command, self.home), answer_s=answer_s)
            if told.final == OK:
                return True
            if told.garbled and settings != self.home and self._answers_at_home():
                return True
            if told.final is None:
                return False
        return False

    def _answers_at_home(self) -> bool:
        """Whether the IUT, whose answer could not be read where it was, is at home now."""
        self._set_host(self.home)
        return self._session.probe().final is not None

    def follow(self, settings: LineSettings) -> None:
        """Bring the host's side to `settings`, where the IUT is by then."""
        self._set_host(settings)

    def _set_host(self, settings: LineSettings) -> None:
        if settings != self._session.line:
            self._session.configure(settings)
