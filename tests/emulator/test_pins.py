"""EN and GPIO0: who pulls them, how DTR and RTS reach them, what the board makes of them."""

from __future__ import annotations

import pytest
from emulator_bench import OK, Bench

from rigs.emulator.board.pins import Levels, Pins, wiring

MILLISECOND = 1_000_000


class Net:
    """Pins with a clock that stands still until told otherwise."""

    def __init__(self, circuit: str) -> None:
        self.now_ns = 0
        self.seen: list[Levels] = []
        self.pins = Pins(self._apply, wiring(circuit), lambda: self.now_ns)

    def wait(self, milliseconds: int) -> None:
        self.now_ns += milliseconds * MILLISECOND
        self.pins.run_due()

    def _apply(self, en: bool, gpio0: bool) -> None:
        self.seen.append(Levels(en, gpio0))


@pytest.mark.parametrize(
    ("circuit", "dtr", "rts", "levels"),
    [
        ("direct", False, True, Levels(en=False, gpio0=True)),
        ("direct", True, False, Levels(en=True, gpio0=False)),
        ("direct", True, True, Levels(en=False, gpio0=False)),
        ("nodemcu", False, True, Levels(en=False, gpio0=True)),
        ("nodemcu", True, False, Levels(en=True, gpio0=False)),
        ("nodemcu", True, True, Levels(en=True, gpio0=True)),
        ("none", True, True, Levels(en=True, gpio0=True)),
    ],
)
def test_lines_reach_the_pins_as_wired(circuit: str, dtr: bool, rts: bool, levels: Levels) -> None:
    net = Net(circuit)
    net.pins.lines(dtr, rts)
    assert net.pins.levels == levels


def test_the_capacitor_lets_en_rise_only_when_gpio0_is_low() -> None:
    """The classic sequence: reset, both lines, then DTR alone."""
    net = Net("nodemcu")
    net.pins.lines(False, True)
    net.wait(100)
    net.pins.lines(True, True)
    assert not net.pins.levels.en
    net.wait(5)
    net.pins.lines(True, False)
    assert net.pins.levels == Levels(en=False, gpio0=False)
    net.wait(4)
    assert not net.pins.levels.en
    net.wait(1)
    assert net.pins.levels == Levels(en=True, gpio0=False)
    assert net.pins.next_due_ns() is None


def test_too_slow_a_sequence_beats_the_capacitor() -> None:
    net = Net("nodemcu")
    net.pins.lines(False, True)
    net.pins.lines(True, True)
    net.wait(50)
    net.pins.lines(True, False)
    assert Levels(en=True, gpio0=True) in net.seen


def test_a_bigger_capacitor_takes_slower_sequences() -> None:
    net = Net("nodemcu:100")
    net.pins.lines(False, True)
    net.pins.lines(True, True)
    net.wait(50)
    net.pins.lines(True, False)
    net.wait(50)
    assert net.seen[-1] == Levels(en=True, gpio0=False)
    assert Levels(en=True, gpio0=True) not in net.seen


def test_en_that_falls_again_does_not_rise() -> None:
    net = Net("nodemcu")
    net.pins.lines(False, True)
    net.pins.lines(False, False)
    net.wait(5)
    net.pins.lines(False, True)
    net.wait(20)
    assert not net.pins.levels.en


def test_a_hand_and_a_line_pull_together() -> None:
    net = Net("direct")
    net.pins.hand(gpio0=False)
    net.pins.lines(True, False)
    net.pins.lines(False, False)
    assert net.pins.levels == Levels(en=True, gpio0=False)
    net.pins.hand(gpio0=True)
    assert net.pins.levels == Levels()


@pytest.mark.parametrize(
    "text", ["", "straight", "direct:5", "nodemcu:", "nodemcu:x", "nodemcu:-1"]
)
def test_other_wirings_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="none of direct"):
        wiring(text)


def test_en_low_is_silent_and_deaf(bench: Bench) -> None:
    bench.board.pins(en=False, gpio0=True)
    assert bench.say(b"AT\r\n") == b""
    bench.board.reset()
    bench.board.power_cycle()
    assert bench.settle() == b""
    bench.board.pins(en=True, gpio0=True)
    assert bench.settle().endswith(b"\r\nready\r\n")
    assert bench.say(b"AT\r\n") == b"AT\r\r\n" + OK


def test_en_rising_is_a_reset_by_pin(bench: Bench) -> None:
    boots = bench.board.status().boots
    bench.formats.clear()
    bench.board.pins(en=False, gpio0=True)
    bench.board.pins(en=True, gpio0=True)
    said = bench.settle()
    assert b"boot mode:(3," in said
    assert bench.rates[0] == 74880
    assert bench.board.status().boots == boots + 1


@pytest.mark.parametrize("how", ["pins", "reset", "power"])
def test_gpio0_low_at_a_cold_start_is_download_mode(bench: Bench, how: str) -> None:
    bench.board.pins(en=how != "pins", gpio0=False)
    if how == "pins":
        bench.board.pins(en=True, gpio0=False)
    elif how == "reset":
        bench.board.reset()
    else:
        bench.board.power_cycle()
    assert b"boot mode:(1," in bench.settle()
    assert bench.board.status().downloads
    bench.board.pins(en=True, gpio0=True)
    assert bench.say(b"AT\r\n") == b""
    bench.board.reset()
    assert bench.settle().endswith(b"\r\nready\r\n")
    assert not bench.board.status().downloads


def test_gpio0_does_not_matter_to_a_restart_by_software(bench: Bench) -> None:
    bench.board.pins(en=True, gpio0=False)
    assert bench.say(b"AT+RST\r\n").endswith(b"\r\nready\r\n")
