"""Clause 5.2.5: the sign that ends the data of AT+CIPSENDEX, and its escape (ruling R-81)."""

import pytest

from conformance.commandline import set_
from suites.inuse import again
from suites.tcpip.net import be_asked, open_udp

#: The sign as it is printed, and as C would write it.
PRINTED, BYTE = b"\\0", b"\x00"
#: More bytes than any of these purposes sends.
LENGTH = 20


def end_data(session, data):
    """Give `data` and the sign; if it was not taken for one, give it in its other reading."""
    exchange = session.give(data + PRINTED)
    return session.give(BYTE) if exchange.final is None else exchange


@pytest.mark.purpose("TP/TCPIP/CIPSENDEX/BV-21", verifies=["5.2.5/CIPSENDEX/set/21"])
@pytest.mark.parametrize("data", [b"a", b"abc", b"abc\r\n", b"0", b"abcdefghijklmno"], ids=len)
def test_the_sign_ends_the_data(single, data):
    """With fewer bytes than announced and the sign behind them SEND OK follows."""
    open_udp(single)
    be_asked(single, set_("CIPSENDEX", LENGTH))

    end_data(single, data).is_sent()


@pytest.mark.purpose("TP/TCPIP/CIPSENDEX/BV-22", verifies=["5.2.5/CIPSENDEX/set/21"])
@pytest.mark.parametrize("link", [0, 4])
def test_the_sign_ends_the_data_for_a_link(multi, link):
    """With CIPMUX=1, too, the sign ends the data."""
    open_udp(multi, link)
    be_asked(multi, set_("CIPSENDEX", link, LENGTH))

    end_data(multi, b"abc").is_sent()


@pytest.mark.purpose("TP/TCPIP/CIPSENDEX/BV-23", verifies=["5.2.5/CIPSENDEX/set/22"])
@pytest.mark.parametrize(
    "data", [b"ab\\\\0", b"ab\\\\0cd", b"\\\\0cd"], ids=["end", "mid", "start"]
)
def test_the_escaped_sign_does_not_end_the_data(single, data):
    """A sign with a second backslash before it brings no result."""
    open_udp(single)
    be_asked(single, set_("CIPSENDEX", LENGTH))
    part = single.give_part(data)
    end_data(single, b"e")

    part.gives_no_result()


# The same of an IUT in use

globals().update(
    again(
        test_the_sign_ends_the_data,
        test_the_escaped_sign_does_not_end_the_data,
    )
)
