"""The line to the IUT as AT+UART and its siblings set it: both sides of it, and the way back.

Law of this file: a purpose that changes the line says so here, and is given back the line it began
with, whatever happens. The host's side changes only after the IUT's OK (ruling R-17).
"""

from dataclasses import replace

from conformance.commandline import CommandLine, execute, set_
from conformance.exchange import Exchange
from conformance.grammar import ERROR, OK
from conformance.session import Session
from conformance.testbed import LineSettings

#: Clause 3.2.7, row Parameters: what stands for which setting.
STOPBITS = {1: 1, 1.5: 2, 2: 3}
PARITY = {"N": 0, "O": 1, "E": 2}

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


class Line:
    """The line between host and IUT, for one purpose that changes it with `command`."""

    def __init__(self, session: Session, command: str, home: LineSettings) -> None:
        self.home = home
        self._session = session
        self._command = command

    def at(self, baudrate: int) -> LineSettings:
        """The line as it was found, but for its rate."""
        return replace(self.home, baudrate=baudrate)

    def ask(self, settings: LineSettings) -> Exchange:
        """Tell the IUT to change to `settings`; the host's side stays as it is.

        Raises `SettingRefused` before the IUT hears of it if the port cannot follow.
        """
        session = self._session
        if settings.baudrate not in _EVERY_PORT_HAS:
            session.configure(settings)
            session.configure(self.home)
        session.suspect(settings)
        refused = False

        def back() -> None:
            if not (refused and session.observe(execute("AT")).final == OK):
                self._back()

        session.afterwards(back)
        exchange = session.send(uart(self._command, settings))
        refused = exchange.final == ERROR
        return exchange

    def change(self, settings: LineSettings) -> None:
        """Bring both sides to `settings`; a refusal makes the purpose inconclusive."""
        self._session.agree(self.ask(settings))
        self._session.configure(settings)

    def restart_into(self, settings: LineSettings) -> Exchange:
        """AT+RST at the line's present setting; then AT, asked at `settings` until answered."""
        session = self._session
        present = session.tried[-1] if session.tried else self.home
        told = session.observe(execute("RST"))  # a restart is asked for, and not judged
        if told.final is not None:  # its OK may also come after the restart (ruling R-04)
            session.agree(told)
        session.configure(settings)
        answer = session.await_answer(session.timing.restart_s)
        if answer.final is None and present != settings:
            self._stand_on_restart(present, settings)
        return answer

    def _stand_on_restart(self, present: LineSettings, settings: LineSettings) -> None:
        """Whoever still answers at `present` may not have restarted: then nothing is decided."""
        session = self._session
        session.configure(present)
        if session.observe(execute("AT")).final is not None:
            session.restart()
        session.configure(settings)

    def _back(self) -> None:
        """Both sides as they were found, from wherever host and IUT are together now."""
        session = self._session
        session.send(uart(self._command, self.home)).succeeds()
        session.configure(self.home)
