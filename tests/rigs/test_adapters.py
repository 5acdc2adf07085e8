"""Where the line to a board is found again when its port went away."""

from __future__ import annotations

import os
import pty
import tty

import pytest
from serial.tools.list_ports_common import ListPortInfo

from conformance.testbed import PortError, after
from rigs import adapters
from rigs.adapters import Adapter, adapter_at, places
from rigs.serialport import SerialPort


def plugged(device, serial_number="A50285BI", location="1-1:1.0", product=0x6015):
    port = ListPortInfo(device)
    port.vid, port.pid, port.serial_number, port.location = 0x0403, product, serial_number, location
    return port


@pytest.fixture
def ports(monkeypatch):
    """What is plugged in; a test may change it."""
    there = []
    monkeypatch.setattr(adapters.list_ports, "comports", lambda: there)
    return there


def test_an_adapter_is_known_by_what_its_maker_burnt_in(ports):
    ports += [plugged("/dev/ttyUSB7"), plugged("/dev/ttyUSB8", "OTHER")]
    assert adapter_at("/dev/ttyUSB7") == Adapter(0x0403, 0x6015, "A50285BI", "1.0")
    assert adapter_at("/dev/ttyUSB9") is None
    assert adapter_at("socket://127.0.0.1:1") is None


def test_an_adapter_without_a_serial_number_is_known_by_its_path_alone(ports):
    ports.append(plugged("/dev/ttyUSB7", serial_number=None))
    assert adapter_at("/dev/ttyUSB7") is None
    assert places("/dev/ttyUSB7", None) == ["/dev/ttyUSB7"]


def test_adapters_with_one_serial_number_are_known_by_their_paths_alone(ports):
    """Makers of cheap ones give all of them the same."""
    ports += [plugged("/dev/ttyUSB7", "0001"), plugged("/dev/ttyUSB8", "0001", "1-2:1.0")]
    assert adapter_at("/dev/ttyUSB7") is None
    assert places("/dev/ttyUSB7", None) == ["/dev/ttyUSB7"]


def test_a_line_is_looked_for_at_its_path_and_wherever_its_adapter_is(ports):
    ports.append(plugged("/dev/ttyUSB7"))
    adapter = adapter_at("/dev/ttyUSB7")
    ports[:] = [plugged("/dev/ttyUSB8", location="1-2:1.0"), plugged("/dev/ttyUSB9", "OTHER")]
    assert places("/dev/ttyUSB7", adapter) == ["/dev/ttyUSB7", "/dev/ttyUSB8"]


@pytest.mark.parametrize("more", [{"serial_number": "OTHER"}, {"location": "1-1:1.1"}])
def test_a_line_is_not_looked_for_where_another_one_is_now(ports, more):
    ports.append(plugged("/dev/ttyUSB7"))
    adapter = adapter_at("/dev/ttyUSB7")
    ports[:] = [plugged("/dev/ttyUSB7", **more)]
    assert places("/dev/ttyUSB7", adapter) == []


class Lines:
    """Pseudo-terminals behind one path, of which one after the other is there."""

    def __init__(self, folder):
        self.path = folder / "tty"
        self.open_fds = []
        self.master = -1

    def plug(self, path=None):
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        where = path or self.path
        where.unlink(missing_ok=True)
        where.symlink_to(os.ttyname(slave))
        self.open_fds = [self.master, slave]
        return self

    def unplug(self):
        for fd in self.open_fds:
            os.close(fd)
        self.open_fds = []
        self.path.unlink()


@pytest.fixture
def lines(tmp_path):
    lines = Lines(tmp_path).plug()
    yield lines
    for fd in lines.open_fds:
        os.close(fd)


def heard(port):
    return port.read(after(port.now(), 5))[0]


def test_a_line_that_went_away_is_opened_again(lines):
    port = SerialPort(str(lines.path))
    assert not port.is_gone
    lines.unplug()
    assert port.is_gone
    with pytest.raises(PortError, match=r"vanished|went away"):
        heard(port)
    with pytest.raises(PortError, match="did not come back within 0 s"):
        port.reopen(0)
    lines.plug()
    port.reopen(0)
    os.write(lines.master, b"here")
    assert heard(port) == b"here"
    port.close()


def test_a_line_that_went_away_is_opened_where_its_adapter_is_now(lines, ports, tmp_path):
    ports.append(plugged(str(lines.path)))
    port = SerialPort(str(lines.path))
    lines.unplug()
    elsewhere = tmp_path / "another"
    lines.plug(elsewhere)
    ports[:] = [plugged(str(elsewhere))]
    port.reopen(0)
    assert port.where == str(elsewhere)
    os.write(lines.master, b"there")
    assert heard(port) == b"there"
    port.close()


def test_a_pseudo_terminal_is_not_opened_again_under_its_number():
    # The kernel gives the number to whoever asks next: this test's neighbours, too.
    master, slave = pty.openpty()
    port = SerialPort(os.ttyname(slave))
    for fd in (master, slave):
        os.close(fd)
    with pytest.raises(PortError, match="does not come back under its number"):
        port.reopen(60)


def test_while_a_line_may_be_gone_it_says_nothing(lines):
    port = SerialPort(str(lines.path))
    port.may_be_gone = True
    lines.unplug()
    assert port.read(0)[0] == b""
    deadline = after(port.now(), 0.01)
    assert port.read(deadline)[1] >= deadline
    port.may_be_gone = False
    with pytest.raises(PortError):
        port.read(0)
    lines.plug()
    port.reopen(0)
    port.close()
