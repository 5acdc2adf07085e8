"""The network behind an access point, as a board meets it that the test plays."""

from __future__ import annotations

import asyncio
import socket

import pytest
from scapy.layers.dns import DNS, DNSQR
from scapy.layers.inet import UDP
from scapy.layers.l2 import Ether
from scenes import MAC, Scene, play

from rigs.lab import dhcpclient, ether
from rigs.lab.peering import Peers
from rigs.lab.questions import Cannot
from tests.lab.worlds import IN_TIME_S


def frames(scene: Scene, ethertype: int = ether.ETHERTYPE_ALL, end: str = "sta") -> socket.socket:
    with scene.world.board.inside():
        return ether.raw_socket(end, ethertype)


def opened(scene: Scene, kind: socket.SocketKind, interface: str = "sta") -> socket.socket:
    with scene.world.board.inside():
        handle = socket.socket(socket.AF_INET, kind)
    handle.setblocking(False)
    handle.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    return handle


async def seen(handle: socket.socket, seconds: float) -> list[Ether]:
    """The frames that come while the time runs."""
    loop, found = asyncio.get_running_loop(), []
    try:
        async with asyncio.timeout(seconds):
            while True:
                found.append(Ether(await loop.sock_recv(handle, 2048)))
    except TimeoutError:
        return found


def test_dhcp_gives_an_address_and_the_lab_tells_of_it() -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.joined()
        assert (await scene.ask("leases", name=home["name"]))["leases"] == []
        given = await dhcpclient.lease(frames(scene, ether.ETHERTYPE_IP), MAC, IN_TIME_S)
        assert given is not None
        assert given.lease() == {
            "mac": MAC, "address": home["first"], "netmask": "255.255.255.0",
            "router": home["address"], "name_server": home["address"],
            "server": home["address"], "seconds": 3600,
        }  # fmt: skip
        assert (await scene.ask("leases", name=home["name"]))["leases"] == [given.lease()]

    play(scene)


def test_an_access_point_without_dhcp_gives_none() -> None:
    async def scene(scene: Scene) -> None:
        there = await scene.ask(
            "access-point", ssid=b"x".hex(), password="", security="open", channel=1, rssi=-40,
            hidden=False, bssid="", dhcp=False,
        )  # fmt: skip
        await scene.joined()
        assert there["name"] == "ap1"
        await scene.world.links.enslave("sta-air", "ap1")
        assert await dhcpclient.lease(frames(scene, ether.ETHERTYPE_IP), MAC, 0.8) is None
        assert (await scene.ask("leases", name="ap1"))["leases"] == []

    play(scene)


def test_the_board_is_asked_by_arp_and_echo() -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.settled("192.168.51.77")
        on = {"on": home["name"], "within_s": IN_TIME_S}
        assert (await scene.ask("arp", address="192.168.51.77", **on))["mac"] == MAC
        assert (await scene.ask("ping", address="192.168.51.77", **on))["answered"]
        on["within_s"] = 0.4
        assert (await scene.ask("arp", address="192.168.51.78", **on))["mac"] == ""
        assert not (await scene.ask("ping", address="192.168.51.78", **on))["answered"]

    play(scene)


def test_a_board_with_an_address_of_another_network_is_found_too() -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.joined()
        await scene.board.address("sta", "10.3.2.1", 8)
        on = {"on": home["name"], "address": "10.3.2.1", "within_s": IN_TIME_S}
        assert (await scene.ask("arp", **on))["mac"] == MAC

    play(scene)


def test_an_access_point_that_is_off_is_gone() -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.settled()
        for question in ("access-point-off", "access-point-on"):
            await scene.ask(question, name=home["name"])
            on = {"on": home["name"], "address": "192.168.51.77", "within_s": IN_TIME_S}
            if question == "access-point-on":
                assert (await scene.ask("ping", **on))["answered"]
                continue
            with pytest.raises(Cannot, match="switched off") as caught:
                await scene.ask("ping", **on)
            assert caught.value.reason == "access-point-gone"

    play(scene)


def test_hosts_answer_with_their_own_mac_addresses() -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.settled()
        hosts = [
            (await scene.ask("host", on=home["name"], address=address))["address"]
            for address in ("", "192.168.51.66", "")
        ]
        assert hosts == ["192.168.51.2", "192.168.51.66", "192.168.51.3"]
        with frames(scene, ether.ETHERTYPE_ARP) as handle:
            macs = [
                await ether.who_has(handle, MAC, "192.168.51.77", address, IN_TIME_S)
                for address in (*hosts, home["address"])
            ]
        assert len(set(macs)) == 4
        assert macs[3] == home["mac"]
        with scene.world.board.inside():
            echo = ether.echo_socket("sta")
        with echo:
            assert all([await ether.echoes(echo, address, IN_TIME_S) for address in hosts])

    play(scene)


@pytest.mark.parametrize("address", ["10.9.8.7", "192.168.99.1"])
def test_a_host_outside_the_network_needs_the_router(address: str) -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.joined()
        await scene.board.address("sta", "192.168.51.77", 24)
        assert (await scene.ask("host", on=home["name"], address=address))["address"] == address
        with frames(scene, ether.ETHERTYPE_ARP) as handle:
            assert await ether.who_has(handle, MAC, "192.168.51.77", address, 0.4) == ""
        with scene.world.board.inside():
            echo = ether.echo_socket("sta")
        with echo:
            assert not await ether.echoes(echo, address, 0.4)
            await scene.board.route("default", home["address"])
            assert await ether.echoes(echo, address, IN_TIME_S)

    play(scene)


def test_names_are_told_over_the_wire() -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.settled()
        await scene.ask("name", name="peer.test", address="192.168.51.1")
        loop = asyncio.get_running_loop()
        with opened(scene, socket.SOCK_DGRAM) as handle:
            for name, code in (("peer.test", 0), ("nobody.test", 3)):
                query = bytes(DNS(id=9, qd=DNSQR(qname=name)))
                await loop.sock_sendto(handle, query, (home["address"], 53))
                async with asyncio.timeout(IN_TIME_S):
                    told = DNS(await loop.sock_recv(handle, 512))
                assert (told.id, told.rcode) == (9, code)

    play(scene)


@pytest.mark.parametrize("protocol", ["udp", "tcp", "tls"])
def test_a_peer_is_a_server_behind_the_access_point(protocol: str) -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.settled()
        peer = await scene.ask("peer", on=home["name"], protocol=protocol, address="", port=0)
        assert peer["address"] == home["address"]
        loop = asyncio.get_running_loop()
        kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
        handle = opened(scene, kind)
        await loop.sock_connect(handle, (peer["address"], peer["port"]))
        name = {"name": peer["name"]}
        if protocol == "tls":
            assert not (await scene.ask("peer-connected", **name, within_s=0.1))["connected"]
            handle.close()
            return
        await loop.sock_sendall(handle, b"hello")
        told = (await scene.ask("peer-received", **name, at_least=5, within_s=IN_TIME_S))[
            "received"
        ]
        assert bytes.fromhex(told[0]["data"]) == b"hello"
        assert (told[0]["address"], told[0]["port"]) == handle.getsockname()
        await scene.ask("peer-send", **name, data=b"bye".hex(), address="", port=0)
        async with asyncio.timeout(IN_TIME_S):
            assert await loop.sock_recv(handle, 100) == b"bye"
        if protocol == "tcp":
            await scene.ask("peer-close", **name)
            async with asyncio.timeout(IN_TIME_S):
                assert await loop.sock_recv(handle, 100) == b""
        handle.close()

    play(scene)


def test_a_peer_is_a_client_of_the_board() -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.settled()
        server = opened(scene, socket.SOCK_STREAM)
        server.bind(("192.168.51.77", 333))
        server.listen()
        for port, accepted in ((334, False), (333, True)):
            to = {"address": "192.168.51.77", "port": port}
            peer = await scene.ask("peer", on=home["name"], protocol="tcp", **to)
            assert (peer["address"], peer["port"]) == tuple(to.values())
            asked = await scene.ask(
                "peer-connected", name=peer["name"], within_s=IN_TIME_S if accepted else 0.5
            )
            assert asked["connected"] == accepted
        # It sends to nobody.
        with pytest.raises(Cannot) as caught:
            await scene.ask("peer-send", name="peer1", data="00", address="", port=0)
        assert caught.value.reason == "peer-gone"

    play(scene)


def reason_of(caught: pytest.ExceptionInfo[Cannot]) -> str:
    return caught.value.reason


@pytest.mark.parametrize("protocol", ["udp", "tcp", "tls"])
def test_a_peer_that_dies_is_told_of_at_once(protocol: str) -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.settled()
        made = await scene.ask("peer", on=home["name"], protocol=protocol, address="", port=0)
        name = {"name": made["name"]}
        asyncio.get_running_loop().call_later(0.1, scene.world.of(Peers).by_name["peer1"][1].end)
        async with asyncio.timeout(IN_TIME_S):
            for question, more in (
                ("peer-received", {"at_least": 1, "within_s": 2 * IN_TIME_S}),
                ("peer-connected", {"within_s": 2 * IN_TIME_S}),
                ("peer-send", {"data": "00", "address": "", "port": 0}),
            ):
                with pytest.raises(Cannot) as caught:
                    await scene.ask(question, **name, **more)
                assert reason_of(caught) == "peer-gone"

    play(scene)


@pytest.mark.parametrize("vanish", ["switched off", "without its interface"])
def test_an_access_point_that_vanishes_is_told_of(vanish: str) -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.settled()
        made = await scene.ask("peer", on=home["name"], protocol="udp", address="", port=0)
        if vanish == "switched off":
            await scene.ask("access-point-off", name=home["name"])
        else:
            await scene.world.links.remove(home["name"])
        there = {"on": home["name"], "address": "192.168.51.77"}
        for question, more in (
            ("ping", {**there, "within_s": 0.2}),
            ("arp", {**there, "within_s": 0.2}),
            ("host", {"on": home["name"], "address": ""}),
            ("mdns", {"on": home["name"], "name": "x.local", "kind": "A"}),
            ("noise", {"on": home["name"]}),
            ("peer", {**there, "protocol": "udp", "port": 1}),
            ("peer-received", {"name": made["name"], "at_least": 1, "within_s": 0.1}),
            ("peer-send", {"name": made["name"], "data": "00", **there, "port": 1}),
        ):
            with pytest.raises(Cannot) as caught:
                await scene.ask(question, **more)
            assert reason_of(caught) == "access-point-gone", question

    play(scene)


def test_who_asks_by_mdns_is_a_host_of_the_network() -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.settled()
        with frames(scene) as handle:
            await scene.ask("mdns", on=home["name"], name="_http._tcp.local", kind="PTR")
            frame = next(f for f in await seen(handle, 0.5) if UDP in f and f[UDP].dport == 5353)
        assert frame.dst == "01:00:5e:00:00:fb"
        assert frame.src not in (home["mac"], MAC)
        query = DNS(bytes(frame[UDP].payload))
        assert (query.qd[0].qname, query.qd[0].qtype) == (b"_http._tcp.local.", 12)

    play(scene)


def test_a_busy_network_is_heard_until_the_purpose_is_over() -> None:
    async def scene(scene: Scene) -> None:
        home = await scene.joined()
        given = await dhcpclient.lease(frames(scene, ether.ETHERTYPE_IP), MAC, IN_TIME_S)
        assert given is not None
        await scene.board.address("sta", given.yours, 24)
        await scene.ask("noise", on=home["name"])
        with frames(scene) as handle:
            heard = await seen(handle, 4)
            others = [f for f in heard if f.src != MAC]
            kinds = {f"udp {f[UDP].dport}" for f in others if UDP in f}
            kinds |= {"arp" for f in others if f.type == 0x0806}
            assert kinds >= {"arp", "udp 137", "udp 5353"}
            assert 10 < len(heard) < 400
            answers = [f for f in heard if f.src == MAC]
            assert answers
            assert {f.type for f in answers} == {0x0806}
            await scene.world.begin("another", None, "")
            await seen(handle, 0.1)
            assert await seen(handle, 0.5) == []

    play(scene)
