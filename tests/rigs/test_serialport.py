"""The serial port: its test-bed on every kind of line, and what it says when something is wrong."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import grp
import os
import pty
import select
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from serial.urlhandler import protocol_socket

from conformance.testbed import LineSettings, PortError
from rigs import serialport
from rigs.serialport import SerialPort
from tests.rigs.port_checks import LIMIT_S, Bed, Echoes, HangsUp, PortChecks, error_of
from tests.rigs.serial_beds import LoopBed, PtyBed, SocketBed, close_quietly

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    """pyserial sleeps for 0.3 s whenever it closes a socket; the tests need not."""
    monkeypatch.setattr(protocol_socket, "time", SimpleNamespace(sleep=lambda seconds: None))


class TestPty(PortChecks):
    @pytest.fixture
    def bed(self) -> Iterator[Bed]:
        bed = PtyBed()
        yield bed
        bed.tidy()


class TestSocket(PortChecks):
    @pytest.fixture
    def bed(self) -> Iterator[Bed]:
        bed = SocketBed()
        yield bed
        bed.tidy()


class TestLoop(PortChecks):
    @pytest.fixture
    def bed(self) -> Iterator[Bed]:
        bed = LoopBed()
        yield bed
        bed.tidy()


@pytest.fixture
def line() -> Iterator[tuple[int, str]]:
    """A pseudo-terminal: the descriptor of one end, the path of the other."""
    master, slave = pty.openpty()
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


@pytest.fixture
def opened(line: tuple[int, str]) -> Iterator[SerialPort]:
    """A port on that pseudo-terminal."""
    port = SerialPort(line[1])
    yield port
    port.close()


def complaint(where: str, settings: LineSettings | None = None) -> str:
    """What is said when `where` cannot be opened."""
    with pytest.raises(PortError) as raised:
        SerialPort(where, settings).close()
    said = str(raised.value)
    assert said.startswith(f"cannot open {where}: ")
    assert "\n" not in said
    return said


# What is wrong, and what to do


def test_a_port_that_does_not_exist_is_told_with_those_that_do(monkeypatch, tmp_path):
    class Found:
        device = "/dev/ttyUSB7"

    monkeypatch.setattr(serialport.list_ports, "comports", lambda: [Found()])
    said = complaint(str(tmp_path / "ttyUSB0"))
    assert said.endswith("no such port; these exist: /dev/ttyUSB7")


def test_without_any_port_it_is_said_that_there_is_none(monkeypatch, tmp_path):
    monkeypatch.setattr(serialport.list_ports, "comports", list)
    assert complaint(str(tmp_path / "ttyUSB0")).endswith("no serial port is plugged in")


@pytest.fixture
def forbidden() -> Iterator[Path]:
    """A file that its group may read and we may not, once we are an ordinary user."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder, "port")
        path.touch(mode=0o060)
        path.chmod(0o060)
        if os.geteuid() == 0:
            others = [group.gr_gid for group in grp.getgrall() if group.gr_gid]
            os.chown(path, 0, others[0])
        yield path


#: Opens a port as a user who may nothing; prints what is said.
AS_NOBODY = """
import os, sys
from conformance.testbed import PortError
from rigs.serialport import SerialPort
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    SerialPort(sys.argv[1])
except PortError as error:
    print(error)
"""


def as_ordinary_user(path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(path)], cwd=ROOT, capture_output=True,
        encoding="utf-8", timeout=30, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.rstrip("\n")


def test_a_port_of_another_group_is_told_with_that_group(forbidden):
    group = grp.getgrgid(forbidden.stat().st_gid).gr_name
    if group == "root":
        pytest.skip("our own group is root, to which nobody should be added")
    assert as_ordinary_user(forbidden) == (
        f"cannot open {forbidden}: permission denied; add yourself to the group {group} "
        f"(`sudo usermod -aG {group} $USER`, log in again)"
    )


def test_a_port_that_its_group_may_not_use_either_is_told_with_a_remedy(forbidden):
    forbidden.chmod(0)
    said = as_ordinary_user(forbidden)
    assert said == f"cannot open {forbidden}: permission denied; ask its owner for access"


def test_a_folder_is_told_as_what_it_is(tmp_path):
    assert "s a directory" in complaint(str(tmp_path))


@pytest.mark.parametrize("what", ["device", "file"])
def test_what_is_no_serial_port_is_told_so(what, tmp_path):
    path = tmp_path / "file"
    path.touch()
    said = complaint(os.devnull if what == "device" else str(path))
    assert "it is no serial port" in said


def test_a_port_that_another_one_holds_is_busy(line, opened):
    said = complaint(line[1])
    assert "another program uses it" in said
    assert f"fuser {line[1]}" in said


def test_a_port_that_was_closed_is_free_again(line):
    SerialPort(line[1]).close()
    SerialPort(line[1]).close()


def test_an_address_at_which_nobody_listens_is_told_so():
    with socket.create_server(("127.0.0.1", 0)) as server:
        where = f"socket://127.0.0.1:{server.getsockname()[1]}"
    assert complaint(where).endswith(
        "nobody listens there; start the other end or correct the address"
    )


def test_a_scheme_that_pyserial_does_not_know_is_told_so():
    said = complaint("sockets://127.0.0.1:23")
    assert "not one that pyserial knows" in said
    assert "sockets" in said


@pytest.mark.parametrize("number", [errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT])
def test_an_address_that_cannot_be_reached_is_told_with_the_reason(monkeypatch, number):
    def unreachable(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket, "create_connection", unreachable)
    assert os.strerror(number) in complaint("socket://192.0.2.7:23")


def test_a_host_whose_name_nobody_knows_is_told_with_the_reason(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", unknown)
    assert "Name or service not known" in complaint("socket://no-such-host:23")


def test_a_url_of_a_port_that_is_not_plugged_in_is_told_so():
    assert "no such address" in complaint("hwgrep://surely-no-such-adapter")


def test_a_url_that_pyserial_stumbles_over_is_a_port_error():
    assert complaint("loop://?speed=1")


def test_an_address_without_a_number_for_a_port_is_told_in_words():
    said = complaint("socket://127.0.0.1:telnet")
    assert "debug|info" not in said


@pytest.mark.parametrize(
    "settings",
    [LineSettings(stopbits=3), LineSettings(databits=9), LineSettings(parity="Q")],
    ids=str,
)
def test_settings_that_no_line_has_are_a_port_error(line, opened, settings):
    with pytest.raises(PortError, match="Not a valid"):
        opened.configure(settings)


def test_a_rate_beyond_all_measure_is_a_port_error(opened):
    with pytest.raises(PortError):
        opened.configure(LineSettings(baudrate=10**12))


# The line itself


def test_writing_to_a_line_that_nobody_reads_ends_at_its_deadline(line, opened, monkeypatch):
    monkeypatch.setattr(serialport, "_WRITE_PATIENCE_S", 0.1)
    began = time.monotonic()
    said = error_of(lambda: opened.write(b"x" * 65536))
    assert time.monotonic() - began < LIMIT_S
    assert said.startswith(f"cannot write to {line[1]}: nobody took a byte for 0.1 s; check")


def test_writing_to_a_socket_that_nobody_reads_ends_at_its_deadline(monkeypatch):
    monkeypatch.setattr(serialport, "_WRITE_PATIENCE_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = SerialPort(f"socket://127.0.0.1:{server.getsockname()[1]}")
        connection, _ = server.accept()
        began = time.monotonic()
        with connection:
            assert "nobody took a byte for 0.1 s" in error_of(lambda: port.write(b"x" * (1 << 20)))
        assert time.monotonic() - began < LIMIT_S
        close_quietly(port)


def test_writing_to_a_loop_that_nobody_reads_ends_at_its_deadline(monkeypatch):
    monkeypatch.setattr(serialport, "_WRITE_PATIENCE_S", 0.2)
    port = SerialPort("loop://")
    with contextlib.closing(port):
        assert error_of(lambda: port.write(b"x" * 1000))


def test_dtr_and_rts_of_a_pseudo_terminal_do_not_stand_in_the_way_of_opening(line, opened):
    opened.write(b"AT\r\n")
    assert select.select([line[0]], [], [], LIMIT_S)[0]
    assert os.read(line[0], 16) == b"AT\r\n"


def test_driving_rts_of_a_pseudo_terminal_is_a_port_error(opened):
    with pytest.raises(PortError, match="cannot drive RTS of"):
        opened.set_rts(True)


def test_rts_of_a_loop_can_be_driven():
    port = SerialPort("loop://")
    port.set_rts(True)
    port.set_rts(False)
    port.close()


def rate_of(fd: int) -> int:
    """The rate that the line is set to, any number."""
    answer = fcntl.ioctl(fd, 0x802C542A, bytes(44))  # TCGETS2
    return struct.unpack("4I B19s 2I", answer)[-1]


@pytest.mark.parametrize("rate", [110, 9600, 74880, 115200, 921600, 4608000])
def test_the_other_end_of_a_pseudo_terminal_sees_the_rate(line, opened, rate):
    opened.configure(LineSettings(baudrate=rate))
    assert rate_of(line[0]) == rate


def test_a_port_is_opened_at_the_rate_that_was_asked_for(line):
    port = SerialPort(line[1], LineSettings(baudrate=57600))
    assert rate_of(line[0]) == 57600
    port.close()


def test_opening_a_port_asks_that_closing_it_leaves_the_reset_lines_alone(line):
    attributes = termios.tcgetattr(line[0])
    attributes[2] |= termios.HUPCL
    termios.tcsetattr(line[0], termios.TCSANOW, attributes)
    assert termios.tcgetattr(line[0])[2] & termios.HUPCL
    port = SerialPort(line[1])
    assert not termios.tcgetattr(line[0])[2] & termios.HUPCL
    port.close()


def test_a_pseudo_terminal_a_socket_and_a_loop_are_no_real_uart(line, opened):
    loop = SerialPort("loop://")
    assert not opened.is_terminal
    assert not loop.is_terminal
    loop.close()


def test_a_closed_port_says_so_in_port_errors(line):
    port = SerialPort(line[1])
    port.close()
    port.close()
    with pytest.raises(PortError):
        port.write(b"AT")
    with pytest.raises(PortError):
        port.read(0)


def test_a_line_whose_other_end_closed_is_told_to_have_vanished():
    bed = PtyBed()
    port = bed.open(HangsUp())
    said = error_of(lambda: port.read(port.now() + 10**9))
    assert said == f"{bed.where} vanished: its other end closed; check the cable, or start it again"
    bed.tidy()


def test_what_a_socket_said_before_it_closed_is_read():
    bed = SocketBed()
    port = bed.open(Echoes(b"last words"), HangsUp())
    port.write(b"last words")
    heard = []
    assert "vanished" in error_of(lambda: heard.append(port.read(port.now() + 10**9)[0]))
    assert b"".join(heard) == b"last words"
    bed.tidy()


def test_what_a_socket_says_as_soon_as_it_is_open_is_read(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def connected(*arguments, **named):
            ours = connect(*arguments, **named)
            theirs = server.accept()[0]
            theirs.sendall(b"ready")
            said.append(theirs)
            assert select.select([ours], [], [], LIMIT_S)[0]
            return ours

        said, connect = [], socket.create_connection
        monkeypatch.setattr(socket, "create_connection", connected)
        port = SerialPort(f"socket://127.0.0.1:{server.getsockname()[1]}")
        assert port.read(port.now() + 10**9)[0] == b"ready"
        close_quietly(port)
        said[0].close()


def test_a_socket_that_was_reset_is_told_to_have_vanished():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = SerialPort(f"socket://127.0.0.1:{server.getsockname()[1]}")
        connection, _ = server.accept()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        said = error_of(lambda: port.read(port.now() + 10**9))
        close_quietly(port)
    assert "vanished" in said


def test_closing_a_socket_whose_other_end_has_gone_leaks_nothing():
    bed = SocketBed()
    port = bed.open(HangsUp())
    error_of(lambda: port.write(b"AT\r\n"))
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        port.close()
    bed.tidy()
    assert not [str(each.message) for each in seen]
