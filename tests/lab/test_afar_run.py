"""Whole runs at a bench whose lab is on another host: judged, stored, played back, interrupted.

The board is an emulator on a line; the lab is in a network of the test's and a time of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from rooms import LAN, ROUTER, plug_in_an_access_point
from test_bench_run import SECRET, started, verdicts

from rigs.lab.air import AccessPoint
from rigs.lab.board import Board
from rigs.lab.world import World
from tests.lab.doors import ADoor, Line
from tests.lab.worlds import in_a_world
from tests.rigs.whole_runs import PLAIN

ELEVEN_DAYS = 1_000_000
PIXIT = """
[network]
ssid = "bench-7"
password = {secret}
bssid = "f4:f2:6d:00:00:01"
channel = 6
address = "192.168.8.1"
interface = "lan0"
lab = "127.0.0.1:{port}"
lab_key = "lab.key"
[timing]
join_s = 10.0
"""


async def furnish(world: World) -> None:
    """The host is all that is behind the access point."""
    await plug_in_an_access_point(world.links)
    await world.links.address(LAN, ROUTER, 24)
    await world.air.open(
        AccessPoint(
            "bench", b"bench-7", SECRET.encode(), "wpa2", "f4:f2:6d:00:00:01", 6, -61, False,
            LAN, "02:00:5e:77:00:01", ROUTER, "255.255.255.0", "", "",
        )
    )  # fmt: skip


async def run(*arguments: str, **environment: str) -> str:
    """A run, and what it said."""
    os.environ.update(environment)
    made = await started("pytest", *PLAIN, "-p", "no:cacheprovider", *arguments)
    return (await made.communicate())[0].decode()


def purposes(report: Path) -> dict[str, dict[str, object]]:
    results = json.loads((report / "results.json").read_text())
    return {each["id"]: each for each in results["purposes"]}


def test_a_board_is_judged_by_a_lab_on_another_host_and_again_from_the_stored_run(
    tmp_path: Path,
) -> None:
    pixit, line, report, again = (tmp_path / n for n in ("pixit.toml", "line", "report", "again"))
    chosen = ("suites/wifi/test_mdns_on_air.py", "suites/tcpip/test_ping_on_air.py",
              "-k", "not in_use and (server_name or (host_that_answers and calm and access))",
    )  # fmt: skip

    async def test(world: World) -> None:
        await furnish(world)
        board, _ = await Board.start(["--pty", "--link", str(line)], [], world.board, world.air)
        with contextlib.closing(ADoor(tmp_path, LAN, ahead_s=ELEVEN_DAYS)) as door:
            pixit.write_text(PIXIT.format(secret=json.dumps(SECRET), port=door.port))
            said = await run(f"--rig={line}", f"--pixit={pixit}", f"--report-dir={report}", *chosen)
        await board.stop()
        await world.links.remove(LAN)
        assert set(verdicts(report).values()) == {"pass"}, said
        assert len(verdicts(report)) >= 2
        check(report, tmp_path)
        said = await run(f"--rig=replay:{report}", f"--report-dir={again}", *chosen)
        assert verdicts(again) == verdicts(report), said

    in_a_world(test)


def check(report: Path, folder: Path) -> None:
    """The captures are linked; the address of the lab is told, and neither secret is."""
    linked = [path for each in purposes(report).values() for path in each["evidence"]["captures"]]  # type: ignore[index]
    assert linked
    assert all((report / path).stat().st_size > 500 for path in linked)
    page = (report / "index.html").read_text()
    assert all(f'href="{path}"' in page for path in linked)
    told = json.loads((report / "results.json").read_text())["run"]["pixit"]["network"]
    assert told["lab"].startswith("127.0.0.1:")
    assert (told["lab_key"], told["password"]) == ("lab.key", "(secret)")
    lines = [line for line in (folder / "lab.key").read_text().splitlines() if "---" not in line]
    written = "".join(path.read_text(errors="replace") for path in report.rglob("*.*"))
    assert not [line for line in (*lines, SECRET) if line in written]


DEATHS = {
    "A-asks": ("pass", "as-required"),
    "B-lab-dies": ("error", "lab-failed"),
    "C-fails-when-it-is-dead": ("error", "lab-failed"),
    "D-cut": ("error", "lab-failed"),
    "E-passes-when-it-is-cut": ("error", "lab-failed"),
    "F-asks-again": ("pass", "as-required"),
    "G-fails-when-it-stalls": ("error", "lab-failed"),
    "H-asks-again": ("pass", "as-required"),
    "I-fails": ("fail", "differs"),
    "J-door-dies": ("error", "lab-failed"),
    "K-nobody-there": ("error", "lab-failed"),
}


def test_what_becomes_of_a_lab_on_another_host_is_never_the_iut_s_fault(tmp_path: Path) -> None:
    pixit, line, report, orders = (tmp_path / n for n in ("pixit.toml", "line", "report", "orders"))
    orders.mkdir()

    async def test(world: World) -> None:
        await furnish(world)
        board, _ = await Board.start(["--pty", "--link", str(line)], [], world.board, world.air)
        with (
            contextlib.closing(ADoor(tmp_path, LAN)) as door,
            contextlib.closing(Line(door.port, orders)) as between,
        ):
            pixit.write_text(PIXIT.format(secret=json.dumps(SECRET), port=between.port))
            said = await run(
                f"--rig={line}", f"--pixit={pixit}", f"--report-dir={report}",
                "tests/lab/purposes_afar.py", "suites/basic/test_at.py", "-k", "purposes_afar",
                AFAR_ORDERS=str(orders), AFAR_DOOR=str(door.process.pid),
            )  # fmt: skip
        await board.stop()
        await world.links.remove(LAN)
        told = {
            name.removeprefix("TP/AFAR/"): (each["verdict"], each["reason"])
            for name, each in purposes(report).items()
        }
        assert told == DEATHS, said

    in_a_world(test)
