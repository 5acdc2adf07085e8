"""Keeps what a command starts: a process between the harness and a device that is a program.

Law of this file: when the harness lets go of the socket, however it came to its end, nothing is
left of what the command started, and the folder that was lent to it is gone. It is run as a file,
imports the standard library alone and waits with a deadline for everything but its orders.

    python keeper.py SOCKET FOLDER COMMAND [ARGUMENT...]

On the socket are JSON lines. From the harness: `{"do": "start", "streams": bool, "handed": [...]}`
with the descriptors of standard input and output, if they are to be the device's line, and one for
each environment variable in `handed`; `{"do": "stop"}`. To it: `started` or `failed`, and
`stopped`, for each order one, and the next order comes after it; `said` (the line of standard
output that announces a port), `silent` (none came in a flood), `ended`.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

#: How long the device may take to end by itself before it is killed, in seconds.
_END_S = 1.0
#: How long the kernel may take to end what was killed, in seconds.
_KILLED_S = 5.0
#: What is kept of what the device says beside its line: so many bytes of its beginning and its end.
KEPT = 32768
#: How much standard output may be without an announcement.
_BABBLE = 65536

_CHUNK = 65536

#: How the name of a folder begins that may be removed.
_OWN = "device-"

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


class Words:
    """What a device says beside its line: the beginning and the end, bounded."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self._left_out = 0

    def add(self, data: bytes) -> None:
        """More was said."""
        room = KEPT - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        if (surplus := len(self._tail) - KEPT) > 0:
            del self._tail[:surplus]
            self._left_out += surplus

    def text(self) -> str:
        """All of it, as far as it was kept."""
        between = b"\n(%d more bytes)\n" % self._left_out if self._left_out else b""
        return bytes(self._head + between + self._tail).decode("utf-8", "replace")


class Announcements:
    """The lines of standard output, of which the first that begins with a brace is told."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._seen = 0
        self.over = False

    def add(self, data: bytes) -> dict[str, Any] | None:
        """What is to be told of it, if anything."""
        self._seen += len(data)
        self._line += data
        while not self.over and b"\n" in self._line:
            line, _, rest = bytes(self._line).partition(b"\n")
            self._line = bytearray(rest)
            if line.lstrip().startswith(b"{"):
                self.over = True
                return {"event": "said", "line": line.decode("utf-8", "replace").strip()}
        if not self.over and self._seen > _BABBLE:
            self.over = True
            return {"event": "silent"}
        return None


class Device:
    """The device while it runs, with all that it started."""

    def __init__(self, command: list[str], descriptors: list[int], order: dict[str, Any]) -> None:
        """Start it; raises `OSError`. The descriptors are its own afterwards."""
        streams = 2 if order["streams"] else 0
        handed = dict(zip(order["handed"], descriptors[streams:], strict=True))
        line = descriptors[:streams]
        try:
            self.process = subprocess.Popen(
                command,
                stdin=line[0] if line else subprocess.PIPE,
                stdout=line[1] if line else subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=os.environ | {name: str(number) for name, number in handed.items()},
                pass_fds=tuple(handed.values()),
                start_new_session=True,
                preexec_fn=_die_with_the_keeper,  # there is one thread
            )
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self.words = Words()
        self.announcements = Announcements()
        #: Readable when it has ended.
        self.end = os.pidfd_open(self.process.pid)
        self.pipes = [pipe for pipe in (self.process.stdout, self.process.stderr) if pipe]
        for pipe in self.pipes:
            os.set_blocking(pipe.fileno(), False)

    def hear(self, pipe: Any) -> dict[str, Any] | None:
        """Take what has come on `pipe`; what is to be told of it, if anything."""
        try:
            data = os.read(pipe.fileno(), _CHUNK)
        except BlockingIOError:
            return None
        if not data:
            self.pipes.remove(pipe)
            return None
        self.words.add(data)
        return self.announcements.add(data) if pipe is self.process.stdout else None

    def finish(self) -> dict[str, Any]:
        """End it, if it has not, and all that it started; how it ended, and its last words."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        if not self._has_ended(0):
            self._signal(signal.SIGTERM)
            self._has_ended(_END_S)
        # The group keeps its number for as long as nobody has reaped its leader.
        self._signal(signal.SIGKILL)
        self._has_ended(_KILLED_S)
        for pipe in list(self.pipes):  # what lies there is bounded by the pipe
            self.hear(pipe)
        for each in (self.process.stdout, self.process.stderr):
            if each is not None:
                each.close()
        os.close(self.end)
        status = self.process.poll()
        _end_orphans()
        return {"event": "ended", "status": status, "words": self.words.text()}

    def _has_ended(self, within_s: float) -> bool:
        """Whether it has, before the time is over; meanwhile it is heard, or it could not end."""
        deadline = time.monotonic() + within_s
        while True:
            left = max(0.0, deadline - time.monotonic())
            watched: list[Any] = [self.end, *self.pipes]
            readable, _, _ = select.select(watched, [], [], left)
            if self.end in readable:
                return True
            for pipe in readable:
                self.hear(pipe)
            if not left:
                return False

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


class Keeper:
    """Takes orders, and tells what becomes of the device."""

    def __init__(self, channel: socket.socket, command: list[str]) -> None:
        self._channel = channel
        self._command = command
        self._device: Device | None = None

    def run(self) -> None:
        """Until the harness lets go of the socket."""
        with contextlib.suppress(OSError):
            while self._step():
                pass
        if self._device is not None:
            self._device.finish()

    def _step(self) -> bool:
        device = self._device
        watched: list[Any] = [self._channel, *([device.end, *device.pipes] if device else [])]
        readable, _, _ = select.select(watched, [], [])
        if self._channel in readable:
            return self._obey()
        if device is not None:
            for pipe in readable:
                if pipe is not device.end and (told := device.hear(pipe)):
                    self._tell(told)
            if device.end in readable:
                self._finish(device)
        return True

    def _obey(self) -> bool:
        """One order; false if there will be none any more."""
        data, descriptors, _, _ = socket.recv_fds(self._channel, _CHUNK, 16)
        if not data:
            return False
        order = json.loads(data)
        if order["do"] == "start":
            self._start(order, descriptors)
            return True
        if self._device is not None:
            self._finish(self._device)
        self._tell({"event": "stopped"})
        return True

    def _start(self, order: dict[str, Any], descriptors: list[int]) -> None:
        try:
            self._device = Device(self._command, descriptors, order)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            self._tell({"event": "failed", "why": getattr(error, "strerror", None) or str(error)})
        else:
            self._tell({"event": "started"})

    def _finish(self, device: Device) -> None:
        self._device = None
        self._tell(device.finish())

    def _tell(self, event: dict[str, Any]) -> None:
        self._channel.sendall(json.dumps(event).encode() + b"\n")


_LIBC = ctypes.CDLL(None, use_errno=True)


def _die_with_the_keeper() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end_orphans() -> None:
    """Kill and reap whatever the device started and left; it became ours when its parent ended."""
    deadline = time.monotonic() + _KILLED_S
    while (children := _children()) and time.monotonic() < deadline:
        for pid in children:
            with contextlib.suppress(ProcessLookupError, ChildProcessError, PermissionError):
                os.kill(pid, signal.SIGKILL)
                end = os.pidfd_open(pid)
                select.select([end], [], [], max(0.0, deadline - time.monotonic()))
                os.close(end)
                os.waitpid(pid, os.WNOHANG)


def _children() -> list[int]:
    try:
        words = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()
    except OSError:  # a kernel that does not tell
        return []
    return [int(word) for word in words]


def main() -> None:
    """Keep the command line's device until the harness lets go."""
    descriptor, folder, *command = sys.argv[1:]
    os.set_inheritable(int(descriptor), False)
    _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    try:
        with socket.socket(fileno=int(descriptor)) as channel:
            Keeper(channel, command).run()
    finally:
        if Path(folder).name.startswith(_OWN):
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
