"""The door of a lab on another host, for tests: started, listened to, ended by its id.

Law of this file: each wait has a deadline. What the door says is kept for the tests to look at.
"""

from __future__ import annotations

import ctypes
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from conformance.network import Network
from rigs.lab.afar import key
from tests.rigs.whole_runs import children, command_line

ROOT = Path(__file__).parents[2]
LIMIT_S = 30.0
#: How long a connection stalls before it is cut, in seconds, if that was ordered.
_STALLED_S = 5.0
_PR_SET_PDEATHSIG = 1
_OTHER_TIME = Path(__file__).with_name("othertime.py")


class ADoor:
    """`python -m rigs.lab.afar serve` in the network that the test is in."""

    def __init__(
        self, folder: Path, *lent: str, listen: str = "127.0.0.1:0", ahead_s: int = 0
    ) -> None:
        """`ahead_s`: its host's monotonic clock is so far ahead of ours."""
        self.key = folder / "lab.key"
        if not self.key.exists():
            key.make(self.key)
        #: Where it keeps captures until they are fetched.
        self.keeps = folder / "kept"
        self.keeps.mkdir(exist_ok=True)
        otherwise = (str(_OTHER_TIME), str(ahead_s)) if ahead_s else ()
        command = [sys.executable, *otherwise, "-m", "rigs.lab.afar"]
        if ahead_s:
            command[3:3] = [sys.executable]
        self.process = subprocess.Popen(
            [*command, "serve", "--key", str(self.key), "--listen", listen,
             *(word for each in lent for word in ("--lend", each))],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(self.keeps)}, preexec_fn=_end_with_the_test,
        )  # fmt: skip
        self.said = ""
        try:
            self.wait_for("listening at")
        except BaseException:
            self.close()
            raise
        found = re.search(r"listening at .*:(\d+), lending", self.said)
        assert found is not None, self.said
        self.port = int(found[1])

    @property
    def where(self) -> str:
        return f"127.0.0.1:{self.port}"

    def network(self, **more: object) -> Network:
        """What a PIXIT says that names this door."""
        return Network(**{"lab": self.where, "lab_key": str(self.key), **more})  # type: ignore[arg-type]

    def wait_for(self, text: str, times: int = 1) -> None:
        """Return when it has said so; AssertionError at the deadline."""
        assert self.process.stdout is not None
        end = time.monotonic() + LIMIT_S
        while self.said.count(text) < times:
            left = max(0.0, end - time.monotonic())
            assert select.select([self.process.stdout], [], [], left)[0], self.said
            data = os.read(self.process.stdout.fileno(), 65536)
            assert data, self.said
            self.said += data.decode()

    def labs(self) -> list[int]:
        """The labs that it has started and that are still there."""
        return [pid for pid in children(self.process.pid) if b"rigs.lab.bench" in command_line(pid)]

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(LIMIT_S)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(LIMIT_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


def _end_with_the_test() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Line:
    """What is between a harness and a door; it can be cut, and stall.

    `orders`: a folder in which a file `cut` or `stall` does so; it is gone when that is done. What
    was ordered to stall is cut after a while, as a kernel does.
    """

    def __init__(self, port: int, orders: Path | None = None) -> None:
        self._port, self._orders = port, orders
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._ends: dict[socket.socket, socket.socket] = {}
        #: Those over which nothing passes any more, though nobody is told.
        self._stalled: set[socket.socket] = set()
        self._ended, self._end = socket.socketpair()
        self._lock = threading.Lock()
        #: When to cut what stalls; 0: never.
        self._doomed = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """All that are connected are cut off; who comes later is not."""
        with self._lock:
            for each in self._ends:
                each.close()
            self._ends.clear()
            self._stalled.clear()

    def stall(self) -> None:
        """Nothing passes any more between those that are connected."""
        with self._lock:
            self._stalled |= self._ends.keys()

    def close(self) -> None:
        self._end.close()
        self._thread.join(LIMIT_S)
        self.cut()
        self._listening.close()
        self._ended.close()

    def _run(self) -> None:
        while True:
            with self._lock:
                heard = [self._ended, self._listening, *(self._ends.keys() - self._stalled)]
            ready, _, _ = select.select(heard, [], [], 0.02)
            if self._ended in ready:
                return
            self._obey()
            with self._lock:
                for each in ready:
                    self._serve(each)

    def _serve(self, ready: socket.socket) -> None:
        if ready is self._listening:
            caller, _ = ready.accept()
            try:
                there = socket.create_connection(("127.0.0.1", self._port), LIMIT_S)
            except OSError:  # nobody is there any more
                caller.close()
                return
            self._ends |= {caller: there, there: caller}
        elif ready in self._ends:
            other = self._ends[ready]
            try:
                data = ready.recv(65536)
                other.sendall(data)
            except OSError:
                data = b""
            if not data:
                for each in (ready, other):
                    del self._ends[each]
                    self._stalled.discard(each)
                    each.close()

    def _obey(self) -> None:
        for order, do in (("cut", self.cut), ("stall", self.stall)):
            if self._orders is not None and (file := self._orders / order).exists():
                do()
                self._doomed = time.monotonic() + _STALLED_S if order == "stall" else 0.0
                file.unlink()
        if self._doomed and time.monotonic() > self._doomed:
            self._doomed = 0.0
            self.cut()
