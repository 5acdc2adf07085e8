"""Other people's programs at the lab's wires, where this machine has them: udhcpc and dnsmasq."""

from __future__ import annotations

import asyncio
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from scenes import MAC, Scene, play

from tests.lab.worlds import IN_TIME_S

BUSYBOX, DNSMASQ = shutil.which("busybox"), shutil.which("dnsmasq")

#: What udhcpc calls: it writes down what it was told.
SCRIPT = """#!/bin/sh
[ "$1" = bound ] || [ "$1" = renew ] || [ "$1" = nak ] || exit 0
echo "$1 $ip $subnet $router $dns $lease $serverid" >> {told}
"""


@pytest.mark.skipif(BUSYBOX is None, reason="no busybox here, so no udhcpc to ask our DHCP server")
@pytest.mark.parametrize("options", [[], ["-B"]], ids=["unicast", "broadcast"])
def test_udhcpc_gets_a_lease_renews_it_and_gives_it_back(
    tmp_path: Path, options: list[str]
) -> None:
    script, told = tmp_path / "script", tmp_path / "told"
    script.write_text(SCRIPT.format(told=told))
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    told.touch()

    async def lines(count: int) -> list[str]:
        async with asyncio.timeout(IN_TIME_S):
            while len(found := told.read_text().splitlines()) < count:
                await asyncio.sleep(0.02)
        return found

    async def scene(scene: Scene) -> None:
        home = await scene.joined()
        command = [str(BUSYBOX), "udhcpc", "-f", "-i", "sta", "-s", str(script), "-R", *options]
        with scene.world.board.inside():
            client = subprocess.Popen(command, stderr=subprocess.PIPE)
        try:
            bound = (await lines(1))[0].split()
            assert bound == [
                "bound", home["first"], "255.255.255.0", home["address"], home["address"],
                "3600", home["address"],
            ]  # fmt: skip
            leases = (await scene.ask("leases", name=home["name"]))["leases"]
            assert [(each["mac"], each["address"]) for each in leases] == [(MAC, home["first"])]
            await scene.board.address("sta", home["first"], 24)
            client.send_signal(10)  # SIGUSR1: renew
            assert (await lines(2))[1].split()[:2] == ["renew", home["first"]]
        finally:
            client.terminate()
            await asyncio.to_thread(client.wait)

    play(scene)


@pytest.mark.skipif(DNSMASQ is None, reason="no dnsmasq here to give our station a lease")
def test_a_station_gets_a_lease_of_dnsmasq(tmp_path: Path) -> None:
    async def scene(scene: Scene) -> None:
        await scene.softap()
        command = [
            str(DNSMASQ), "--no-daemon", "--no-ping", "--conf-file=/dev/null", "--port=0",
            "--interface=ap", "--bind-interfaces", "--user=root", "--group=root",
            "--dhcp-range=192.168.4.20,192.168.4.30,600", f"--dhcp-leasefile={tmp_path / 'leases'}",
        ]  # fmt: skip
        with scene.world.board.inside():
            server = subprocess.Popen(command, stderr=subprocess.PIPE)
        try:
            name = (await scene.ask("station", mac=""))["name"]
            joined = {
                "ssid": b"ESP_000001".hex(),
                "password": b"12345678".hex(),
                "within_s": IN_TIME_S,
            }
            assert (await scene.ask("station-join", name=name, **joined))["refused"] == ""
            lease = (await scene.ask("station-lease", name=name, within_s=IN_TIME_S))["lease"]
            assert (lease["server"], lease["seconds"]) == ("192.168.4.1", 600)
            held = (tmp_path / "leases").read_text()
            assert lease["address"] in held
            await scene.ask("station-release", name=name)
            async with asyncio.timeout(IN_TIME_S):
                while lease["address"] in (tmp_path / "leases").read_text():
                    await asyncio.sleep(0.02)
        finally:
            server.terminate()
            words = (await asyncio.to_thread(server.communicate))[1].decode()
        assert "DHCPRELEASE" in words, words

    play(scene)
