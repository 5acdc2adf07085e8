"""Clauses 5.2.4 and 5.2.5: what AT+CIPSEND=... and AT+CIPSENDEX=... have in common.

The links are UDP links that need no peer; what arrives there is not seen.
"""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import Verbatim, execute, set_
from suites.inuse import again
from suites.malformed import outside, wrong_shapes
from suites.tcpip.net import (
    IDS,
    OTHER_PEER,
    ask,
    be_asked,
    case,
    is_refused,
    open_udp,
    parameter_of,
    require_one,
    shaped,
    udp,
    with_value,
)
from suites.tcpip.udp import REMOTE_PORT

COMMANDS = load_edition().commands
BOTH = ("CIPSEND", "CIPSENDEX")

#: Every byte value; of AT+CIPSENDEX without those that it could read as its sign (ruling R-81).
EVERY_BYTE = {
    "CIPSEND": bytes(range(256)),
    "CIPSENDEX": bytes(byte for byte in range(256) if byte not in b"\\\x00"),
}

#: What looks like something else than data, each with its name.
STRANGE = {
    "line-ends": b"\r\n\r\n",
    "command": b"AT\r\n",
    "restart": b"AT+RST\r\n",
    "plus": b"+++",
    "prompt": b"> > ",
}

LENGTHS = [1, 2, 3, 10, 255, 256, 257, 1000, 1460, 1472, 1473, 2047]
#: How much of how many bytes is sent before the rest.
PARTS = [(1, 2), (9, 10), (255, 256), (2047, 2048)]


def cases(code, number, values=((),)):
    """A case for both commands and each of `values`; verifies `set/number`."""
    rows = [each if isinstance(each, tuple) else (each,) for each in values]
    return [
        case(COMMANDS[name], code, f"set/{number}", "-".join(map(str, row)) or "one", *row)
        for name in BOTH
        for row in rows
    ]


def cases_of_lines(code, number, lines):
    """A case for both commands and each named line of `lines(command)`; verifies `set/number`."""
    return [
        case(COMMANDS[name], code, f"set/{number}", key, line)
        for name in BOTH
        for key, line in lines(COMMANDS[name])
    ]


def data(length):
    """`length` bytes in which no place looks like the next."""
    return bytes(ord("a") + place % 26 for place in range(length))


# The prompt


@pytest.mark.parametrize(("name", "length"), cases("BV-01", "01", [1, 10, 1000]))
def test_data_is_asked_for(single, name, length):
    """With CIPMUX=0 and a link open a length is answered with the prompt."""
    open_udp(single)

    ask(single, set_(name, length)).asks_for_data()
    single.afterwards(lambda: single.give(data(length)))


@pytest.mark.parametrize(("name", "link"), cases("BV-02", "02", IDS))
def test_data_for_a_link_is_asked_for(multi, name, link):
    """With CIPMUX=1 the ID of an open link and a length are answered with the prompt."""
    open_udp(multi, link)

    ask(multi, set_(name, link, 10)).asks_for_data()
    multi.afterwards(lambda: multi.give(data(10)))


@pytest.mark.parametrize(("name", "link"), cases("BV-03", "02", [1, 3]))
def test_data_for_one_of_two_links_is_asked_for(multi, name, link):
    """With two links open each of them can be sent to."""
    open_udp(multi, 1, 3)

    ask(multi, set_(name, link, 10)).asks_for_data()
    multi.afterwards(lambda: multi.give(data(10)))


# The data


@pytest.mark.parametrize(("name", "length"), cases("BV-04", "03", LENGTHS))
def test_as_many_bytes_as_told_are_sent(single, name, length):
    """When as many bytes have come as were announced, SEND OK follows."""
    open_udp(single)
    be_asked(single, set_(name, length))

    single.give(data(length)).is_sent()


@pytest.mark.parametrize(("name", "link"), cases("BV-05", "03", IDS))
def test_as_many_bytes_as_told_are_sent_over_a_link(multi, name, link):
    """With CIPMUX=1, too, SEND OK follows when the length is met."""
    open_udp(multi, link)
    be_asked(multi, set_(name, link, 10))

    multi.give(data(10)).is_sent()


@pytest.mark.parametrize(("name", "part", "length"), cases("BV-06", "04", PARTS))
def test_fewer_bytes_are_waited_on(single, name, part, length):
    """With a part of the bytes no result comes; with the last one SEND OK."""
    open_udp(single)
    be_asked(single, set_(name, length))
    single.give_part(data(length)[:part]).gives_no_result()

    single.give(data(length)[part:]).is_sent()


@pytest.mark.parametrize(("name", "look"), cases("BV-07", "05", STRANGE))
def test_data_is_data_whatever_it_looks_like(single, name, look):
    """Line ends, commands and +++ count as data; SEND OK follows."""
    open_udp(single)
    be_asked(single, set_(name, len(STRANGE[look])))

    single.give(STRANGE[look]).is_sent()


@pytest.mark.parametrize("name", cases("BV-13", "05"))
def test_every_byte_is_data(single, name):
    """Every byte value counts as data; SEND OK follows."""
    open_udp(single)
    be_asked(single, set_(name, len(EVERY_BYTE[name])))

    single.give(EVERY_BYTE[name]).is_sent()


@pytest.mark.parametrize(("name", "length"), cases("BV-08", "06", [2048]))
def test_the_greatest_length_is_sent(single, name, length):
    """Lengths up to 2048 are asked for and answered SEND OK."""
    open_udp(single)
    ask(single, set_(name, length)).asks_for_data()

    single.give(data(length)).is_sent()


@pytest.mark.parametrize(("name", "cipmux"), cases("BV-09", "12", ["single", "multi"]))
def test_a_peer_can_be_named(request, name, cipmux):
    """Behind the length a remote IP and port may stand; data is asked for and sent."""
    session = request.getfixturevalue(cipmux)
    link = () if cipmux == "single" else (2,)
    session.prepare(udp(*link, mode=2))
    ask(session, set_(name, *link, 5, OTHER_PEER, REMOTE_PORT)).asks_for_data()

    session.give(data(5)).is_sent()


@pytest.mark.parametrize("name", cases("BV-10", "16"))
def test_commands_are_taken_again(single, name):
    """After SEND OK AT is answered OK."""
    open_udp(single)
    be_asked(single, set_(name, 5))
    single.give(data(5)).is_sent()

    single.responds()


@pytest.mark.parametrize("name", cases("BV-11", "16"))
def test_the_link_is_still_open(single, name):
    """After SEND OK the link is open, and can be sent to again."""
    open_udp(single)
    be_asked(single, set_(name, 5))
    single.give(data(5)).is_sent()
    require_one(single)

    ask(single, set_(name, 5)).asks_for_data()
    single.afterwards(lambda: single.give(data(5)))


@pytest.mark.parametrize(("name", "surplus"), cases("BV-12", "17", ["z", "zz", "z" * 100]))
def test_more_bytes_do_not_hold_up_what_was_told(single, name, surplus):
    """With bytes beyond the length SEND OK follows all the same."""
    open_udp(single)
    be_asked(single, set_(name, 5))
    exchange = single.give(data(5) + surplus.encode())
    single.close_line()

    exchange.is_sent()


# What is refused


def lengths_out_of_bounds(command):
    """Lines with a length that is too great, or none at all."""
    values = [4096, -1, -2048, *outside(parameter_of(command, "length"))]
    return [(value, set_(command.name, value)) for value in values]


@pytest.mark.parametrize(("name", "line"), cases_of_lines("BI-01", "07", lengths_out_of_bounds))
def test_another_length_is_refused(single, name, line, refused):
    """With a link open a length over 2048 or under 0 is refused."""
    open_udp(single)

    refused(ask(single, line))


@pytest.mark.parametrize("name", cases("BI-02", "08"))
def test_without_a_link_nothing_is_sent(single, name):
    """With CIPMUX=0 and no link open a length is answered ERROR."""
    is_refused(ask(single, set_(name, 5)))


@pytest.mark.parametrize(("name", "link"), cases("BI-03", "08", IDS))
def test_without_links_nothing_is_sent(multi, name, link):
    """With CIPMUX=1 and no link open link ID and length are answered ERROR."""
    is_refused(ask(multi, set_(name, link, 5)))


@pytest.mark.parametrize("name", cases("BI-04", "08"))
def test_over_a_closed_link_nothing_is_sent(single, name):
    """After AT+CIPCLOSE a length is answered ERROR."""
    open_udp(single)
    single.prepare(execute("CIPCLOSE"))

    is_refused(ask(single, set_(name, 5)))


@pytest.mark.parametrize(("name", "link"), cases("BI-05", "09", [0, 1, 3, 4]))
def test_over_another_link_nothing_is_sent(multi, name, link):
    """With link 2 open the ID of another one is answered ERROR."""
    open_udp(multi, 2)

    is_refused(ask(multi, set_(name, link, 5)))


def ids_out_of_bounds(command):
    """Lines with an ID that no link can have."""
    ids = outside(parameter_of(command, "link-id"))
    return [(link, set_(command.name, link, 5)) for link in ids]


@pytest.mark.parametrize(("name", "line"), cases_of_lines("BI-06", "10", ids_out_of_bounds))
def test_another_link_id_is_refused(multi, name, line, refused):
    """With link 0 open an ID outside 0 to 4 is refused."""
    open_udp(multi, 0)

    refused(ask(multi, line))


@pytest.mark.parametrize("name", cases("BI-07", "93"))
def test_what_becomes_of_an_id_with_a_single_link(single, requirement, name):
    """With CIPMUX=0 and a UDP link open an ID before the length is taken, or refused (R-77)."""
    open_udp(single)
    exchange = ask(single, set_(name, 0, 5))
    if exchange.prompted:
        single.give(b"hello").is_sent()

    what = "taken" if exchange.prompted else exchange.ending
    requirement.observes(f"{COMMANDS[name].clause}/{name}/set/93", what)


@pytest.mark.parametrize(("name", "length"), cases("BI-08", "11", [4, 100]))
def test_no_id_with_several_links_is_refused(multi, name, length, refused):
    """With CIPMUX=1 and links 0 and 4 open a length alone is refused."""
    open_udp(multi, 0, 4)

    refused(ask(multi, set_(name, length)))


def bad_shapes(command):
    """Lines for a single link that have too little, too much or the wrong thing."""
    short = shaped(command, length=5)
    long = shaped(command, length=5, remote_ip=OTHER_PEER, remote_port=REMOTE_PORT)
    yield "ip-alone", set_(command.name, 5, OTHER_PEER)
    yield "ip-and-no-port", set_(command.name, 5, OTHER_PEER, Verbatim(b""))
    yield from wrong_shapes(short)
    yield from ((f"long-{key}", line) for key, line in wrong_shapes(long) if "length" in key)
    yield from ((key, line) for key, line in wrong_shapes(long) if key.startswith("remote-port"))
    yield "long-one-more", set_(command.name, 5, OTHER_PEER, REMOTE_PORT, 0)


@pytest.mark.parametrize(("name", "line"), cases_of_lines("BI-09", "13", bad_shapes))
def test_a_wrong_shape_is_refused(single, name, line, refused):
    """With a link open a line that lacks something or has too much is refused."""
    open_udp(single)

    refused(ask(single, line))


def no_ports(command):
    """Lines with a remote port that is none; 0 is free (ruling R-75)."""
    line = shaped(command, length=5, remote_ip=OTHER_PEER, remote_port=REMOTE_PORT)
    ports = [port for port in outside(parameter_of(command, "remote-port")) if port != 0]
    return [(port, with_value(line, "remote-port", port)) for port in ports]


@pytest.mark.parametrize(("name", "line"), cases_of_lines("BI-10", "14", no_ports))
def test_what_is_no_port_is_refused(single, name, line, refused):
    """With a link open a remote port that is no port number is refused."""
    open_udp(single)

    refused(ask(single, line))


def refused_lines(command):
    """Lines that are refused with CIPMUX=0 and a link open."""
    return [
        ("too-long", set_(command.name, 2049)),
        ("no-number", set_(command.name, Verbatim(b"x"))),
    ]


@pytest.mark.parametrize(("name", "line"), cases_of_lines("BI-11", "15", refused_lines))
def test_after_a_refusal_commands_are_taken(single, name, line):
    """After a line that has to be refused AT is answered OK."""
    open_udp(single)
    ask(single, line)

    single.responds()


@pytest.mark.parametrize("name", cases("BI-12", "15"))
def test_after_a_refusal_without_a_link_commands_are_taken(single, name):
    """After a length without a link AT is answered OK."""
    ask(single, set_(name, 5))

    single.responds()


# The same of an IUT in use

globals().update(
    again(
        test_data_is_asked_for,
        test_as_many_bytes_as_told_are_sent,
        test_as_many_bytes_as_told_are_sent_over_a_link,
        test_another_length_is_refused,
        test_without_a_link_nothing_is_sent,
        test_a_wrong_shape_is_refused,
        test_another_link_id_is_refused,
        test_what_becomes_of_an_id_with_a_single_link,
        test_no_id_with_several_links_is_refused,
        test_what_is_no_port_is_refused,
        test_data_is_data_whatever_it_looks_like,
    )
)
