"""Clause 5.2.10: AT+CIPCLOSE, with UDP links that need no peer."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import execute, set_
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes
from suites.tcpip.net import IDS, open_udp, require_none, require_one, require_open, udp

CIPCLOSE = load_edition().commands["CIPCLOSE"]
ALL = 5


def close(link):
    """AT+CIPCLOSE for one of several links."""
    return set_("CIPCLOSE", link)


# With CIPMUX=0


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BV-01", verifies=["5.2.10/CIPCLOSE/execute/01"])
@pytest.mark.parametrize("mode", [0, 2])
def test_closing_the_link_is_answered_ok(single, mode):
    """With CIPMUX=0 and a link open AT+CIPCLOSE is answered OK."""
    single.prepare(udp(mode=mode))

    single.send(execute("CIPCLOSE")).succeeds()


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BV-02", verifies=["5.2.10/CIPCLOSE/execute/02"])
def test_the_link_is_closed(single):
    """After the OK of AT+CIPCLOSE no link is open."""
    open_udp(single)
    single.prepare(execute("CIPCLOSE"))

    require_none(single)


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BV-03", verifies=["5.2.10/CIPCLOSE/execute/02"])
def test_another_link_can_be_opened(single):
    """After the OK of AT+CIPCLOSE the link can be opened again."""
    open_udp(single)
    single.prepare(execute("CIPCLOSE"))

    single.send(udp()).decides().succeeds()


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BI-01", verifies=["5.2.10/CIPCLOSE/execute/03"])
def test_without_a_link_there_is_nothing_to_close(single):
    """With CIPMUX=0 and no link open AT+CIPCLOSE is answered ERROR."""
    single.send(execute("CIPCLOSE")).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BI-02", verifies=["5.2.10/CIPCLOSE/execute/03"])
def test_a_closed_link_cannot_be_closed_again(single):
    """A second AT+CIPCLOSE is answered ERROR."""
    open_udp(single)
    single.prepare(execute("CIPCLOSE"))

    single.send(execute("CIPCLOSE")).is_refused()


# With CIPMUX=1


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BV-04", verifies=["5.2.10/CIPCLOSE/set/01"])
@pytest.mark.parametrize("link", IDS)
def test_closing_one_link_is_answered_ok(multi, link):
    """AT+CIPCLOSE with the ID of an open link is answered OK."""
    open_udp(multi, link)

    multi.send(close(link)).succeeds()


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BV-05", verifies=["5.2.10/CIPCLOSE/set/02"])
@pytest.mark.parametrize("link", IDS)
def test_one_link_is_closed(multi, link):
    """After the OK the link with that ID is closed."""
    open_udp(multi, link)
    multi.prepare(close(link))

    require_none(multi)


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BV-06", verifies=["5.2.10/CIPCLOSE/set/03"])
@pytest.mark.parametrize("link", IDS)
def test_the_other_links_stay_open(multi, link):
    """With all links open AT+CIPCLOSE closes the one that it names."""
    open_udp(multi, *IDS)
    multi.prepare(close(link))

    require_open(multi, *(set(IDS) - {link}))


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BV-07", verifies=["5.2.10/CIPCLOSE/set/04"])
@pytest.mark.parametrize("ids", [(0,), (4,), (1, 3), tuple(IDS)], ids=str)
def test_closing_all_links_is_answered_ok(multi, ids):
    """With links open AT+CIPCLOSE=5 is answered OK."""
    open_udp(multi, *ids)

    multi.send(close(ALL)).succeeds()


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BV-08", verifies=["5.2.10/CIPCLOSE/set/05"])
@pytest.mark.parametrize("ids", [(0,), (4,), (1, 3), tuple(IDS)], ids=str)
def test_all_links_are_closed(multi, ids):
    """After the OK of AT+CIPCLOSE=5 no link is open."""
    open_udp(multi, *ids)
    multi.prepare(close(ALL))

    require_none(multi)


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BV-09", verifies=["5.2.10/CIPCLOSE/set/11"])
@pytest.mark.parametrize("link", IDS)
def test_the_id_can_be_used_again(multi, link):
    """A link can be opened with the ID of one that was closed."""
    open_udp(multi, link)
    multi.prepare(close(link))

    multi.send(udp(link)).decides().succeeds()


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BI-03", verifies=["5.2.10/CIPCLOSE/set/06"])
@pytest.mark.parametrize("link", IDS)
def test_an_unused_id_is_an_error(multi, link):
    """With no link open AT+CIPCLOSE with an ID is answered ERROR."""
    multi.send(close(link)).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BI-04", verifies=["5.2.10/CIPCLOSE/set/06"])
@pytest.mark.parametrize("link", [0, 1, 3, 4])
def test_another_links_id_is_an_error(multi, link):
    """With link 2 open AT+CIPCLOSE with another ID is answered ERROR."""
    open_udp(multi, 2)

    multi.send(close(link)).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BI-05", verifies=["5.2.10/CIPCLOSE/set/07"])
@pytest.mark.parametrize("link", list(outside(CIPCLOSE.parameters[0])))
def test_what_is_no_id_is_refused(multi, link):
    """With a link open AT+CIPCLOSE with an ID under 0 or over 5 is refused."""
    open_udp(multi, 0)

    multi.send(with_one(CIPCLOSE, 0, link)).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BI-06", verifies=["5.2.10/CIPCLOSE/set/08"])
@pytest.mark.parametrize("link", [0, ALL])
def test_an_id_with_a_single_link_is_refused(single, link):
    """With CIPMUX=0 and a link open AT+CIPCLOSE with an ID is refused."""
    open_udp(single)

    single.send(close(link)).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BI-07", verifies=["5.2.10/CIPCLOSE/set/08"])
@pytest.mark.parametrize("ids", [(0,), (0, 4)], ids=str)
def test_no_id_with_several_links_is_refused(multi, ids):
    """With CIPMUX=1 and links open AT+CIPCLOSE without an ID is refused."""
    open_udp(multi, *ids)

    multi.send(execute("CIPCLOSE")).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BI-08", verifies=["5.2.10/CIPCLOSE/set/09"])
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(CIPCLOSE)]
)
def test_a_wrong_shape_is_refused(multi, line):
    """With link 0 open nothing, too much or no number after the equals sign is refused."""
    open_udp(multi, 0)

    multi.send(line).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BI-09", verifies=["5.2.10/CIPCLOSE/set/10"])
@pytest.mark.parametrize("link", [0, ALL])
def test_what_is_refused_closes_not_the_single_link(single, link):
    """With CIPMUX=0 an AT+CIPCLOSE with an ID leaves the link open."""
    open_udp(single)
    single.refuse(single.send(close(link)), "set/08")

    require_one(single)


@pytest.mark.purpose("TP/TCPIP/CIPCLOSE/BI-10", verifies=["5.2.10/CIPCLOSE/set/10"])
@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (execute("CIPCLOSE"), "set/08"),
        (close(1), "set/06"),
        (close(6), "set/07"),
        (set_("CIPCLOSE", 0, 2), "set/09"),
    ],
    ids=["no-id", "unused", "six", "two"],
)
def test_what_is_refused_closes_no_link(multi, line, rule):
    """With CIPMUX=1 an AT+CIPCLOSE that has to be refused leaves the links open."""
    open_udp(multi, 0, 2)
    multi.refuse(multi.send(line), rule)

    require_open(multi, 0, 2)


# The same of an IUT in use

globals().update(
    again(
        test_closing_the_link_is_answered_ok,
        test_closing_one_link_is_answered_ok,
        test_closing_all_links_is_answered_ok,
        test_another_links_id_is_an_error,
        test_the_link_is_closed,
        test_one_link_is_closed,
        test_all_links_are_closed,
        test_what_is_no_id_is_refused,
        test_without_a_link_there_is_nothing_to_close,
        test_a_wrong_shape_is_refused,
        test_an_unused_id_is_an_error,
        test_an_id_with_a_single_link_is_refused,
        test_no_id_with_several_links_is_refused,
    )
)
