"""Clause 5.2.4, second half: AT+CIPSEND without a length, transparent transmission (ruling R-82).

The link is a UDP link that needs no peer; what is sent over it is not seen.
"""

import pytest

from conformance.commandline import execute, set_
from suites.inuse import again
from suites.tcpip.net import ask, be_asked, is_refused, open_udp, udp
from suites.tcpip.passthrough import lead_out

CIPSEND = execute("CIPSEND")

#: What would be answered, or change something, if it were executed; and much of nothing.
DATA = {
    "at": b"AT\r\n",
    "gmr": b"AT+GMR\r\n",
    "restart": b"AT+RST\r\n",
    "cipsend": b"AT+CIPSEND=5\r\n",
    "line-ends": b"\r\n\r\n",
    "much": b"x" * 3000,
    "much-and-at": b"x" * 3000 + b"AT\r\n",
}


@pytest.fixture
def ready(single):
    """An IUT with CIPMODE=1 and a UDP link of mode 0, not yet transmitting."""
    single.prepare(set_("CIPMODE", 1), udp())
    return single


@pytest.fixture
def transmitting(ready):
    """An IUT that has begun to transmit."""
    be_asked(ready, CIPSEND)
    return ready


@pytest.mark.purpose("TP/TCPIP/CIPSEND/BV-31", verifies=["5.2.4/CIPSEND/execute/01"])
def test_transmission_begins_with_the_prompt(ready):
    """AT+CIPSEND without a length is answered with the prompt."""
    ask(ready, CIPSEND).asks_for_data()


@pytest.mark.purpose("TP/TCPIP/CIPSEND/BV-32", verifies=["5.2.4/CIPSEND/execute/02"])
@pytest.mark.parametrize("data", [pytest.param(each, id=key) for key, each in DATA.items()])
def test_commands_are_sent_and_not_executed(transmitting, data):
    """What comes while transmitting gets no final result code."""
    transmitting.give_part(data).gives_no_result()


@pytest.mark.purpose("TP/TCPIP/CIPSEND/BV-34", verifies=["5.2.4/CIPSEND/execute/03"])
@pytest.mark.parametrize("data", [b"", b"abc", b"AT\r\n", b"x" * 3000], ids=len)
def test_plus_ends_the_transmission(transmitting, data):
    """A packet of +++ and a second later AT is answered OK."""
    transmitting.give_part(data)
    lead_out(transmitting)

    transmitting.responds()


@pytest.mark.purpose("TP/TCPIP/CIPSEND/BI-31", verifies=["5.2.4/CIPSEND/execute/04"])
def test_in_normal_mode_it_is_refused(single, refused):
    """With CIPMODE=0 and a link open AT+CIPSEND without a length is refused."""
    open_udp(single)

    refused(ask(single, CIPSEND))


@pytest.mark.purpose("TP/TCPIP/CIPSEND/BI-32", verifies=["5.2.4/CIPSEND/execute/05"])
def test_without_a_link_it_is_refused(single):
    """With CIPMODE=1 and no link open AT+CIPSEND without a length is answered ERROR."""
    single.prepare(set_("CIPMODE", 1))

    is_refused(ask(single, CIPSEND))


@pytest.mark.purpose("TP/TCPIP/CIPSEND/BI-33", verifies=["5.2.4/CIPSEND/execute/06"])
@pytest.mark.parametrize("ids", [(0,), (0, 1)], ids=str)
def test_with_several_links_it_is_refused(multi, ids, refused):
    """With CIPMUX=1 and a link open AT+CIPSEND without parameters is refused."""
    open_udp(multi, *ids)

    refused(ask(multi, CIPSEND))


@pytest.mark.purpose("TP/TCPIP/CIPSEND/BI-34", verifies=["5.2.4/CIPSEND/execute/07"])
@pytest.mark.parametrize("mode", [1, 2])
def test_over_a_link_of_another_mode_it_is_refused(single, mode, refused):
    """With a UDP link of mode 1 or 2, whatever AT+CIPMODE=1 says to it, AT+CIPSEND is refused."""
    single.prepare(udp(mode=mode))
    single.send(set_("CIPMODE", 1))

    refused(ask(single, CIPSEND))


# The same of an IUT in use

globals().update(
    again(
        test_transmission_begins_with_the_prompt,
        test_in_normal_mode_it_is_refused,
        test_without_a_link_it_is_refused,
        test_with_several_links_it_is_refused,
        test_over_a_link_of_another_mode_it_is_refused,
    )
)
