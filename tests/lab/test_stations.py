"""Second stations at a softAP that the test plays."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Callable

import pytest
from scenes import AP_MAC, Scene, play, serve

from rigs.lab import ether
from rigs.lab.air import Listening
from rigs.lab.dhcp import DhcpServer, Pool, Reply
from rigs.lab.dhcpwire import Message, read, write
from rigs.lab.questions import Cannot
from tests.lab.worlds import IN_TIME_S

ESP, PASSWORD = b"ESP_000001".hex(), b"12345678".hex()
POOL = Pool("192.168.4.1", "255.255.255.0", "192.168.4.2", "192.168.4.3", 7200)


class Hearing(DhcpServer):
    """A server that notes kind, own address and wish of whatever it is told."""

    def __init__(self, pool: Pool, now: Callable[[], int]) -> None:
        super().__init__(pool, now)
        self.heard: list[tuple[str, str, str]] = []

    def answer(self, data: bytes) -> Reply | None:
        asked = read(data)
        assert asked is not None
        self.heard.append((asked.kind, asked.client, asked.requested))
        return super().answer(data)


async def joined(scene: Scene, mac: str = "") -> str:
    """The name of a station that has joined."""
    name = (await scene.ask("station", mac=mac))["name"]
    assert await refused(scene, name) == ""
    return str(name)


async def refused(scene: Scene, name: str, ssid: str = ESP, password: str = PASSWORD) -> str:
    told = await scene.ask(
        "station-join", name=name, ssid=ssid, password=password, within_s=IN_TIME_S
    )
    return str(told["refused"])


def test_a_station_hears_the_softap() -> None:
    async def scene(scene: Scene) -> None:
        name = (await scene.ask("station", mac=""))["name"]
        assert (await scene.ask("station-scan", name=name))["beacons"] == []
        await scene.softap()
        assert (await scene.ask("station-scan", name=name))["beacons"] == [
            {"ssid": ESP, "bssid": AP_MAC, "channel": 5, "security": "wpa2"}
        ]

    play(scene)


def test_a_station_joins_or_is_told_why_not() -> None:
    async def scene(scene: Scene) -> None:
        name = (await scene.ask("station", mac="5C:CF:7F:01:02:03"))["name"]
        assert await refused(scene, name) == "not-found"
        await scene.softap()
        assert await refused(scene, name, ssid=b"other".hex()) == "not-found"
        assert await refused(scene, name, password=b"87654321".hex()) == "wrong-password"
        scene.admits = False
        assert await refused(scene, name) == "full"
        scene.admits = True
        assert await refused(scene, name) == ""
        await scene.ask("station-settle", name=name, address="192.168.4.9",
                        netmask="255.255.255.0", router="192.168.4.1")  # fmt: skip
        on = {"on": name, "address": "192.168.4.1", "within_s": IN_TIME_S}
        assert (await scene.ask("ping", **on))["answered"]
        assert (await scene.ask("arp", **on))["mac"] == AP_MAC
        with scene.world.board.inside():
            handle = ether.raw_socket("ap", ether.ETHERTYPE_ARP)
        with handle:
            mac = await ether.who_has(handle, AP_MAC, "192.168.4.1", "192.168.4.9", IN_TIME_S)
        assert mac == "5c:cf:7f:01:02:03"
        await scene.ask("station-leave", name=name)
        on["within_s"] = 0.3
        assert not (await scene.ask("ping", **on))["answered"]
        log = [(each.what, each.why) for each in scene.world.air.log]
        assert log[-2:] == [("joined", ""), ("left", "asked")]

    play(scene)


def test_a_station_gets_a_lease_and_gives_it_back() -> None:
    async def scene(scene: Scene) -> None:
        await scene.softap()
        name = await joined(scene)
        assert (await scene.ask("station-lease", name=name, within_s=0.6))["lease"] is None
        server = DhcpServer(POOL, time.monotonic_ns)
        kinds: list[str] = []
        serve(scene.world, server, kinds)
        lease = (await scene.ask("station-lease", name=name, within_s=IN_TIME_S))["lease"]
        assert lease["address"] == "192.168.4.2"
        assert (lease["server"], lease["seconds"]) == ("192.168.4.1", 7200)
        on = {"on": name, "address": "192.168.4.1", "within_s": IN_TIME_S}
        assert (await scene.ask("ping", **on))["answered"]
        await scene.ask("station-release", name=name)
        async with asyncio.timeout(IN_TIME_S):
            while "release" not in kinds:
                await asyncio.sleep(0.01)
        other = await joined(scene)
        lease = (await scene.ask("station-lease", name=other, within_s=IN_TIME_S))["lease"]
        assert ipaddress.IPv4Address(lease["address"]) in ipaddress.IPv4Network("192.168.4.0/24")

    play(scene)


def test_a_station_keeps_its_lease_as_long_as_the_server_lets_it() -> None:
    async def scene(scene: Scene) -> None:
        await scene.softap()
        name = await joined(scene)
        keeps = {"name": name, "within_s": IN_TIME_S}
        with pytest.raises(Cannot, match="no lease"):
            await scene.ask("station-renew", **keeps)
        kinds: list[str] = []
        server = Hearing(POOL, time.monotonic_ns)
        serve(scene.world, server, kinds)
        lease = (await scene.ask("station-lease", **keeps))["lease"]
        assert (await scene.ask("station-renew", **keeps))["lease"] == lease
        assert server.heard[-1] == ("request", lease["address"], "")
        taken = Message("decline", 1, lease["mac"], requested=lease["address"])
        server.answer(write(taken))
        assert (await scene.ask("station-renew", **keeps))["lease"] is None
        with pytest.raises(Cannot, match="no lease"):
            await scene.ask("station-renew", **keeps)

    play(scene)


def test_a_station_asks_for_the_address_that_it_wishes() -> None:
    async def scene(scene: Scene) -> None:
        await scene.softap()
        name = await joined(scene)
        kinds: list[str] = []
        server = Hearing(POOL, time.monotonic_ns)
        serve(scene.world, server, kinds)
        asks = {"name": name, "within_s": IN_TIME_S}
        with pytest.raises(Cannot, match="no station can ask"):
            await scene.ask("station-lease", **asks, wish="here")
        lease = (await scene.ask("station-lease", **asks, wish="192.168.4.3"))["lease"]
        assert (lease["address"], kinds) == ("192.168.4.3", ["request"])
        kinds.clear()
        lease = (await scene.ask("station-lease", **asks, wish="192.168.4.77"))["lease"]
        assert lease["address"] in ("192.168.4.2", "192.168.4.3")
        assert kinds == ["request", "discover", "request"]
        assert server.heard[-2] == ("discover", "", "192.168.4.77")

    play(scene)


def test_peers_are_on_a_station_that_has_an_address() -> None:
    async def scene(scene: Scene) -> None:
        await scene.softap()
        name = await joined(scene)
        peer = {"on": name, "protocol": "tcp", "address": "", "port": 0}
        with pytest.raises(Cannot, match="no address yet"):
            await scene.ask("peer", **peer)
        await scene.ask("station-settle", name=name, address="192.168.4.9",
                        netmask="255.255.255.0", router="")  # fmt: skip
        made = await scene.ask("peer", **peer)
        with scene.world.board.inside():
            client = socket.socket()
        client.setblocking(False)
        async with asyncio.timeout(IN_TIME_S):
            address = made["address"], made["port"]
            await asyncio.get_running_loop().sock_connect(client, address)
        asked = await scene.ask("peer-connected", name=made["name"], within_s=IN_TIME_S)
        assert asked["connected"]
        client.close()

    play(scene)


def test_stations_are_bounded_and_have_good_addresses() -> None:
    async def scene(scene: Scene) -> None:
        for mac in ("01:00:5e:00:00:01", "what", "02:00"):
            with pytest.raises(Cannot, match="no MAC address"):
                await scene.ask("station", mac=mac)
        for _ in range(16):
            await scene.ask("station", mac="")
        with pytest.raises(Cannot, match="16 second stations"):
            await scene.ask("station", mac="")

    play(scene)


def test_whom_to_join_is_told_to_whoever_listens() -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.ask("home")
        phone = {"name": home["name"], "kind": "airkiss", "within_s": 0.1}
        assert not (await scene.ask("smartconfig", **phone))["heard"]
        await scene.world.air.listens(Listening("SmartConfig", 1))
        assert not (await scene.ask("smartconfig", **phone))["heard"]
        assert not (await scene.ask("wps", name=home["name"], within_s=0.1))["heard"]
        assert "whom" not in [each["told"] for each in scene.said]
        await scene.world.air.listens(Listening("SmartConfig", 3))
        assert (await scene.ask("smartconfig", **phone))["heard"]
        assert scene.said[-1] == {
            "told": "whom", "way": "SmartConfig", "kind": "airkiss",
            "ssid": home["ssid"], "password": home["password"],
        }  # fmt: skip
        await scene.world.air.listens(Listening("WPS", 0))
        assert (await scene.ask("wps", name=home["name"], within_s=0.1))["heard"]

    play(scene)
