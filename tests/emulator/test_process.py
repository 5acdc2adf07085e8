"""The emulator as a process: endpoints, control socket, signals, errors."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from emulator_bench import (
    DEADLINE_S,
    OK,
    READY,
    ROOT,
    Emulator,
    connected,
    read_until,
    reset,
    wait_readable,
)

from rigs.emulator.process.cli import main

Start = Callable[..., Emulator]


@contextlib.contextmanager
def opened(path: str, rate: int = termios.B115200) -> Iterator[int]:
    """The slave side of a pty, raw, at a rate."""
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    try:
        tty.setraw(fd)
        _set_rate(fd, rate)
        yield fd
    finally:
        os.close(fd)


def _set_rate(fd: int, rate: int) -> None:
    attributes = termios.tcgetattr(fd)
    attributes[4] = attributes[5] = rate
    termios.tcsetattr(fd, termios.TCSANOW, attributes)


def test_pty_boots_and_answers(start: Start) -> None:
    emulator = start("--pty")
    with opened(emulator.port) as fd:
        assert b"ets Jan" not in reset(emulator, fd)
        os.write(fd, b"AT\r\n")
        assert read_until(fd, OK).endswith(b"AT\r\r\n" + OK)


def test_a_pty_nobody_has_configured_is_at_the_right_rate(start: Start) -> None:
    emulator = start("--pty")
    fd = os.open(emulator.port, os.O_RDWR | os.O_NOCTTY)
    try:
        reset(emulator, fd)
    finally:
        os.close(fd)


def test_the_wrong_rate_is_garbage_both_ways(start: Start) -> None:
    emulator = start("--pty")
    with opened(emulator.port) as fd:
        reset(emulator, fd)
        _set_rate(fd, termios.B9600)
        os.write(fd, b"AT\r\n")
        wait_readable(fd)
        assert os.read(fd, 1)[0] >= 0x80
        _set_rate(fd, termios.B115200)
        reset(emulator, fd)


def test_the_rom_text_is_legible_at_its_own_rate(start: Start) -> None:
    emulator = start("--pty")
    with opened(emulator.port) as fd:
        try:
            _set_custom_rate(fd, 74880)
        except OSError:
            pytest.skip("no custom rates here")
        emulator.ask(do="reset")
        read_until(fd, b"rst cause:2")  # the boot that it began with says 1


def test_a_uart_at_9600_is_heard_at_9600(start: Start) -> None:
    emulator = start("--pty", "--fault", "boot.rate-9600")
    with opened(emulator.port, termios.B9600) as fd:
        reset(emulator, fd)
        assert emulator.ask(do="status")["uart_rate"] == 9600
        os.write(fd, b"AT\r\n")
        read_until(fd, OK)


def _set_custom_rate(fd: int, rate: int) -> None:
    """TCGETS2 and TCSETS2 with BOTHER, as on x86 and ARM."""
    layout = struct.Struct("4I B19s 2I")
    settings = list(layout.unpack(fcntl.ioctl(fd, 0x802C542A, bytes(layout.size))))
    settings[2] = settings[2] & ~0o10017 | 0o10000
    settings[-2:] = [rate, rate]
    fcntl.ioctl(fd, 0x402C542B, layout.pack(*settings))


def test_settings_survive_an_opener_who_leaves(start: Start) -> None:
    emulator = start("--pty")
    for _ in range(3):
        with opened(emulator.port) as fd:
            reset(emulator, fd)


def test_opening_a_pty_resets_if_asked_to(start: Start) -> None:
    emulator = start("--pty", "--reset-on-open")
    for _ in range(3):
        fd = os.open(emulator.port, os.O_RDWR | os.O_NOCTTY)
        try:
            read_until(fd, READY)
        finally:
            os.close(fd)
    assert emulator.ask(do="status")["boots"] >= 3


def test_an_opener_who_sets_everything_from_scratch_is_heard(start: Start) -> None:
    emulator = start("--pty")
    with opened(emulator.port) as fd:
        reset(emulator, fd)
        cc = termios.tcgetattr(fd)[6]
        for rate in (termios.B9600, termios.B115200):
            flags = termios.CS8 | termios.CREAD | termios.CLOCAL
            termios.tcsetattr(fd, termios.TCSANOW, [0, 0, flags, 0, rate, rate, cc])
        os.write(fd, b"AT\r\n")
        read_until(fd, OK)


def test_pins_lead_into_download_mode_and_out_of_it(start: Start) -> None:
    emulator = start("--tcp", "127.0.0.1:0")
    with connected(socket.AF_INET, emulator.tcp_address) as client:
        assert emulator.ask(do="pins", en=False, gpio0=False)["en"] is False
        assert emulator.ask(do="pins", en=True) == {"ok": True, "en": True, "gpio0": False}
        read_until(client, b"boot mode:(1,")
        assert emulator.ask(do="status")["downloads"]
        emulator.ask(do="pins", gpio0=True)
        assert b"boot mode:(3," in reset(emulator, client)
        client.sendall(b"AT\r\n")
        read_until(client, OK)
    assert not emulator.ask(do="pins", en="low")["ok"]


def test_nobody_reading_does_not_stop_it(start: Start) -> None:
    emulator = start("--pty")
    with opened(emulator.port) as fd:
        for _ in range(60):
            emulator.ask(do="reset")
            with contextlib.suppress(BlockingIOError):
                os.set_blocking(fd, False)
                os.write(fd, b"AT+GMR\r\n" * 100)
        assert emulator.ask(do="status")["boots"] == 61


def test_link_and_control_are_made_and_removed(start: Start, tmp_path: Path) -> None:
    link = tmp_path / "esp"
    emulator = start("--pty", "--link", str(link), program=True)
    assert str(link.readlink()) == emulator.port
    control = Path(emulator.about["control"])
    assert stat.S_IMODE(control.stat().st_mode) == 0o600
    emulator.process.send_signal(signal.SIGTERM)
    assert emulator.wait() == 0
    assert not link.is_symlink()
    assert not control.exists()


def _told_to_somebody_else(name: str) -> bytes:
    """What another user is answered at a control socket."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.setuid(65534)
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as theirs:
            theirs.settimeout(DEADLINE_S)
            theirs.connect(name)
            theirs.sendall(b'{"do": "status"}\n')
            os.write(told, theirs.recv(9))
        os._exit(0)
    os.close(told)
    os.waitpid(child, 0)
    with os.fdopen(heard, "rb") as stream:
        return stream.read()


# An abstract address is what is tried, and elsewhere its bytes would be a file's name.
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has sockets without a path")
def test_a_control_socket_is_inherited_and_lets_in_its_owner_alone(tmp_path: Path) -> None:
    name = f"\0{tmp_path}"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(name)
        listener.listen()
        command = [sys.executable, "-m", "rigs.emulator", "--pty", "--exit-with-stdin"]
        process = subprocess.Popen(
            [*command, "--control", f"fd:{listener.fileno()}"],
            cwd=ROOT, stdin=subprocess.PIPE, pass_fds=(listener.fileno(),),
        )  # fmt: skip
    with process:
        with socket.socket(socket.AF_UNIX) as ours:
            ours.connect(name)
            ours.sendall(b'{"do": "status"}\n')
            assert json.loads(read_until(ours, b"\n"))["ok"]
        if os.geteuid() == 0:  # nobody else can be somebody else
            assert _told_to_somebody_else(name) == b""
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(DEADLINE_S) == 0


def test_a_stale_link_and_socket_are_replaced(start: Start, tmp_path: Path) -> None:
    link, control = tmp_path / "esp", tmp_path / "ctl"
    link.symlink_to("/nowhere")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(control))
    emulator = start("--pty", "--link", str(link), "--control", str(control), control=False)
    assert str(link.readlink()) == emulator.port
    connected(socket.AF_UNIX, str(control)).close()


@pytest.mark.parametrize("how", ["sigint", "stdin", "quit"])
def test_it_ends_when_told(start: Start, how: str) -> None:
    emulator = start("--tcp", "127.0.0.1:0", "--exit-with-stdin", program=True)
    if how == "sigint":
        emulator.process.send_signal(signal.SIGINT)
    elif how == "quit":
        assert emulator.ask(do="quit") == {"ok": True}
    else:
        assert isinstance(emulator.process, subprocess.Popen)
        assert emulator.process.stdin is not None
        emulator.process.stdin.close()
    assert emulator.wait() == 0


def test_tcp_serves_one_client_at_a_time(start: Start) -> None:
    emulator = start("--tcp", "127.0.0.1:0")
    with connected(socket.AF_INET, emulator.tcp_address) as first:
        reset(emulator, first)
        with connected(socket.AF_INET, emulator.tcp_address) as second:
            assert second.recv(1) == b""
        first.sendall(b"AT\r\n")
        read_until(first, OK)
    with connected(socket.AF_INET, emulator.tcp_address) as third:
        third.sendall(b"AT\r\n")
        read_until(third, OK)


def test_tcp_client_that_does_not_read_loses_bytes_only(start: Start) -> None:
    emulator = start("--tcp", "127.0.0.1:0")
    with connected(socket.AF_INET, emulator.tcp_address) as client:
        reset(emulator, client)
        client.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            for _ in range(2000):
                client.send(b"x" * 4096)
        assert emulator.ask(do="status")["ok"]


def test_control_survives_nonsense(start: Start) -> None:
    emulator = start("--pty")
    assert not emulator.ask_raw(b"nonsense")["ok"]
    assert not emulator.ask_raw(b"x" * 70000)["ok"]
    with connected(socket.AF_UNIX, emulator.about["control"]) as other:
        other.sendall(b'{"do": "status"')
    assert emulator.ask(do="status")["ok"]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rigs.emulator", *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--pty", "--tcp", "127.0.0.1:0"),
        ("--tcp", "127.0.0.1:0", "--rfc2217", "127.0.0.1:0"),
        ("--rfc2217", "127.0.0.1:99999"),
        ("--rfc2217", "127.0.0.1:0", "--wiring", "straight"),
        ("--pty", "--wiring", "direct"),
        ("--tcp", "nowhere"),
        ("--tcp", "127.0.0.1:99999"),
        ("--tcp", "127.0.0.1:0", "--link", "x"),
        ("--pty", "--fault", "no.such"),
        ("--pty", "--firmware", "nonos-9"),
        ("--surprise",),
    ],
)
def test_what_the_command_line_gets_wrong_is_one_line_and_status_2(
    arguments: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--rfc2217", "no.such.host.invalid:1"),
        ("--tcp", "no.such.host.invalid:1"),
        ("--pty", "--link", "/nowhere/at/all"),
        ("--pty", "--control", "/nowhere/at/all"),
        ("--tcp", "fd:0"),
        ("--pty", "--control", "fd:77"),
        ("--pty", "--control", "fd:x"),
        ("--pty", "--control", "fd:0"),
        ("--pty", "--control", "/" + "x" * 300),
    ],
)
def test_what_cannot_be_had_is_one_line_and_status_2(arguments: tuple[str, ...]) -> None:
    done = _run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_text_announcement() -> None:
    done = _run("--pty", "--exit-with-stdin")
    assert done.returncode == 0
    assert done.stdout.startswith("emulator of ESP8266 AT (firmware document) on /dev/")


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert '"do": "power"' in capsys.readouterr().out


def test_list_of_faults() -> None:
    listed = _run("--list-faults")
    assert listed.returncode == 0
    assert "rst.no-return" in listed.stdout


def test_who_asks_for_no_fault_makes_none() -> None:
    code = (
        "import sys, rigs.emulator.process.server as server; server.no_faults().set(());"
        "sys.exit('rigs.emulator.mutants.catalogue' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
