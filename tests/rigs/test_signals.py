"""Signals end a run as Ctrl-C does, and no board is left without power by them."""

from __future__ import annotations

import json
import os
import signal
import sys

import pytest

from conformance.testbed import PortError
from rigs import signals
from rigs.power import CommandPower

#: Purposes that switch the board off and on, and save nothing.
SWITCHING = "--req=4.1.2/CWMODE_CUR/set/09"
ON_AGAIN = "the board was switched off when the run ended; it is on again"


@pytest.fixture
def bench(tmp_path, emulator):
    """Options of a run on a board whose power goes off by a command that does `more`, too."""
    board = emulator("--pty")
    log = tmp_path / "switched"

    def options(more, on_again="pass"):
        logged = f"import os; open({str(log)!r}, 'a').write('%s '); %s"
        commands = {"off": logged % ("off", more), "on": logged % ("on", on_again)}
        pixit = tmp_path / "pixit.toml"
        pixit.write_text(
            "[timing]\nanswer_s = 2\nquiet_s = 0.1\nrecovery_s = 1\n[board]\n"
            + "".join(
                f"power_{name}_command = {json.dumps([sys.executable, '-c', code])}\n"
                for name, code in commands.items()
            ),
            encoding="utf-8",
        )
        return (SWITCHING, "--no-review", f"--rig={board.port}", f"--pixit={pixit}")

    options.board, options.log = board, log
    return options


def finished(runs, options):
    run = runs.start(*options)
    try:
        return run.finish()
    finally:
        run.end()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_run_that_a_signal_ends_gives_the_board_its_power_back(runs, bench, name):
    done = finished(runs, bench(f"import signal; os.kill(os.getppid(), signal.{name})"))
    assert bench.log.read_text(encoding="utf-8") == "off on "
    assert ON_AGAIN in done.lines
    assert done.exit_code == 2
    said = "interrupted by hand" if name == "SIGINT" else f"ended by {name}"
    assert said in done.results["run"]["interrupted"]


def test_one_who_is_impatient_does_not_keep_the_power_from_the_board(runs, bench):
    kill = "import signal; os.kill(os.getppid(), signal.SIG%s)"
    done = finished(runs, bench(kill % "TERM", kill % "INT"))
    assert bench.log.read_text(encoding="utf-8") == "off on "
    assert ON_AGAIN in done.lines
    assert done.exit_code == 2


def test_power_that_does_not_come_back_is_said(runs, bench):
    done = finished(
        runs, bench("import signal; os.kill(os.getppid(), signal.SIGTERM)", "exit('hub gone')")
    )
    (said,) = [line for line in done.lines if "without power" in line]
    assert said.startswith("the board is left without power: cannot switch the board on: ")
    assert said.endswith("hub gone; switch it on by hand")


def test_a_line_that_breaks_between_off_and_on_keeps_no_power_from_the_board(runs, bench):
    end_it = f"os.kill({bench.board.process.pid}, {int(signal.SIGKILL)})"
    done = finished(runs, bench(end_it))
    assert bench.log.read_text(encoding="utf-8") == "off on "
    first = next(iter(done.purposes.values()))
    assert (first["verdict"], first["reason"]) == ("error", "port-failed")


# Power, at the end of a run


class Broken:
    """A line that does not come back."""

    may_be_gone = is_gone = True

    def reopen(self, within_s):
        raise PortError("no /dev/ttyUSB0")


def test_power_that_is_back_without_its_line_is_said():
    true = [sys.executable, "-c", "pass"]
    power = CommandPower(true, true, 20.0, Broken())
    power.off()
    power.leave_on()
    assert power.left == "the board is on again, but its line is not: no /dev/ttyUSB0"


# In this process


@pytest.fixture
def ended():
    """SIGTERM is Ctrl-C, as in a run."""
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signals.end_as_ctrl_c()
    yield
    signals.leave_alone()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("ended")
def test_what_must_not_be_interrupted_is_interrupted_afterwards():
    done = []

    def act():
        with signals.postponed():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append(True)

    with pytest.raises(KeyboardInterrupt, match="SIGTERM"):
        act()
    assert done


def test_a_signal_that_somebody_handles_is_theirs():
    heard = []
    before = signal.signal(signal.SIGTERM, lambda *_: heard.append(True))
    try:
        signals.end_as_ctrl_c()
        os.kill(os.getpid(), signal.SIGTERM)
        signals.leave_alone()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard
