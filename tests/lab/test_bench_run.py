"""A whole run at a bench: a board on a line, an access point that is a device of its own.

The board is an emulator: without a radio, where what counts is what is written down of a join that
cannot succeed, or in an air where a bridge of the test's is the access point.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from rooms import plug_in_an_access_point

from rigs.lab.air import AccessPoint
from rigs.lab.board import Board
from rigs.lab.machines import Machines
from rigs.lab.world import World
from tests.lab.worlds import in_a_world
from tests.rigs.whole_runs import PLAIN

ROOT = Path(__file__).parents[2]
#: Both have to be escaped in a command.
SECRET = 'zy,xqwv"99'
PIXIT = f"""
[network]
ssid = "bench-7"
password = {json.dumps(SECRET)}
bssid = "f4:f2:6d:00:00:01"
channel = 6
address = "192.168.8.1"
interface = "lan0"
[timing]
join_s = 10.0
"""
#: A join, and what purposes make of a password that is to be wrong.
REQUIREMENTS = ("4.1.5/CWJAP_CUR/set/01", "4.1.5/CWJAP_CUR/set/16")
FILE = "suites/wifi/test_cwjap_on_air.py"


async def started(*command: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", *command, cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


def test_a_run_tells_of_its_bench_and_never_the_password(tmp_path: Path) -> None:
    pixit, line, report = (tmp_path / name for name in ("pixit.toml", "line", "report"))
    pixit.write_text(PIXIT)

    async def test(world: World) -> None:
        await world.links.bridge("lan0", "02:00:5e:77:00:01")
        await world.links.address("lan0", "192.168.8.2", 24)
        router = await world.of(Machines).add(0x40)
        await router.settle("192.168.8.1", 24)
        await world.links.enslave(router.wire, "lan0")
        await router.plugged(world.links)
        board = await started("rigs.emulator", "--pty", "--link", str(line))
        assert board.stdout is not None
        await board.stdout.readline()
        try:
            run = await started(
                "pytest", f"--rig={line}", f"--pixit={pixit}", f"--report-dir={report}",
                *PLAIN, "-p", "no:cacheprovider", FILE, *(f"--req={each}" for each in REQUIREMENTS),
            )  # fmt: skip
            said = (await run.communicate())[0].decode()
        finally:
            board.terminate()
            await board.wait()
        await world.links.remove("lan0")
        check(said, report, router.mac)
        # Asterisks are what the stored lab tells of the password, and what is sent of it.
        again = tmp_path / "again"
        run = await started(
            "pytest", f"--rig=replay:{report}", f"--report-dir={again}",
            *PLAIN, "-p", "no:cacheprovider", FILE, *(f"--req={each}" for each in REQUIREMENTS),
        )  # fmt: skip
        said = (await run.communicate())[0].decode()
        assert verdicts(again) == verdicts(report), said

    in_a_world(test)


def verdicts(report: Path) -> dict[str, str]:
    results = json.loads((report / "results.json").read_text())
    return {each["id"]: each["verdict"] for each in results["purposes"]}


def test_a_board_is_judged_by_what_passes_the_bench_s_interface(tmp_path: Path) -> None:
    pixit, line, report = (tmp_path / name for name in ("pixit.toml", "line", "report"))
    pixit.write_text(PIXIT)

    async def test(world: World) -> None:
        await plug_in_an_access_point(world.links)
        await world.links.address("lan0", "192.168.8.1", 24)
        await world.air.open(
            AccessPoint(
                "bench", b"bench-7", SECRET.encode(), "wpa2", "f4:f2:6d:00:00:01", 6, -61, False,
                "lan0", "02:00:5e:77:00:01", "192.168.8.1", "255.255.255.0", "", "",
            )
        )  # fmt: skip
        board, _ = await Board.start(["--pty", "--link", str(line)], [], world.board, world.air)
        try:
            run = await started(
                "pytest", f"--rig={line}", f"--pixit={pixit}", f"--report-dir={report}",
                *PLAIN, "-p", "no:cacheprovider",
                "suites/wifi/test_mdns_on_air.py", "-k", "server_name and not in_use",
            )  # fmt: skip
            said = (await run.communicate())[0].decode()
        finally:
            await board.stop()
        await world.links.remove("lan0")
        assert set(verdicts(report).values()) == {"pass"}, said
        assert list(report.glob("captures/*.pcapng")), said

    in_a_world(test)


def check(said: str, report: Path, router: str) -> None:
    results = json.loads((report / "results.json").read_text())
    assert results["run"]["pixit"]["network"]["password"] == "(secret)", said
    written = {path: path.read_text(errors="replace") for path in report.rglob("*.*")}
    transcripts = "".join(text for path, text in written.items() if path.suffix == ".jsonl")
    # The access point was told of, and a join was tried.
    assert router in transcripts, said
    assert 'AT+CWJAP_CUR=\\"bench-7\\",\\"****' in transcripts, said
    for text in (*written.values(), said):
        for form in ("xqwv", "XQWV", b"xqwv".hex()):
            assert form not in text
