"""The flash of a board through esptool: the genuine one on an emulator, and what goes wrong."""

from __future__ import annotations

import contextlib
import importlib.util
import secrets
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.commandline import execute, set_
from conformance.flash import AREA, FlashLayout
from conformance.grammar import OK
from conformance.session import Session
from conformance.statement import load_pixit
from conformance.testbed import LineSettings, PortError
from conformance.transcript import NullRecorder
from conformance.wiring import Board
from rigs import flash as reading
from rigs.board import BoardRig
from rigs.control import ControlSocket, SnapshotFlash
from rigs.flash import EsptoolFlash
from rigs.serialport import SerialPort
from tests.rigs.whole_runs import PIXIT

ANYWHERE = "127.0.0.1:0"

QUICK = load_pixit(PIXIT)


@pytest.fixture
def control():
    """Where an emulator's control socket may be; the path of one must be short."""
    return ControlSocket(Path(tempfile.gettempdir(), f"{secrets.token_hex(8)}.control"))


def board(**more):
    return replace(QUICK, board=Board(reset="classic", flash_read="esptool", **more))


@pytest.mark.skipif(
    importlib.util.find_spec("esptool") is None,
    reason="esptool is not installed: pip install 'esp8266-at-conformance[flash]'",
)
def test_esptool_reads_the_bytes_that_are_there_and_the_board_starts_again(emulator, control):
    # Over RFC 2217 each call of esptool takes half a minute, for pyserial pauses at each setting;
    # so this is the only one by day.
    where = emulator("--rfc2217", ANYWHERE, "--control", control.address).port
    with contextlib.closing(BoardRig(where, board(flash_size="4M"))) as rig:
        assert "flash-read" in rig.capabilities
        rig.recover(NullRecorder())
        session = Session(rig.port, QUICK.timing, controls=rig.controls)
        session.send(set_("UART_DEF", 115200, 8, 1, 0, 1)).succeeds()

        (content,) = session.read_flash("user")

        assert session.last.restarted
        assert session.send(execute("AT")).final == OK
        layout = SnapshotFlash(control).layout()
        assert rig.controls.flash.layout() == layout
        assert [content] == SnapshotFlash(control).read([layout.user_area])
        assert content != b"\xff" * AREA


@pytest.mark.parametrize("endpoint", ["--rfc2217", "--tcp"])
def test_a_line_that_was_lent_comes_back_as_it_was_and_nothing_was_reset(
    emulator, control, endpoint
):
    where = emulator(endpoint, ANYWHERE, "--control", control.address).port
    port = SerialPort(where)
    session = Session(port, QUICK.timing)
    session.settle()
    if endpoint == "--rfc2217":
        session.send(set_("UART_CUR", 9600, 8, 1, 0, 0)).succeeds()
        port.configure(LineSettings(9600))
    boots = control.ask("status")["boots"]
    with port.lent():
        other = SerialPort(where, LineSettings(57600))
        other.close()
    assert session.send(execute("AT")).final == OK
    assert control.ask("status")["boots"] == boots
    port.close()


def test_a_line_that_was_lent_and_went_away_is_told(emulator, monkeypatch):
    monkeypatch.setattr(SerialPort._open_again.retry, "stop", lambda state: True)
    process = emulator("--tcp", ANYWHERE)
    port = SerialPort(process.port)

    def lend():
        with port.lent():
            process.end()

    with pytest.raises(PortError, match="nobody listens there"):
        lend()


# Without esptool


class Fake:
    """A port, a reset and an esptool that write down what they are asked."""

    where = "/dev/x"

    def __init__(self, monkeypatch, esptool):
        self.did = []
        self._esptool = esptool
        monkeypatch.setattr(reading, "run", self._run)

    @contextlib.contextmanager
    def lent(self):
        self.did.append("lend")
        try:
            yield
        finally:
            self.did.append("back")

    def pulse(self):
        self.did.append("reset")

    def _run(self, argv, what, limit_s):
        assert limit_s > 0
        words = argv[argv.index("/dev/x") + 1 :]
        self.did.append(next(word for word in words if word.endswith(("_flash", "_id"))))
        return self._esptool(words)

    def flash(self, **more):
        return EsptoolFlash(self, Board(flash_read="esptool", **more), self)


def writes(content):
    """An esptool that finds `content` everywhere."""

    def run(words):
        Path(words[-1]).write_bytes(content[: int(words[-2])])
        return ""

    return run


def test_all_areas_are_read_while_the_line_is_lent_and_then_the_board_is_reset(monkeypatch):
    fake = Fake(monkeypatch, writes(b"x" * AREA))
    assert fake.flash().read([range(4), range(8, 10)]) == [b"xxxx", b"xx"]
    assert fake.did == ["lend", "read_flash", "read_flash", "back", "reset"]


def test_the_size_is_asked_once_and_only_if_the_pixit_does_not_tell(monkeypatch):
    fake = Fake(monkeypatch, lambda words: "Manufacturer: c8\nDetected flash size: 2MB\n")
    flash = fake.flash()
    assert flash.layout() == flash.layout() == FlashLayout(2 << 20)
    assert fake.did == ["lend", "flash_id", "back", "reset"]
    fake.did.clear()
    told = fake.flash(flash_size="4M", flash_map="1024+1024")
    assert told.layout() == FlashLayout(4 << 20, "1024+1024")
    assert fake.did == []


def test_a_size_that_esptool_does_not_tell_is_to_be_told_by_the_pixit(monkeypatch):
    fake = Fake(monkeypatch, lambda words: "Detected flash size: Unknown\n")
    with pytest.raises(PortError, match=r"write board\.flash_size"):
        fake.flash().layout()


def test_after_a_failure_the_line_is_back_and_the_board_is_reset(monkeypatch):
    def fails(words):
        raise PortError("Failed to connect")

    fake = Fake(monkeypatch, fails)
    with pytest.raises(PortError, match="Failed to connect"):
        fake.flash().read([range(4)])
    assert fake.did == ["lend", "read_flash", "back", "reset"]


def test_fewer_bytes_than_asked_for_are_a_failure(monkeypatch):
    with pytest.raises(PortError, match="3 bytes of flash instead of 4"):
        Fake(monkeypatch, writes(b"abc")).flash().read([range(4)])


def test_a_file_that_is_not_written_is_a_failure(monkeypatch):
    with pytest.raises(PortError, match="esptool wrote no content"):
        Fake(monkeypatch, lambda words: "").flash().read([range(4)])
