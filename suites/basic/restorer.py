"""AT+RESTORE, and the line that an IUT has after it.

Law of this file: it restores and leads host and IUT together again; what has to be gone then, the
purposes say. Everything that the board's owner had saved is lost, except for his line.
"""

from conformance.commandline import execute
from conformance.session import Session
from conformance.testbed import LineSettings
from suites.basic.line import Line

#: Clause 2, note 4.
FACTORY = LineSettings(baudrate=115200)


class Restorer:
    """An IUT that is restored, and gets the line back at which it was found."""

    def __init__(self, session: Session, home: LineSettings) -> None:
        self.session = session
        self.home = home

    def restore(self):
        """AT+RESTORE from where the line is; host and IUT are then at the factory's setting.

        Its OK is not judged here: it may come before the restart or after it (ruling R-04).
        """
        told = self.session.observe(execute("RESTORE"))
        if told.final is not None:
            self.session.agree(told)
        self.session.configure(FACTORY)
        return self.session.await_answer(self.session.timing.restart_s)

    def back(self):
        """If the bench has another line than the factory, save it again."""
        if self.home != FACTORY:
            Line(self.session, "UART_DEF", self.home).change(self.home)
