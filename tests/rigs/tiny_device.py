"""A device of a few lines that speaks AT, for the tests of `--rig=exec:`.

Law: it imports the standard library and pyserial alone, and does what its options say: `--port`
is where it speaks, the others are how it misbehaves.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import socket
import subprocess
import sys
import tty
from collections.abc import Callable
from pathlib import Path

Read = Callable[[], bytes]
Write = Callable[[bytes], object]

VERSION = b"AT version:0.1.0.0(tiny)\r\nSDK version:0.1\r\ncompile time:today\r\n"


class Tiny:
    """The commands."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._echo = True
        self._held = b""

    def boot(self) -> bytes:
        self._echo = True
        return b"\r\nready\r\n"

    def hear(self, data: bytes) -> bytes:
        self._held += data
        said = b""
        while b"\r\n" in self._held:
            line, _, self._held = self._held.partition(b"\r\n")
            said += self._answer(line) if line else b""
        return said

    def _answer(self, line: bytes) -> bytes:
        echo = line + b"\r\r\n" if self._echo else b""
        return echo + self._do(line)

    def _do(self, line: bytes) -> bytes:
        match line:
            case b"AT":
                return b"\r\nOK\r\n"
            case b"ATE0" | b"ATE1":
                self._echo = line == b"ATE1"
                return b"\r\nOK\r\n"
            case b"AT+GMR":
                return VERSION + b"\r\nOK\r\n"
            case b"AT+RST":
                return b"\r\nOK\r\n" + self.boot()
            case b"AT+DIE":
                print("cannot go on", file=sys.stderr, flush=True)
                os._exit(3)
            case b"AT+SEGV":
                os.kill(os.getpid(), 11)
            case b"AT+CLOCK":
                number = int(os.environ["CONFORMANCE_CLOCK"])
                return os.read(number, 100) + b"\r\nOK\r\n"
        if self._options.fragile and line[2:3] in b"?=":
            os._exit(7)
        return b"\r\nERROR\r\n"


def serve(tiny: Tiny, read: Read, write: Write) -> None:
    write(tiny.boot())
    while data := read():
        if said := tiny.hear(data):
            write(said)


def on_streams(tiny: Tiny) -> None:
    serve(tiny, lambda: os.read(0, 4096), lambda data: os.write(1, data))


def on_socket(tiny: Tiny, server: socket.socket) -> None:
    connection, _ = server.accept()
    serve(tiny, lambda: connection.recv(4096), connection.sendall)


def on_rfc2217(tiny: Tiny, server: socket.socket) -> None:
    import serial
    from serial.rfc2217 import PortManager

    connection, _ = server.accept()

    class Connection:
        write = staticmethod(connection.sendall)

    manager = PortManager(serial.serial_for_url("loop://"), Connection())

    def read() -> bytes:
        while data := connection.recv(4096):
            if heard := b"".join(manager.filter(data)):
                return heard
        return b""

    serve(tiny, read, lambda data: connection.sendall(b"".join(manager.escape(data))))


def on_pty(tiny: Tiny, master: int) -> None:
    serve(tiny, lambda: os.read(master, 4096), lambda data: os.write(master, data))


def announce(where: str) -> None:
    print("booting", flush=True)
    print(json.dumps({"port": where}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", choices=("stdio", "tcp", "rfc2217", "pty"), default="tcp")
    parser.add_argument("--at", type=int, default=0, help="TCP port; it is then not announced")
    parser.add_argument("--say", help="print this instead of an announcement")
    parser.add_argument("--flood", action="store_true", help="flood standard error at the start")
    parser.add_argument("--fragile", action="store_true", help="die of a form of AT")
    parser.add_argument("--child", type=Path, help="start a child, and write its pid there")
    parser.add_argument("--exit", type=int, help="end at once")
    parser.add_argument("--flash", type=Path, help="make a flash there, if there is none")
    options = parser.parse_args()
    tiny = Tiny(options)
    if options.flood:
        for number in range(200_000):
            print(f"diagnostic line {number}", file=sys.stderr)
        print("the last of them", file=sys.stderr, flush=True)
    if options.child:
        child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
        options.child.write_text(f"{child.pid} {os.getpid()}", encoding="ascii")
    if options.flash and not options.flash.exists():
        options.flash.write_bytes(bytes(range(256)) * 4096)
    if options.exit is not None:
        print("no, thank you", file=sys.stderr, flush=True)
        os._exit(options.exit)
    if options.port == "stdio":
        return on_streams(tiny)
    if options.say is not None:
        sys.stdout.write(options.say)
        sys.stdout.flush()
        sys.stdin.read()
        return None
    if options.port == "pty":
        master, slave = pty.openpty()
        tty.setraw(slave)
        announce(os.ttyname(slave))
        return on_pty(tiny, master)
    server = socket.create_server(("127.0.0.1", options.at))
    scheme = "rfc2217" if options.port == "rfc2217" else "socket"
    if not options.at:
        announce(f"{scheme}://127.0.0.1:{server.getsockname()[1]}")
    return on_rfc2217(tiny, server) if options.port == "rfc2217" else on_socket(tiny, server)


if __name__ == "__main__":
    main()
