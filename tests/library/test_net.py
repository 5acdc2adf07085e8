"""What the purposes of clause 5 share: lines for links, links that are told, and the way back."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import execute, set_
from conformance.dialogue import Until
from suites.tcpip.net import (
    Link,
    ask,
    is_refused,
    links_told,
    require_none,
    require_one,
    require_open,
    shaped,
    take_back,
    udp,
    udp_in_brief,
    with_value,
)
from tests.library.made_exchange import exchange, refusal
from tests.library.scripted_session import BOOT, ScriptedPort, session

STATUS = execute("CIPSTATUS")
CIPSTART = load_edition().commands["CIPSTART"]
OK, HEAD = b"\r\nOK\r\n", b"STATUS:3\r\n"
LINK = Link(1, "UDP", "192.168.4.2", 1001, 2002, 0)
LINE = b'+CIPSTATUS:1,"UDP","192.168.4.2",1001,2002,0\r\n'


def status(*lines):
    return exchange(HEAD + b"".join(lines) + OK, STATUS)


# Lines


def test_a_udp_line_has_all_that_it_can_have_or_what_it_must():
    assert udp(3, mode=2).text == b'AT+CIPSTART=3,"UDP","192.168.4.2",1001,2001,2'
    assert udp_in_brief().text == b'AT+CIPSTART="UDP","192.168.4.2",1001'


def test_a_shape_has_the_named_parameters_in_the_order_of_the_document():
    shape = shaped(CIPSTART, remote_port=1, link_id=0, type="TCP", remote_ip="x", keep_alive=9)

    assert [each.name for each in shape.parameters][-1] == "keep-alive"
    assert shape.example == (0, "TCP", "x", 1, 9)
    assert with_value(shape, "remote-ip", "y").text == b'AT+CIPSTART=0,"TCP","y",1,9'


# Links that are told


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        b"+CIPSTATUS:1,UDP,192.168.4.2,1001,2002,0\r\n",
        b'+ CIPSTATUS : 1, "UDP", "192.168.4.2", 1001, 2002, 0\r\n',
    ],
)
def test_a_link_is_told_however_it_is_dressed(line):
    assert links_told(status(line)) == (LINK,)


def test_a_line_without_a_link_id_is_a_link_too():
    assert links_told(status(LINE.replace(b"1,", b"", 1)))[0].id is None


@pytest.mark.parametrize(
    "line",
    [
        b'+CIPSTATUS:5,"UDP","192.168.4.2",1001,2002,0\r\n',
        b'+CIPSTATUS:1,"UDP","192.168.4.2",1001,0\r\n',
        b'+CIPSTATUS:1,"UDP","192.168.4.2",1001,2002,2\r\n',
        b'+CIPSTATUS:1,"udp","192.168.4.2",1001,2002,0\r\n',
        b"+CIPSTATUS:\r\n",
        b'+CIPLINK:1,"UDP","192.168.4.2",1001,2002,0\r\n',
        LINE.replace(b"\r\n", b",7\r\n"),
    ],
)
def test_a_line_without_its_fields_is_no_link(line):
    assert refusal(links_told, status(line)).expected.startswith("lines +CIPSTATUS:<link ID>")


def told(*lines):
    """A session whose IUT tells these links."""
    return session(port=ScriptedPort([HEAD + b"".join(lines) + OK]))[0]


def test_what_is_open_is_required_to_be_just_that():
    require_open(told(LINE), 1)
    require_none(told())
    assert require_one(told(LINE)) == LINK


@pytest.mark.parametrize("ids", [(), (0,), (0, 1), (1, 2)])
def test_other_open_links_are_refused(ids):
    assert refusal(require_open, told(LINE), *ids).actual == "open links in AT+CIPSTATUS: 1"


@pytest.mark.parametrize("lines", [(), (LINE, LINE)])
def test_not_one_link_is_refused(lines):
    refusal(require_one, told(*lines))


def test_a_link_where_none_may_be_is_refused():
    refusal(require_none, told(LINE))


# Data that must not be asked for


@pytest.mark.parametrize("came", [b"\r\n> ", b"\r\nOK\r\n> ", b"", OK, b"\r\nSEND OK\r\n"])
def test_a_prompt_or_another_result_is_no_refusal(came):
    refusal(is_refused, exchange(came, set_("CIPSEND", 5), Until.PROMPT))


def test_error_is_a_refusal():
    at, _ = session(port=ScriptedPort([b"\r\nERROR\r\n"]))

    is_refused(ask(at, set_("CIPSEND", 5)))


# The way back

RESTARTS = [OK, (BOOT, 0.5)]


def test_an_iut_that_takes_commands_is_restarted():
    at, port = session(port=ScriptedPort([OK], [OK], RESTARTS))

    take_back(at)

    assert port.written[-1] == b"AT+RST\r\n"
    assert b"+++" not in port.written


def test_an_iut_that_transmits_is_led_out_first():
    at, port = session(port=ScriptedPort([], [], [], [OK], RESTARTS))

    take_back(at)

    assert port.written[1] == b"+++"
    assert port.written[-1] == b"AT+RST\r\n"


def test_an_iut_that_waits_for_data_is_given_enough():
    at, port = session(port=ScriptedPort([], [], [], [], [b"\r\nSEND OK\r\n"], [OK], RESTARTS))

    take_back(at)

    assert any(len(each) >= 2048 for each in port.written)
    assert port.written[-1] == b"AT+RST\r\n"


def test_an_answer_that_was_none_is_found_out_by_the_restart():
    at, port = session(port=ScriptedPort([OK], [OK], [], [], [], RESTARTS))

    take_back(at)

    assert port.written.count(b"AT+RST\r\n") == 2
    assert b"+++" in port.written
