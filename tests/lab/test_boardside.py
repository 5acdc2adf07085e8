"""What a board says of its radio: what is right has its effect, what is wrong has none."""

import asyncio
import json
import socket

import pytest

from rigs.lab.air import Listening, SoftAp, Wish
from rigs.lab.boardside import BoardSide
from rigs.lab.channel import Channel
from rigs.lab.clock import HarnessClock

MAC = "18:fe:34:00:00:01"
LONGEST = 1 << 16

JOIN = {"do": "join", "wish": 1, "mac": MAC, "ssid": "6e6574", "password": "", "bssid": None}
SOFTAP = {
    "do": "softap", "on": True, "mac": MAC, "ssid": "6e6574", "password": "", "security": "open",
    "channel": 1, "hidden": False,
}  # fmt: skip
LISTEN = {"do": "listen", "way": "WPS", "kind": 0}


class Noted:
    """An air that notes what is asked of it."""

    def __init__(self):
        self.say, self.done = None, []
        self.clock = HarnessClock()

    def tell_beacons(self):
        self.say({"told": "beacons", "beacons": []})

    def __getattr__(self, name):
        async def note(*arguments):
            self.done.append((name, *arguments))

        return note


def heard(*lines):
    """What became of these lines: the air, and the complaints."""

    async def hear():
        ours, theirs = socket.socketpair()
        air = Noted()
        side = BoardSide(air, await Channel.on(ours, LONGEST))
        hearing = asyncio.create_task(side.hear())
        with theirs:
            theirs.setblocking(False)
            loop = asyncio.get_running_loop()
            for line in lines:
                await loop.sock_sendall(theirs, line)
            theirs.shutdown(socket.SHUT_WR)
            await asyncio.wait_for(hearing, 20)
        await asyncio.sleep(0)  # for the transport to be closed
        return air, side.complaints

    return asyncio.run(hear())


def line(message):
    return json.dumps(message).encode() + b"\n"


@pytest.mark.parametrize(
    ("message", "done"),
    [
        (JOIN, ("join", Wish(1, MAC, b"net", b"", ""))),
        (
            JOIN | {"mac": MAC.upper(), "bssid": MAC.upper(), "password": "00ff"},
            ("join", Wish(1, MAC, b"net", b"\x00\xff", MAC)),
        ),
        (
            {"do": "hello", "station": MAC, "softap": "1A:FE:34:00:00:01"},
            ("board_is", {"station": MAC, "softap": "1a:fe:34:00:00:01"}),
        ),
        ({"do": "leave"}, ("leave",)),
        (SOFTAP, ("softap_is", SoftAp(MAC, b"net", b"", "open", 1, False))),
        ({"do": "softap", "on": False}, ("softap_is", None)),
        ({"do": "admit", "station": MAC, "yes": False}, ("answered", MAC, False)),
        (LISTEN, ("listens", Listening("WPS", 0))),
        ({"do": "hush"}, ("listens", None)),
    ],
)
def test_what_the_board_says_is_done_and_its_end_is_told(message, done):
    air, complaints = heard(line(message))
    assert air.done == [done, ("board_is_gone",)]
    assert complaints == []


WRONG = [
    b"\n",
    b"\xff\xfe\n",
    b"7\n",
    b"null\n",
    b'["join"]\n',
    b"{}\n",
    b"[" * 50_000 + b"\n",
    b'{"do": "join", "wish": ' + b"9" * 5_000 + b"}\n",
    b"x" * (3 * LONGEST) + b"\n",
    line({"do": None}),
    line({"do": ["join"]}),
    line({"do": "__init__"}),
    line({"do": "join"}),
    *(
        line(JOIN | wrong)
        for wrong in (
            {"wish": True}, {"wish": 1.5}, {"wish": 1 << 40}, {"mac": ""}, {"mac": MAC + ":00"},
            {"mac": 7}, {"mac": MAC + "\n"}, {"ssid": "6"}, {"ssid": None}, {"ssid": "zz"},
            {"ssid": "00" * 5000}, {"password": ["00"]}, {"bssid": "nobody"}, {"bssid": 0},
        )
    ),
    *(
        line(SOFTAP | wrong)
        for wrong in (
            {"on": 1}, {"security": "wpa3"}, {"security": ["open"]}, {"channel": "1"},
            {"hidden": 0}, {"mac": None},
        )
    ),
    line({"do": "admit", "station": MAC, "yes": "yes"}),
    line(LISTEN | {"way": "shouting"}),
    line(LISTEN | {"kind": {}}),
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_a_line_that_is_wrong_has_no_effect_and_the_next_one_has(wrong):
    air, complaints = heard(wrong, line({"do": "hush"}))
    assert air.done == [("listens", None), ("board_is_gone",)]
    assert len(complaints) == 1
    assert len(complaints[0]) < 500


def test_a_line_that_is_cut_short_is_no_line():
    air, complaints = heard(b'{"do": "hush"}')
    assert air.done == [("board_is_gone",)]
    assert complaints == []


def test_complaints_are_bounded():
    _, complaints = heard(b"x\n" * 1000)
    assert len(complaints) == 20


def test_a_board_that_reads_nothing_is_cut_off_and_does_not_hold_up_the_lab():
    async def shout():
        ours, theirs = socket.socketpair()
        channel = await Channel.on(ours, LONGEST)
        with theirs:
            for _ in range(100):
                channel.say({"told": "x" * 1_000_000})
            async for _ in channel.messages():
                raise AssertionError("nobody said anything")
        channel.close()
        await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(shout(), 20))


def test_all_that_the_board_has_said_is_done_before_a_question_is_answered():
    async def ask():
        ours, theirs = socket.socketpair()
        air = Noted()
        side = BoardSide(air, await Channel.on(ours, LONGEST))
        hearing = asyncio.create_task(side.hear())
        with theirs:
            said = [line(JOIN | {"wish": number}) for number in range(500)]
            # A line that has only begun holds up nobody.
            theirs.send(b"".join(said) + b'{"do": "hu')
            await asyncio.wait_for(side.caught_up(), 20)
            wishes = [wish.number for what, wish in air.done]
        await asyncio.wait_for(hearing, 20)
        await asyncio.sleep(0)
        return wishes

    assert asyncio.run(ask()) == list(range(500))


@pytest.mark.parametrize("error", [KeyError("x"), LookupError("no interface ap1"), OSError(105)])
def test_what_the_air_itself_cannot_do_is_a_failure_of_the_lab_and_it_hears_on(error):
    class Broken(Noted):
        async def join(self, wish):
            raise error

    async def hear():
        ours, theirs = socket.socketpair()
        air = Broken()
        side = BoardSide(air, await Channel.on(ours, LONGEST))
        with theirs:
            theirs.send(line(JOIN) + line({"do": "hush"}))
            theirs.shutdown(socket.SHUT_WR)
            await asyncio.wait_for(side.hear(), 20)
        await asyncio.sleep(0)
        return air, side

    air, side = asyncio.run(hear())
    assert side.failure == f"the air failed at join: {error!r}"
    assert side.complaints == []
    assert air.done == [("listens", None), ("board_is_gone",)]
