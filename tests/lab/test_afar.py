"""The door of a lab on another host: who gets in, who does not, and what each is told.

No lab that is started here finds the interface that is lent, so that none touches anything.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.network import Network
from conformance.testbed import LabError
from rigs import bench, distantlab
from rigs.bench import BenchLab
from rigs.distantlab import DistantLab
from rigs.lab.afar import key
from tests.lab.doors import LIMIT_S, ROOT, ADoor, Line
from tests.rigs.whole_runs import Watch, command_line, soon

NOBODY = "none0"
BENCH = {"station_interface": NOBODY}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ADoor]:
    with contextlib.closing(ADoor(tmp_path_factory.mktemp("door"), NOBODY)) as made:
        yield made


def met(network: Network, busy_s: float = 5.0) -> DistantLab:
    assert network.door is not None
    return DistantLab(network.door, network.told(), busy_s)


def is_served(door: ADoor) -> bool:
    """Whether who has the key gets a lab there."""
    with contextlib.closing(met(door.network(**BENCH), LIMIT_S)) as lab:
        lab.begin("TP/x", None, "")
        return len(door.labs()) == 1


def why_not(network: Network) -> str:
    with pytest.raises(LabError) as caught:
        met(network).close()
    return str(caught.value)


def with_the_key(door: ADoor) -> ssl.SSLSocket:
    network = door.network()
    assert network.door is not None
    return distantlab._connected(network.door)


def afar(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rigs.lab.afar", *arguments], cwd=ROOT, capture_output=True,
        encoding="utf-8", timeout=LIMIT_S, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def told(stranger: socket.socket, words: bytes) -> bytes:
    """All that he is told who says this, until he is hung up on; TimeoutError if he is not."""
    heard = b""
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        stranger.settimeout(LIMIT_S)
        stranger.sendall(words)
        while data := stranger.recv(4096):
            heard += data
    return heard


# The key


def test_a_key_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    file = tmp_path / "lab.key"
    assert afar("key", str(file)).returncode == 0
    assert file.stat().st_mode & 0o777 == 0o600
    made = file.read_bytes()
    again = afar("key", str(file))
    assert (again.returncode, again.stdout) == (2, "")
    assert "not written over" in again.stderr
    assert file.read_bytes() == made


def test_two_keys_are_not_the_same(tmp_path: Path) -> None:
    for name in ("one", "other"):
        key.make(tmp_path / name)
    assert (tmp_path / "one").read_bytes() != (tmp_path / "other").read_bytes()


def readable(path: Path) -> None:
    path.chmod(0o640)


def unmade(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


def emptied(path: Path) -> None:
    path.write_text("-----BEGIN CERTIFICATE-----\n")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(readable, "others on this host may read"), (emptied, "is no key that"),
     (Path.unlink, "rigs.lab.afar key` makes one"),
     (unmade, "cannot be read: Is a directory")],
    ids=["readable", "no key", "gone", "folder"],
)  # fmt: skip
def test_a_key_that_will_not_do_is_told_on_both_sides(tmp_path: Path, spoil, words: str) -> None:
    file = tmp_path / "lab.key"
    key.make(file)
    spoil(file)
    with pytest.raises(key.KeyProblem, match=words):
        key.context(file)
    refused = afar("serve", "--key", str(file), "--lend", NOBODY, "--listen", "0")
    assert refused.returncode == 2
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr
    assert words in why_not(Network(lab="127.0.0.1:1", lab_key=str(file)))


# Strangers


def test_who_has_another_key_gets_nothing(door: ADoor, tmp_path: Path) -> None:
    key.make(tmp_path / "other.key")
    why = why_not(door.network(lab_key=str(tmp_path / "other.key"), **BENCH))
    assert "has not the key in" in why
    door.wait_for("has not shown the key: it has another one")
    assert not door.labs()
    assert is_served(door)
    door.wait_for("is outside again: it has left")


def test_who_believes_anybody_and_shows_no_key_gets_nothing(door: ADoor) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection(("127.0.0.1", door.port), LIMIT_S)
    before = door.said.count("has not shown")
    with context.wrap_socket(plain) as secured:
        assert told(secured, json.dumps({"bench": BENCH}).encode() + b"\n") == b""
    door.wait_for("has not shown", before + 1)
    assert not door.labs()


def test_who_shows_a_certificate_that_looks_alike_gets_nothing(door: ADoor, tmp_path: Path) -> None:
    key.make(tmp_path / "other.key")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(tmp_path / "other.key")
    plain = socket.create_connection(("127.0.0.1", door.port), LIMIT_S)
    with context.wrap_socket(plain) as secured:
        assert told(secured, json.dumps({"bench": BENCH}).encode() + b"\n") == b""
    assert not door.labs()


def test_an_older_tls_is_not_spoken(door: ADoor) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_cert_chain(door.key)
    context.load_verify_locations(door.key)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    plain = socket.create_connection(("127.0.0.1", door.port), LIMIT_S)
    with plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain)


def test_who_speaks_no_tls_is_hung_up_on(door: ADoor) -> None:
    before = door.said.count("has not shown the key")
    strangers = (b"GET / HTTP/1.0\r\n\r\n", b"\0" * 70_000, b"\x16\x03\x01")
    for number, words in enumerate(strangers, start=1):
        with socket.create_connection(("127.0.0.1", door.port), LIMIT_S) as stranger:
            told(stranger, words)
        door.wait_for("has not shown the key", before + number)
        assert not door.labs()
    assert is_served(door)


def test_many_who_say_nothing_keep_nobody_out_for_long(door: ADoor) -> None:
    before = door.said.count("has not shown the key")
    with contextlib.ExitStack() as silent:
        for _ in range(10):
            silent.enter_context(socket.create_connection(("127.0.0.1", door.port), LIMIT_S))
        assert is_served(door)
        door.wait_for("has not shown the key", before + 8)


# What the harness is told


def test_who_answers_without_tls_is_no_door(tmp_path: Path) -> None:
    key.make(tmp_path / "lab.key")
    with socket.create_server(("127.0.0.1", 0)) as server:
        if os.fork() == 0:
            with contextlib.suppress(OSError):
                caller, _ = server.accept()
                caller.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")
                caller.recv(1)
            os._exit(0)
        where = f"127.0.0.1:{server.getsockname()[1]}"
        why = why_not(Network(lab=where, lab_key=str(tmp_path / "lab.key")))
    os.wait()
    assert "does not speak TLS 1.3" in why
    assert where in why


def test_who_does_not_listen_and_who_is_nobody_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key.make(tmp_path / "lab.key")
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    why = why_not(Network(lab=f"127.0.0.1:{port}", lab_key=str(tmp_path / "lab.key")))
    assert "nobody listens at" in why
    assert "rigs.lab.afar serve" in why

    def unknown(*_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", unknown)
    why = why_not(Network(lab="nobody.invalid:7333", lab_key=str(tmp_path / "lab.key")))
    assert "no host is called nobody.invalid" in why


def test_who_accepts_and_is_silent_is_not_waited_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distantlab, "_CONNECT_S", 0.3)
    key.make(tmp_path / "lab.key")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = f"127.0.0.1:{silent.getsockname()[1]}"
        why = why_not(Network(lab=where, lab_key=str(tmp_path / "lab.key")))
    assert "does not say in 0.3 s" in why


# One at a time


def test_a_second_harness_is_told_at_once_who_is_inside(door: ADoor) -> None:
    with contextlib.closing(met(door.network(**BENCH), LIMIT_S)) as first:
        first.begin("TP/x", None, "")
        with pytest.raises(LabError, match=r"in use by 127\.0\.0\.1:\d+ since 20\d\d-"):
            met(door.network(**BENCH), 0.0)
        first.begin("TP/y", None, "")
    assert is_served(door)


def test_who_asks_again_gets_in_when_the_other_has_left(door: ADoor) -> None:
    first = met(door.network(**BENCH), LIMIT_S)
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            met(door.network(**BENCH), LIMIT_S).close()
            os._exit(0)
        os._exit(1)
    door.wait_for("was told that the lab is in use")
    first.close()
    assert os.waitpid(pid, 0)[1] == 0


def test_only_what_is_lent_may_be_named(door: ADoor) -> None:
    why = why_not(door.network(station_interface="none1"))
    assert f"the PIXIT names none1; this lab lends {NOBODY}" in why
    door.wait_for("is outside again: it was told why there is no lab for it")
    assert soon(lambda: not door.labs())


def test_a_door_that_others_cannot_reach_says_so(door: ADoor) -> None:
    assert "only programs on this host can reach it; --listen HOST:PORT" in door.said


def test_loopback_is_never_lent(tmp_path: Path) -> None:
    key.make(tmp_path / "lab.key")
    arguments = ("--key", str(tmp_path / "lab.key"), "--lend", "lo", "--listen", "0")
    refused = afar("serve", *arguments)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "loopback" in refused.stderr


def test_a_line_that_is_no_bench_harms_nobody_else(door: ADoor) -> None:
    endless, no_bench, unknown_key = b"x" * 3_000_000, b"{}", b'{"bench": {"sing": 1}}'
    for line in (endless, no_bench, unknown_key, b"[1]"):
        before = door.said.count("is outside again")
        with with_the_key(door) as inside:
            inside.settimeout(LIMIT_S)
            inside.sendall(line + b"\n")
            answered = json.loads(inside.makefile("rb").readlines()[-1])
        assert answered.keys() & {"failed", "ended"}, line[:40]
        door.wait_for("is outside again", before + 1)
    assert is_served(door)


def test_the_password_is_on_no_command_line(door: ADoor) -> None:
    network = door.network(
        ssid="bench-7", password="sesame99", bssid="f4:f2:6d:00:00:01", channel=6,
        address="192.168.8.1", interface=NOBODY,
    )  # fmt: skip
    with contextlib.closing(met(network, LIMIT_S)):
        (lab,) = door.labs()
        for pid in (lab, door.process.pid):
            assert b"sesame99" not in command_line(pid)
            assert b"sesame99" not in Path(f"/proc/{pid}/environ").read_bytes()
    assert "sesame99" not in door.said


# The end


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_door_that_ends_takes_its_lab_along(tmp_path: Path, number: int) -> None:
    with contextlib.closing(ADoor(tmp_path, NOBODY)) as door:
        lab = BenchLab(door.network(**BENCH))
        with contextlib.closing(lab):
            lab.begin("TP/x")
            (pid,) = door.labs()
            (kept,) = door.keeps.glob("lab-captures-*")
            assert kept.stat().st_mode & 0o777 == 0o700
            with Watch(pid) as process:
                status = door.end(number)
                assert process.ended()
            assert soon(lambda: not list(door.keeps.iterdir()))
            assert status == (-9 if number == signal.SIGKILL else 0)
            assert "ended" in lab.problem()
            with pytest.raises(LabError, match="lab is lost"):
                lab.ask("home", {})


def test_a_harness_that_is_killed_frees_the_lab(door: ADoor) -> None:
    ready, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            lab = met(door.network(**BENCH), LIMIT_S)
            os.write(tell, b"!")
            signal.pause()
            lab.close()
        os._exit(1)
    os.close(tell)
    assert os.read(ready, 1) == b"!"
    os.close(ready)
    (lab,) = door.labs()
    with Watch(lab) as process:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert process.ended()
    assert is_served(door)


def test_a_lab_that_dies_is_told_with_its_last_words_and_started_anew(door: ADoor) -> None:
    lab = BenchLab(door.network(**BENCH))
    with contextlib.closing(lab):
        lab.begin("TP/x")
        (pid,) = door.labs()
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(LabError, match="ended with -9"):
            lab.ask("home", {})
        assert lab.problem()
        lab.begin("TP/y")
        assert lab.problem() == ""
        assert pid not in door.labs()


@pytest.mark.parametrize("arguments", [("--help",), ("serve", "--help"), ("key", "--help")])
def test_the_help_says_what_there_is(arguments: tuple[str, ...]) -> None:
    done = afar(*arguments)
    assert done.returncode == 0
    assert "--lend" in done.stdout or "FILE" in done.stdout or "serve" in done.stdout
    assert not done.stderr


@pytest.mark.parametrize("listen", ["x", "host:", "1.2.3.4:70000", ":1"])
def test_where_nobody_can_listen_is_told(tmp_path: Path, listen: str) -> None:
    done = afar("serve", "--key", "k", "--lend", NOBODY, "--listen", listen)
    assert done.returncode == 2
    assert "is not [HOST:]PORT" in done.stderr


def test_a_port_that_is_taken_is_told(door: ADoor) -> None:
    done = afar("serve", "--key", str(door.key), "--lend", NOBODY, "--listen", door.where)
    assert done.returncode == 2
    assert f"nobody can listen at {door.where}: " in done.stderr


# The connection


@pytest.fixture
def line(door: ADoor) -> Iterator[Line]:
    with contextlib.closing(Line(door.port)) as made:
        yield made


def over(line: Line, door: ADoor) -> Network:
    return dataclasses.replace(door.network(**BENCH), lab=f"127.0.0.1:{line.port}")


def test_a_connection_that_is_cut_loses_the_lab_and_the_next_purpose_has_one(
    door: ADoor, line: Line
) -> None:
    with contextlib.closing(BenchLab(over(line, door))) as lab:
        lab.begin("TP/x")
        line.cut()
        with pytest.raises(LabError, match=rf"the connection to 127\.0\.0\.1:{line.port} ended"):
            lab.ask("home", {})
        assert lab.problem()
        lab.begin("TP/y")
        assert lab.problem() == ""
        line.cut()
        assert soon(lab.problem)  # without a question
        lab.begin("TP/z")
    assert is_served(door)


def test_a_connection_that_stalls_ends_the_question_in_time(
    door: ADoor, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    with contextlib.closing(BenchLab(over(line, door))) as lab:
        lab.begin("TP/x")
        monkeypatch.setattr(distantlab, "_ANSWER_S", 0.5)
        line.stall()
        with pytest.raises(LabError, match="did not answer in time"):
            lab.ask("home", {})
        monkeypatch.undo()
        # The door still has it for a guest, and nobody waits for ever.
        monkeypatch.setattr(bench, "_BUSY_AGAIN_S", 0.2)
        with pytest.raises(LabError, match="in use by"):
            lab.begin("TP/y")
        with pytest.raises(LabError, match="lab is lost"):
            lab.ask("home", {})
        monkeypatch.undo()
        line.cut()
        lab.begin("TP/z")
        assert lab.problem() == ""
