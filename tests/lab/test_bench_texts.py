"""What hostapd, wpa_supplicant and dnsmasq are told, held against the programs themselves.

Where one of them is not installed, its tests are skipped and say so. None of them gets a radio.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import socket
from pathlib import Path

import pytest
from scapy.layers.dns import DNS, DNSQR
from scenes import MAC, Scene, play

from rigs.lab import dhcpclient, ether
from rigs.lab.bench import dnsmasq, hostapd, supplicant
from rigs.lab.bench.programs import Program, ProgramFailed, found, written
from rigs.lab.world import World
from tests.lab.worlds import IN_TIME_S, in_a_world

#: SSIDs and passphrases that want care when they are written down.
NAMES = {
    "plain": (b"conformance", b"conformance-lab"),
    "blanks": (b" a b ", b" pass word "),
    "quotes": (b'a"b\\c,d', b'pass"w\\or,d#'),
    "bytes": (b"\x00\xff\n#=", b"12345678"),
    "longest": (b"x" * 32, b"y" * 63),
    "key": (b"conformance", b"0123456789abcdef" * 4),
}
each_name = pytest.mark.parametrize(("ssid", "password"), NAMES.values(), ids=NAMES)


def wants(name: str) -> pytest.MarkDecorator:
    # Their opinion of our files can be had where they are installed; CI installs them.
    return pytest.mark.skipif(not found(name), reason=f"no {name} here to ask")


def key_of(ssid: bytes, password: bytes) -> bytes:
    if len(password) == 64:
        return bytes.fromhex(password.decode())
    return hashlib.pbkdf2_hmac("sha1", password, ssid, 4096, 32)


async def words_of(command: list[str], done: str) -> list[str]:
    """What a program says until `done` is in a line."""
    lines: list[str] = []
    program = await Program.start(command, lines.append)
    try:
        await program.until(lambda line: done in line, 10)
    finally:
        await program.stop()
    return lines


@wants("hostapd")
@each_name
@pytest.mark.parametrize("security", ["wpa", "wpa2", "wpa-wpa2"])
def test_hostapd_makes_the_access_point_that_was_meant(
    tmp_path: Path, ssid: bytes, password: bytes, security: str
) -> None:
    radio = hostapd.Radio("none0", ssid, password, security, driver="none", hidden=True)
    path = written(tmp_path, "hostapd.conf", radio.text())
    # -K: with keys, so that it can be seen which it made of SSID and passphrase.
    lines = asyncio.run(words_of(["hostapd", "-dd", "-K", str(path)], "AP-ENABLED"))
    if len(password) == 64:
        return  # it is taken as it is, and not shown
    keys = [line for line in lines if re.search(r"PSK.*hexdump\(len=32\)", line)]
    told = {bytes.fromhex(line.split("): ")[1].replace(" ", "")) for line in keys}
    assert key_of(ssid, password) in told, lines


@wants("hostapd")
def test_hostapd_makes_an_open_access_point(tmp_path: Path) -> None:
    radio = hostapd.Radio("none0", b"open", driver="none", channel=11, bssid="02:00:5e:10:00:09")
    path = written(tmp_path, "hostapd.conf", radio.text())
    lines = asyncio.run(words_of(["hostapd", str(path)], "AP-ENABLED"))
    assert hostapd.told(next(each for each in lines if "AP-ENABLED" in each)) == hostapd.Told(
        "enabled"
    )


@wants("hostapd")
def test_what_hostapd_refuses_is_told(tmp_path: Path) -> None:
    radio = hostapd.Radio("none0", b"open", driver="none")
    path = written(tmp_path, "hostapd.conf", radio.text() + "no_such_key=1\n")
    with pytest.raises(ProgramFailed, match=r"no_such_key|configuration"):
        asyncio.run(words_of(["hostapd", str(path)], "AP-ENABLED"))


@pytest.mark.parametrize(
    ("ssid", "password", "security"),
    [(b"", b"", "open"), (b"x" * 33, b"", "open"), (b"x", b"short", "wpa2"),
     (b"x", b"a\nb=c\n123", "wpa2"), (b"x", "öäüöäüöä".encode(), "wpa2"),
     (b"x", b"12345", "wep")],
)  # fmt: skip
def test_what_could_be_misread_is_not_written(ssid: bytes, password: bytes, security: str) -> None:
    with pytest.raises(hostapd.Unwritable):
        hostapd.Radio("none0", ssid, password, security).text()


@pytest.mark.parametrize(("ssid", "password"), [(b"", b""), (b"x" * 33, b""), (b"x", b"short")])
def test_whom_no_station_could_join_is_not_written(ssid: bytes, password: bytes) -> None:
    with pytest.raises(supplicant.Unwritable):
        supplicant.Wish(ssid, password).text()


@wants("wpa_supplicant")
@each_name
def test_wpa_supplicant_looks_for_the_access_point_that_was_meant(
    tmp_path: Path, ssid: bytes, password: bytes
) -> None:
    path = written(tmp_path, "wpa.conf", supplicant.Wish(ssid, password).text())
    command = ["wpa_supplicant", "-dd", "-K", "-Dnone", "-ilo", f"-c{path}"]

    async def test(world: World) -> None:
        lines = await words_of(command, "Added interface")
        words = "\n".join(lines).replace(" ", "")
        assert f"ssid-hexdump_ascii(len={len(ssid)}):" in words
        assert key_of(ssid, password).hex() in words

    in_a_world(test)  # it takes the rights of root, there


@wants("wpa_supplicant")
def test_what_wpa_supplicant_refuses_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "wpa.conf", supplicant.Wish(b"x").text() + "network={\nnone=1\n}\n")
    command = ["wpa_supplicant", "-Dnone", "-ilo", f"-c{path}"]

    async def test(world: World) -> None:
        with pytest.raises(ProgramFailed, match=r"parse"):
            await words_of(command, "Added interface")

    in_a_world(test)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("wlan1: AP-STA-CONNECTED 18:fe:34:a7:c0:5e", ("joined", "18:fe:34:a7:c0:5e")),
        ("wlan1: AP-STA-DISCONNECTED 18:fe:34:a7:c0:5e", ("left", "18:fe:34:a7:c0:5e")),
        ("wlan1: AP-STA-POSSIBLE-PSK-MISMATCH 18:fe:34:a7:c0:5e",
         ("wrong-password", "18:fe:34:a7:c0:5e")),
        ("wlan1: AP-ENABLED ", ("enabled", "")),
        ("wlan1: AP-DISABLED", ("disabled", "")),
    ],
)  # fmt: skip
def test_hostapd_s_lines_are_understood(line: str, told: tuple[str, str]) -> None:
    assert hostapd.told(line) == hostapd.Told(*told)


@pytest.mark.parametrize(
    "line",
    ["", "wlan1: STA 18:fe:34:a7:c0:5e IEEE 802.11: authenticated", "wlan1: AP-STA-CONNECTED",
     "wlan1: AP-STA-POLL-OK x"],
)  # fmt: skip
def test_hostapd_s_other_lines_tell_nothing(line: str) -> None:
    assert hostapd.told(line) is None


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("wlan2: CTRL-EVENT-CONNECTED - Connection to 1a:fe:34:a7:c0:5e completed [id=0]", ""),
        ("wlan2: CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid=\"x\" auth_failures=1 duration=10 "
         "reason=WRONG_KEY", "wrong-password"),
        ("wlan2: WPA: 4-Way Handshake failed - pre-shared key may be incorrect", "wrong-password"),
        ("wlan2: CTRL-EVENT-NETWORK-NOT-FOUND ", "not-found"),
        ("wlan2: CTRL-EVENT-ASSOC-REJECT bssid=1a:fe:34:a7:c0:5e status_code=17", "full"),
        ("wlan2: Trying to associate with 1a:fe:34:a7:c0:5e", None),
    ],
)  # fmt: skip
def test_wpa_supplicant_s_lines_are_understood(line: str, outcome: str | None) -> None:
    assert supplicant.outcome(line) == outcome


def service(folder: Path, names: dict[str, str]) -> dnsmasq.Service:
    return dnsmasq.Service(
        "ap1", "192.168.51.1", "255.255.255.0", "192.168.51.20", "192.168.51.40",
        folder / "leases", 900, names,
    )  # fmt: skip


@wants("dnsmasq")
@pytest.mark.parametrize("names", [{}, {"peer.test": "192.168.51.1"}], ids=["none", "one"])
def test_dnsmasq_accepts_what_it_is_told(tmp_path: Path, names: dict[str, str]) -> None:
    path = written(tmp_path, "dnsmasq.conf", service(tmp_path, names).text())
    lines = asyncio.run(words_of(["dnsmasq", "--test", f"--conf-file={path}"], "syntax check OK"))
    assert lines


@wants("dnsmasq")
@pytest.mark.parametrize(
    ("name", "address", "may"),
    [
        ("peer.test", "192.168.51.1", True),
        ("a_b-c.local", "1.2.3.4", True),
        ("", "1.2.3.4", False),
        ("a.b,c.d", "1.2.3.4", False),
        ("a.b\nuser=x", "1.2.3.4", False),
        ("a b", "1.2.3.4", False),
        ("a.b", "1.2.3.4,9.9.9.9", False),
        ("a.b", "1.2.3.4\n", False),
    ],
)
def test_dnsmasq_is_told_no_name_that_it_could_misread(name: str, address: str, may: bool) -> None:
    assert dnsmasq.may_serve(name, address) is may


def test_dnsmasq_leases_and_names_as_it_was_told(tmp_path: Path) -> None:
    served = service(tmp_path, {"peer.test": "192.168.51.7"})
    path = written(tmp_path, "dnsmasq.conf", served.text())

    async def scene(scene: Scene) -> None:
        links = scene.world.links
        await links.bridge("ap1", "02:00:5e:00:00:01")
        await links.address("ap1", "192.168.51.1", 24)
        await scene.board.mac("sta", MAC)
        await scene.board.up("sta")
        await links.enslave("sta-air", "ap1")
        await links.up("sta-air")
        for name in ("sta-air", "ap1"):
            await links.carried(name)
        program = await Program.start(["dnsmasq", "-d", f"--conf-file={path}"])
        try:
            await program.until(lambda line: "started" in line, 10)
            with scene.world.board.inside():
                frames = ether.raw_socket("sta", ether.ETHERTYPE_IP)
            given = await dhcpclient.lease(frames, MAC, IN_TIME_S)
            assert given is not None, program.lines
            lease = given.lease()
            assert lease["address"].startswith("192.168.51.")
            assert 20 <= int(lease["address"].split(".")[3]) <= 40
            assert (lease["seconds"], lease["router"]) == (900, "192.168.51.1")
            assert dnsmasq.leases(served, served.leases.read_text()) == [lease]
            await scene.board.address("sta", lease["address"], 24)
            with scene.world.board.inside():
                asker = ether.bound_socket("sta", socket.SOCK_DGRAM)
            loop = asyncio.get_running_loop()
            for name, code in (("peer.test", 0), ("nobody.test", 3)):
                query = bytes(DNS(id=9, rd=1, qd=DNSQR(qname=name)))
                await loop.sock_sendto(asker, query, ("192.168.51.1", 53))
                async with asyncio.timeout(IN_TIME_S):
                    told = DNS(await loop.sock_recv(asker, 512))
                assert told.rcode == code
                assert [each.rdata for each in told.an] == ["192.168.51.7"] * (not code)
        finally:
            await program.stop()
            await links.remove("ap1")

    play(scene)
