"""The air: whom a station finds and may join, what is written down, and what a board hears."""

import asyncio
import hashlib

import pytest

from rigs.lab.air import SoftAp, Wish
from rigs.lab.questions import Cannot, handler_of
from rigs.lab.secrets import opens
from tests.lab.worlds import IN_TIME_S, in_a_world

MAC, GUEST = "02:00:00:00:00:01", "02:00:00:00:00:02"


class Board:
    """What the air told a board, in order."""

    def __init__(self, world):
        self.heard = []
        self.air = world.air
        self.air.say = self.heard.append
        self._wishes = 0

    async def join(self, ssid, password=b"", bssid=""):
        self._wishes += 1
        await self.air.join(Wish(self._wishes, MAC, ssid, password, bssid))

    @property
    def told(self):
        """All that it was told but the beacons: what, and of whom or why."""
        return [
            (each["told"], each.get("why") or each.get("access_point", {}).get("bssid", ""))
            for each in self.heard
            if each["told"] != "beacons"
        ]

    @property
    def beacons(self):
        """The BSSIDs of those that it can hear now."""
        last = [each for each in self.heard if each["told"] == "beacons"][-1]
        return [each["bssid"] for each in last["beacons"]]


async def ask(world, question, **arguments):
    return await handler_of(question)(world, arguments)


async def access_point(world, ssid, password=b"", **more):
    given = {
        "ssid": ssid.hex(), "password": password.hex(), "channel": 6, "rssi": -50,
        "security": "wpa2" if password else "open", "hidden": False, "bssid": "", "dhcp": False,
    }  # fmt: skip
    return await ask(world, "access-point", **(given | more))


def log(world):
    return [(each.what, each.access_point, each.why) for each in world.air.log]


def test_the_strongest_of_equal_names_is_joined():
    async def test(world):
        board = Board(world)
        for rssi in (-70, -40, -60):
            await access_point(world, b"net", rssi=rssi)
        await board.join(b"net")
        assert log(world) == [("joined", "ap2", "")]
        assert board.told == [("connected", world.air.access_points["ap2"].bssid)]

    in_a_world(test)


def test_who_names_a_bssid_joins_that_one_though_another_is_stronger():
    async def test(world):
        board = Board(world)
        await access_point(world, b"net", rssi=-40)
        await access_point(world, b"net", rssi=-70, bssid="02:AA:00:00:00:01")
        await board.join(b"net", bssid="02:aa:00:00:00:01")
        await board.join(b"net", bssid="02:aa:00:00:00:02")
        assert log(world) == [
            ("joined", "ap2", ""), ("left", "ap2", "asked"), ("refused", "", "not-found"),
        ]  # fmt: skip

    in_a_world(test)


def test_a_hidden_one_is_told_as_such_and_found_by_its_name():
    async def test(world):
        board = Board(world)
        await access_point(world, b"secret", hidden=True)
        assert [each["hidden"] for each in board.heard[-1]["beacons"]] == [True]
        await board.join(b"")
        await board.join(b"secret")
        assert log(world) == [("refused", "", "not-found"), ("joined", "ap1", "")]

    in_a_world(test)


def test_a_wrong_password_is_refused_and_the_wire_stays_unplugged():
    async def test(world):
        board = Board(world)
        await access_point(world, b"net", b"12345678")
        await board.join(b"net", b"12345679")
        assert log(world) == [("refused", "ap1", "wrong-password")]
        assert board.told == [("refused", "wrong-password")]
        assert await master(world, "sta-air") is None

    in_a_world(test)


async def master(world, name):
    """The bridge that an interface is plugged into, by its number; None if it is in none."""
    (link,) = await world.links._netlink.link("get", index=await world.links.index(name))
    return link.get("master")


def test_the_wire_is_in_the_bridge_of_the_one_that_is_joined_and_nowhere_afterwards():
    async def test(world):
        board = Board(world)
        await access_point(world, b"net")
        await board.join(b"net")
        assert await master(world, "sta-air") == await world.links.index("ap1")
        await board.air.leave()
        assert await master(world, "sta-air") is None
        assert log(world)[-1] == ("left", "ap1", "asked")
        assert board.told[-1][0] == "connected"  # who leaves is not told that he lost it

    in_a_world(test)


def test_a_wish_stands_until_the_access_point_is_there_and_while_it_is_gone():
    async def test(world):
        board = Board(world)
        await board.join(b"net")
        there = (await access_point(world, b"net"))["name"]
        await ask(world, "access-point-off", name=there)
        assert board.beacons == []
        await ask(world, "access-point-on", name=there)
        assert [what for what, _ in board.told] == ["refused", "connected", "lost", "connected"]
        assert log(world) == [
            ("refused", "", "not-found"), ("joined", "ap1", ""), ("left", "ap1", "gone"),
            ("joined", "ap1", ""),
        ]  # fmt: skip
        assert (await ask(world, "members", name=there))["macs"] == [MAC]

    in_a_world(test)


def test_who_loses_one_joins_the_next_of_that_name():
    async def test(world):
        board = Board(world)
        await access_point(world, b"net", rssi=-40)
        await access_point(world, b"net", rssi=-60)
        await board.join(b"net")
        await ask(world, "access-point-off", name="ap1")
        assert [name for _, name, _ in log(world)] == ["ap1", "ap1", "ap2"]

    in_a_world(test)


def test_a_refusal_is_told_once_though_other_access_points_come():
    async def test(world):
        board = Board(world)
        await access_point(world, b"net", b"12345678")
        await board.join(b"net", b"wrong-one")
        await access_point(world, b"other")
        assert board.told == [("refused", "wrong-password")]

    in_a_world(test)


def test_the_log_is_waited_for_and_is_of_the_purpose_and_of_the_station_that_is_asked_for():
    async def test(world):
        board = Board(world)
        await access_point(world, b"net")
        waiting = asyncio.create_task(
            ask(world, "associations", count=1, within_s=20, station=MAC.upper())
        )
        await asyncio.sleep(0)
        await board.join(b"net")
        (line,) = (await waiting)["associations"]
        assert (line["what"], line["station"]) == ("joined", MAC)
        other = await ask(world, "associations", count=1, within_s=0.01, station=GUEST)
        assert other["associations"] == []
        await world.begin("TP/next", None, "")
        assert log(world) == []
        assert [what for what, _ in board.told] == ["connected", "lost"]
        assert board.beacons == []

    in_a_world(test)


def test_what_no_access_point_can_be_is_refused():
    async def test(world):
        for wrong in (
            {"ssid": ""},
            {"ssid": "41" * 33},
            {"security": "wpa9"},
            {"password": "41" * 65},
        ):
            given = {"ssid": "41", "password": "", "security": "open"} | wrong
            with pytest.raises(Cannot):
                await access_point(
                    world, bytes.fromhex(given["ssid"]), bytes.fromhex(given["password"]),
                    security=given["security"],
                )  # fmt: skip

    in_a_world(test)


# The softAP and its guests

SOFTAP = SoftAp(MAC, b"mine", b"12345678", "wpa2", 6, False)


async def knocking(world, answers, **more):
    """A second station knocks, and the board answers what it is told to."""
    board = Board(world)
    board.answers = list(answers)

    def say(message):
        board.heard.append(message)
        if message["told"] == "knock" and board.answers:
            answer = world.air.answered(message["station"], board.answers.pop(0))
            board.answering = asyncio.create_task(answer)

    world.air.say = say
    await world.links.veth("s1-air", "s1")
    return board


def test_a_guest_is_in_when_the_firmware_admits_it():
    async def test(world):
        board = await knocking(world, [True])
        await world.air.softap_is(SOFTAP)
        assert await world.air.admit(GUEST, b"mine", b"12345678", "s1-air", IN_TIME_S) == ""
        assert await master(world, "s1-air") == await world.links.index("softap")
        assert [what for what, _ in board.told] == ["knock", "guest"]
        await world.air.out(GUEST)
        assert await master(world, "s1-air") is None
        assert log(world) == [("joined", "softap", ""), ("left", "softap", "asked")]
        assert board.told[-1][0] == "gone"

    in_a_world(test)


@pytest.mark.parametrize(
    ("ssid", "password", "answers", "why"),
    [
        (b"other", b"12345678", [True], "not-found"),
        (b"mine", b"wrong-one", [True], "wrong-password"),
        (b"mine", b"12345678", [False], "full"),
        (b"mine", b"12345678", [], "forbidden"),
    ],
)
def test_a_guest_is_refused_with_a_reason(ssid, password, answers, why):
    async def test(world):
        await knocking(world, answers)
        await world.air.softap_is(SOFTAP)
        assert await world.air.admit(GUEST, ssid, password, "s1-air", 0.2) == why
        assert world.air.guests == {}
        assert log(world) == [("refused", "" if why == "not-found" else "softap", why)]
        assert await master(world, "s1-air") is None

    in_a_world(test)


@pytest.mark.parametrize("now", [None, SoftAp(MAC, b"yours", b"12345678", "wpa2", 6, False)])
def test_a_softap_that_goes_while_a_guest_knocks_is_not_found(now):
    async def test(world):
        await knocking(world, [])
        await world.air.softap_is(SOFTAP)
        joining = asyncio.create_task(
            world.air.admit(GUEST, b"mine", b"12345678", "s1-air", within_s=30.0)
        )
        await asyncio.sleep(0)
        await world.air.softap_is(now)
        assert await joining == "not-found"
        assert world.air.guests == {}

    in_a_world(test)


def test_an_answer_to_nobody_s_knock_is_forgotten():
    async def test(world):
        await knocking(world, [])
        await world.air.softap_is(SOFTAP)
        await world.air.answered(GUEST, yes=True)
        assert await world.air.admit(GUEST, b"mine", b"12345678", "s1-air", 0.2) == "forbidden"

    in_a_world(test)


@pytest.mark.parametrize("change", ["off", "another name", "the board is gone"])
def test_guests_are_out_when_the_softap_is_another_one_or_none(change):
    async def test(world):
        await knocking(world, [True])
        await world.air.softap_is(SOFTAP)
        await world.air.admit(GUEST, b"mine", b"12345678", "s1-air", IN_TIME_S)
        if change == "off":
            await world.air.softap_is(None)
        elif change == "another name":
            await world.air.softap_is(SoftAp(MAC, b"yours", b"12345678", "wpa2", 6, False))
        else:
            await world.air.board_is_gone()
        assert world.air.guests == {}
        assert log(world)[-1] == ("left", "softap", "gone")
        assert await master(world, "s1-air") is None

    in_a_world(test)


def test_a_softap_that_is_told_again_as_it_was_keeps_its_guests():
    async def test(world):
        await knocking(world, [True])
        await world.air.softap_is(SOFTAP)
        await world.air.admit(GUEST, b"mine", b"12345678", "s1-air", IN_TIME_S)
        await world.air.softap_is(SOFTAP)
        assert list(world.air.guests) == [GUEST]

    in_a_world(test)


# Passwords

KEY = hashlib.pbkdf2_hmac("sha1", b"passphrase", b"net", 4096, 32).hex().encode()


@pytest.mark.parametrize(
    ("security", "password", "given", "may"),
    [
        ("open", b"", b"", True),
        ("open", b"", b"anything", True),
        ("wpa2", b"passphrase", b"passphrase", True),
        ("wpa2", b"passphrase", b"Passphrase", False),
        ("wpa2", b"passphrase", b"", False),
        ("wpa2", b"passphrase", KEY, True),
        ("wpa2", b"passphrase", KEY.upper(), True),
        ("wpa2", b"passphrase", KEY[:-1], False),
        ("wpa2", b"passphrase", b"z" * 64, False),
        ("wpa2", b"z" * 64, b"z" * 64, True),
        ("wpa", KEY, b"passphrase", True),
        ("wpa-wpa2", KEY, KEY.upper(), True),
        ("wep", b"abcde", b"abcde", True),
        ("wep", b"abcde", b"6162636465", True),
        ("wep", b"6162636465", b"abcde", True),
        ("wep", b"abcde", b"abcdE", False),
        ("wep", b"abcde", b"616263646500", False),
    ],
)
def test_a_password_opens_what_it_belongs_to(security, password, given, may):
    assert opens(security, b"net", password, given) is may
