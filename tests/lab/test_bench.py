"""A bench's lab, in a network that the test makes: the host, an access point, others, the board."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from rooms import BOARD, HOST, LAN, MAC, OTHER, ROUTER, Room
from scapy.layers.dns import DNS, DNSQR
from scapy.layers.l2 import ARP, Ether
from scenes import AP_MAC, serve

from conformance.network import Network
from conformance.verdict import Inconclusive
from conformance.wire import capture_of
from rigs import labs, labtalk
from rigs.bench import BenchLab
from rigs.lab import dhcpclient, ether
from rigs.lab.bench.answers import Bench
from rigs.lab.bench.config import Config
from rigs.lab.bench.here import interface, why_cut_off
from rigs.lab.bench.programs import found
from rigs.lab.dhcp import DhcpServer, Pool
from rigs.lab.links import Links
from rigs.lab.questions import Cannot, Unknown
from rigs.lab.world import World
from tests.lab.worlds import IN_TIME_S, in_a_world

CONFIG = Config(
    ssid="bench-7", password="not my own", address=ROUTER, interface=LAN, hosts=(OTHER,)
)
#: Other people's programs, of which a user needs none; CI installs them.
needs_programs = pytest.mark.skipif(
    not (found("hostapd") and found("dnsmasq")), reason="no hostapd and dnsmasq here"
)


def at_a_bench(
    scene: Callable[[Room, Bench], Awaitable[None]], config: Config = CONFIG, host: str = HOST
) -> None:
    async def test(world: World) -> None:
        room = Room(world)
        await room.furnish(host)
        bench = Bench(config)
        try:
            await bench.open()
            await scene(room, bench)
        finally:
            await bench.close()
            await world.links.remove(LAN)

    in_a_world(test)


async def cannot(bench: Bench, question: str, **arguments: Any) -> Cannot:
    with pytest.raises(Cannot) as caught:
        await bench.answer(question, arguments)
    return caught.value


def test_a_bench_tells_its_access_point() -> None:
    async def scene(room: Room, bench: Bench) -> None:
        assert bench.missing.keys() == {"access-points", "second-station", "pairing", "capture"}
        assert "does not pass lan0" in bench.missing["capture"]
        told = await bench.answer("home", {})
        assert bytes.fromhex(told["ssid"]) == b"bench-7"
        assert (told["address"], told["mac"], told["security"]) == (ROUTER, room.router.mac, "wpa2")
        assert (told["first"], told["last"]) == ("192.168.8.2", "192.168.8.254")

    at_a_bench(scene)


def test_an_access_point_that_is_not_there_is_told_of() -> None:
    async def scene(room: Room, bench: Bench) -> None:
        await room.world.links.down(room.router.wire)
        assert (await cannot(bench, "home")).reason == "access-point-gone"

    at_a_bench(scene)


def test_the_board_is_asked_from_the_host() -> None:
    async def scene(room: Room, bench: Bench) -> None:
        on = {"on": "home", "within_s": IN_TIME_S}
        assert await bench.answer("arp", {**on, "address": BOARD}) == {"mac": MAC}
        assert await bench.answer("ping", {**on, "address": BOARD}) == {"answered": True}
        on["within_s"] = 0.3
        assert await bench.answer("ping", {**on, "address": "192.168.8.99"}) == {"answered": False}

    at_a_bench(scene)


def test_a_peer_is_on_the_host() -> None:
    async def scene(room: Room, bench: Bench) -> None:
        asked = {"on": "home", "protocol": "udp", "address": "", "port": 0}
        peer = await bench.answer("peer", asked)
        assert peer["address"] == HOST
        with room.world.board.inside():
            sender = ether.bound_socket("sta", socket.SOCK_DGRAM)
        sender.sendto(b"hello", (HOST, peer["port"]))
        asked = {"name": peer["name"], "at_least": 5, "within_s": IN_TIME_S}
        told = (await bench.answer("peer-received", asked))["received"]
        assert (told[0]["address"], bytes.fromhex(told[0]["data"])) == (BOARD, b"hello")

    at_a_bench(scene)


def test_hosts_are_those_that_the_pixit_names() -> None:
    async def scene(room: Room, bench: Bench) -> None:
        asked = {"on": "home", "address": ""}
        assert await bench.answer("host", asked) == {"address": OTHER}
        assert "names 1 hosts" in str(await cannot(bench, "host", **asked))
        await bench.world.begin("next", None, "")
        assert await bench.answer("host", {"on": "home", "address": OTHER}) == {"address": OTHER}
        assert await bench.answer("host", asked) == {"address": OTHER}
        assert "does not name" in str(await cannot(bench, "host", on="home", address="10.0.0.1"))
        late = await cannot(bench, "host", on="home", address="", slow_s=0.2)
        assert "answers late" in str(late)

    at_a_bench(scene)


def test_a_capture_tells_the_board_from_others(tmp_path: Path) -> None:
    async def scene(room: Room, bench: Bench) -> None:
        bench.world.captures, bench.world.prefix = tmp_path, "bench"
        await bench.answer("home", {})
        await bench.answer("capture", {"side": "station"})
        changed = "18:fe:34:99:99:99"
        for mac in (MAC, changed):
            question = ARP(op=1, hwsrc=mac, psrc=BOARD, pdst="192.168.8.50")
            room.board_says(Ether(src=mac, dst=ether.BROADCAST) / question)
        for machine in (room.router, room.other):
            with machine.frames(ether.ETHERTYPE_ARP) as handle:
                await ether.who_has(handle, machine.mac, machine.address, HOST, IN_TIME_S)
        seen = capture_of(await bench.answer("capture-end", {"side": "station"}))
        assert seen.drops == 0
        assert seen.iut_macs() == {MAC, changed}
        senders = {each.sender_mac for each in seen.arps}
        assert senders >= {MAC, changed, room.router.mac, room.other.mac}
        assert len(list(tmp_path.glob("bench.*.pcapng"))) == 1

    async def with_others(room: Room, bench: Bench) -> None:
        bench.world.strangers |= {room.other.mac}
        await scene(room, bench)

    at_a_bench(with_others)


@pytest.mark.parametrize("question", ["associations", "members", "leases", "name"])
def test_what_a_device_of_its_own_does_not_tell_is_unknown(question: str) -> None:
    async def scene(room: Room, bench: Bench) -> None:
        refused = await cannot(bench, question, name="home", address=ROUTER)
        assert (refused.reason, "device of its own" in str(refused)) == ("capability-missing", True)

    at_a_bench(scene)


@pytest.mark.parametrize("question", ["access-point", "noise", "smartconfig", "station-scan"])
def test_what_no_bench_can_do_is_said(question: str) -> None:
    async def scene(room: Room, bench: Bench) -> None:
        refused = await cannot(bench, question)
        assert (refused.reason, "a bench cannot" in str(refused)) == ("capability-missing", True)
        with pytest.raises(Unknown):
            await bench.answer("nonsense", {})

    at_a_bench(scene)


@pytest.mark.parametrize(
    ("changes", "host", "words"),
    [
        ({"interface": "none0"}, HOST, "No such device"),
        ({}, "", "has no IPv4 address: ip addr add 192.168.8.1/24 dev lan0"),
    ],
)
def test_what_is_missing_has_a_reason(changes: dict[str, str], host: str, words: str) -> None:
    async def scene(room: Room, bench: Bench) -> None:
        assert words in bench.missing["network"]
        assert words in bench.missing["capture"]

    config = Config(**{**{name: getattr(CONFIG, name) for name in Config.__slots__}, **changes})
    at_a_bench(scene, config, host)


def test_an_interface_whose_cable_is_out_is_the_benchs_trouble() -> None:
    async def scene(room: Room, bench: Bench) -> None:
        await bench.answer("home", {})
        for wire in ("sta-air", room.other.wire):
            await room.world.links.down(wire)
        async with asyncio.timeout(IN_TIME_S):
            while not why_cut_off(LAN):  # the bridge finds out in its own time
                await asyncio.sleep(0.01)
        with pytest.raises(Cannot, match="has no link"):
            bench.be_well()  # the purpose counts on it
        await bench.begin()
        bench.be_well()  # the next one does not yet
        unplugged = await cannot(bench, "home")
        assert (unplugged.reason, "has no link" in str(unplugged)) == ("access-point-gone", True)
        await room.world.links.down(LAN)
        down = await cannot(bench, "capture", side="station")
        assert (down.reason, "ip link set lan0 up" in str(down)) == ("access-point-gone", True)
        await bench.world.forget()
        again = Bench(CONFIG)
        await again.open()
        assert again.missing["network"] == again.missing["capture"] == str(down)
        for name in (LAN, "sta-air"):
            await room.world.links.up(name)
        assert await room.world.links.carried(LAN)
        await again.answer("home", {})  # it was plugged in later
        await again.close()

    at_a_bench(scene, host=ROUTER)


def test_a_host_that_has_the_address_is_all_that_is_behind_the_access_point() -> None:
    async def scene(room: Room, bench: Bench) -> None:
        assert "capture" not in bench.missing
        home = await bench.answer("home", {})
        assert (home["address"], home["mac"]) == (ROUTER, "02:00:5e:77:00:01")
        await bench.answer("home", {})
        with room.world.board.inside():
            frames = ether.raw_socket("sta", ether.ETHERTYPE_IP)
        given = await dhcpclient.lease(frames, MAC, IN_TIME_S)
        assert given is not None
        assert await bench.answer("leases", {"name": "home"}) == {"leases": [given.lease()]}
        await bench.answer("name", {"name": "peer.test", "address": ROUTER})
        assert "who has joined" in str(await cannot(bench, "members", name="home"))
        await bench.world.begin("next", None, "")
        await bench.answer("home", {})
        assert await bench.answer("leases", {"name": "home"}) == {"leases": []}

    at_a_bench(scene, host=ROUTER)


def test_a_host_on_which_another_dhcp_server_runs_is_no_bench() -> None:
    async def test(world: World) -> None:
        room = Room(world)
        await room.furnish(ROUTER)
        with ether.bound_socket(LAN, socket.SOCK_DGRAM) as other:
            other.bind(("", 67))
            bench = Bench(CONFIG)
            await bench.open()
            assert "cannot be the DHCP" in bench.missing["network"]
            await bench.close()
        await world.links.remove(LAN)

    in_a_world(test)


async def named(room: Room, name: str) -> int:
    """The response code that the name server has for a name."""
    query = bytes(DNS(id=9, rd=1, qd=DNSQR(qname=name)))
    with room.world.board.inside():
        asker = ether.bound_socket("sta", socket.SOCK_DGRAM)
    with asker:
        loop = asyncio.get_running_loop()
        await loop.sock_sendto(asker, query, (ROUTER, 53))
        async with asyncio.timeout(IN_TIME_S):
            return int(DNS(await loop.sock_recv(asker, 512)).rcode)


def own(interface: str = LAN) -> Config:
    return Config(
        ssid="bench-7", password="not my own", address="192.168.8.1", ap_interface=interface,
        first="192.168.8.100", last="192.168.8.120", driver="none",
    )  # fmt: skip


@needs_programs
def test_a_lab_makes_the_access_point_itself() -> None:
    async def scene(room: Room, bench: Bench) -> None:
        if os.geteuid() != 0:
            # Of a user namespace's root it is not content; CI runs this as root.
            pytest.skip("hostapd takes the rights of root")
        assert "network" not in bench.missing, bench.missing
        # Its passphrase is on no disk any more, whoever is killed now.
        assert not Path(bench._own._folder.name, "hostapd.conf").exists()  # type: ignore[union-attr]
        # The radio is missing, so that nobody joins; the network behind it is there.
        await room.world.links.down(room.router.wire)
        await room.board.no_address("sta")
        home = await bench.answer("home", {})
        assert (home["address"], home["first"]) == ("192.168.8.1", "192.168.8.100")
        with room.world.board.inside():
            frames = ether.raw_socket("sta", ether.ETHERTYPE_IP)
        given = await dhcpclient.lease(frames, MAC, IN_TIME_S)
        assert given is not None
        leases = (await bench.answer("leases", {"name": "home"}))["leases"]
        assert leases == [given.lease()]
        await room.board.address("sta", given.yours, 24)
        asked = {"on": "home", "address": given.yours, "within_s": IN_TIME_S}
        assert await bench.answer("ping", asked) == {"answered": True}
        await bench.answer("name", {"name": "peer.test", "address": "192.168.8.1"})
        assert (await bench.answer("leases", {"name": "home"}))["leases"] == leases
        bench._own._heard(f"{LAN}: AP-STA-CONNECTED {MAC}")  # type: ignore[union-attr]
        assert await bench.answer("members", {"name": "home"}) == {"macs": [MAC]}
        asked = {"count": 1, "within_s": IN_TIME_S, "station": MAC}
        log = (await bench.answer("associations", asked))["associations"]
        assert [(each["what"], each["station"]) for each in log] == [("joined", MAC)]
        bench._own._heard(f"{LAN}: AP-STA-DISCONNECTED {MAC}")  # type: ignore[union-attr]
        bench._own._heard(f"{LAN}: AP-STA-DISCONNECTED {MAC}")  # type: ignore[union-attr]
        assert await bench.answer("members", {"name": "home"}) == {"macs": []}
        log = (await bench.answer("associations", asked))["associations"]
        assert [each["what"] for each in log] == ["joined", "left"]
        assert await named(room, "peer.test") == 0
        await bench.begin()
        assert await named(room, "peer.test") == 3
        # It dies: that says nothing of the board.
        await bench._own._programs["hostapd"].stop()  # type: ignore[union-attr]
        assert (await cannot(bench, "home")).reason == "access-point-gone"

    at_a_bench(scene, own(), host="")


@needs_programs
def test_an_access_point_that_cannot_be_made_is_missing() -> None:
    async def scene(room: Room, bench: Bench) -> None:
        assert bench.missing["network"]
        assert "did not start" in bench.missing["network"] or "root" in bench.missing["network"]

    config = own()
    at_a_bench(scene, Config(**{**{n: getattr(config, n) for n in Config.__slots__},
                                "password": "öffne dich"}), host="")  # fmt: skip


# Somebody else's program, which a user need not have; CI installs it.
@pytest.mark.skipif(not found("wpa_supplicant"), reason="no wpa_supplicant here")
def test_a_second_station_joins_gets_a_lease_and_leaves() -> None:
    """On a wire: that the station is told it has joined, and no more, is the radio's part."""

    async def test(world: World) -> None:
        await world.links.enslave("ap-air", "")
        board = Links(world.board)
        await board.mac("ap", AP_MAC)
        await board.address("ap", "192.168.4.1", 24)
        await board.up("ap")
        await world.links.up("ap-air")
        pool = Pool("192.168.4.1", "255.255.255.0", "192.168.4.2", "192.168.4.9", 7200)
        serve(world, DhcpServer(pool, time.monotonic_ns), [])
        bench = Bench(Config(station_interface="ap-air", driver="wired"))
        await bench.open()
        try:
            assert bench.missing.keys() == {"network", "access-points", "pairing"}
            name = {"name": (await bench.answer("station", {"mac": ""}))["name"]}
            assert "one second station" in str(await cannot(bench, "station", mac=""))
            open_network = {"ssid": b"ESP".hex(), "password": "", "within_s": IN_TIME_S}
            assert await bench.answer("station-join", {**name, **open_network}) == {"refused": ""}
            lease = (await bench.answer("station-lease", {**name, "within_s": IN_TIME_S}))["lease"]
            assert (lease["address"], lease["seconds"]) == ("192.168.4.2", 7200)
            there = {"on": name["name"], "address": "192.168.4.1", "within_s": IN_TIME_S}
            assert await bench.answer("ping", there) == {"answered": True}
            assert await bench.answer("arp", there) == {"mac": AP_MAC}
            kept = await bench.answer("station-renew", {**name, "within_s": IN_TIME_S})
            assert kept["lease"] == lease
            await bench.answer("station-release", name)
            settled = {"address": "192.168.4.77", "netmask": "255.255.255.0", "router": ""}
            await bench.answer("station-settle", {**name, **settled})
            assert await bench.answer("ping", there) == {"answered": True}
            await bench.answer("station-leave", name)
            assert interface("ap-air").address == ""
            too_short = {"ssid": b"ESP".hex(), "password": b"short".hex(), "within_s": IN_TIME_S}
            assert "8 to 63" in str(await cannot(bench, "station-join", **name, **too_short))
        finally:
            await bench.close()

    in_a_world(test)


def test_the_harness_meets_a_bench_s_lab_in_its_own_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = Network(
        ssid="bench-7",
        password="sesame99",
        bssid="f4:f2:6d:00:00:01",
        channel=6,
        address=ROUTER,
        interface=LAN,
        hosts=(OTHER,),
    )

    async def test(world: World) -> None:
        room = Room(world)
        await room.furnish()
        lab = await asyncio.to_thread(BenchLab, network)
        try:
            assert lab.is_there, lab.missing
            pid = lab._lab._process.pid  # type: ignore[union-attr]
            assert b"sesame99" not in Path(f"/proc/{pid}/cmdline").read_bytes()
            lab.begin("a purpose")
            assert bytes.fromhex(lab.ask("home", {})["password"]) == b"sesame99"
            ping = {"on": "home", "address": BOARD, "within_s": IN_TIME_S}
            assert lab.ask("ping", ping) == {"answered": True}
            with pytest.raises(Inconclusive, match="device of its own"):
                lab.ask("leases", {"name": "home"})
            assert lab.problem() == ""
            monkeypatch.setattr(labtalk, "_ANSWER_S", 0.3)
            monkeypatch.setattr(labs, "_END_S", 0.3)
            os.kill(pid, signal.SIGSTOP)
            assert "did not answer in time" in lab.problem()
            monkeypatch.undo()
            lab.begin("another purpose")
            assert lab.problem() == ""
        finally:
            lab.close()
        await world.links.remove(LAN)

    in_a_world(test)


def test_no_lab_takes_the_loopback_interface_its_addresses() -> None:
    """In a network of the test's: as root a lab that did would take the host's."""

    async def test(world: World) -> None:
        assert interface("lo").address == "127.0.0.1"
        lab = await asyncio.to_thread(BenchLab, Network(station_interface="lo"))
        assert not lab.is_there
        assert "loopback" in lab.missing["capture"]
        assert interface("lo").address == "127.0.0.1"

    in_a_world(test)


def test_a_bench_without_a_network_starts_nothing() -> None:
    lab = BenchLab(Network())
    assert not lab.is_there
    assert set(lab.missing.values()) == {"the PIXIT has no table [network]"}
    lab.begin("a purpose")
    lab.close()
