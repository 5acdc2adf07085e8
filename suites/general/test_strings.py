"""Clause 2, notes 2 and 3: strings and left-out parameters, with the command of the example.

The document's own example for strings is AT+CWSAP. Its sibling that saves nothing stands in for
it, so that no board is worn; a restart afterwards gives back what was set before. Who does not
claim that one is tried with another sibling, and what that saves is given back.
"""

import pytest

from conformance.commandline import Verbatim, set_

#: WPA_WPA2_PSK, as in the example of note 3.
CHANNEL, ENCRYPTION = 1, 4


@pytest.fixture
def softap(session):
    """An IUT in softAP mode, restarted afterwards."""
    session.afterwards(session.restart)
    session.prepare(set_("CWMODE_CUR", 2))
    return session


@pytest.mark.purpose("TP/GENERAL/STRING/BV-01", verifies=["2/-/general/06"])
@pytest.mark.parametrize(
    "name", ["ESP756290", "A", "a b", "x" * 31], ids=["example", "1", "space", "31"]
)
def test_a_quoted_string_is_accepted(softap, name):
    """A softAP name and password in double quotation marks, all parameters given, are accepted."""
    line = set_("CWSAP_CUR", name, "21030826", CHANNEL, ENCRYPTION, 4, 0)
    exchange = softap.send(softap.taken(line))

    exchange.succeeds()


@pytest.mark.purpose("TP/GENERAL/STRING/BI-01", verifies=["2/-/general/07"])
@pytest.mark.parametrize(
    ("name", "password"),
    [
        (b"ESP756290", b"21030826"),
        (b"ESP756290", b'"21030826"'),
        (b'"ESP756290"', b"21030826"),
        (b"'ESP756290'", b"'21030826'"),
    ],
    ids=["both", "name", "password", "single-quotes"],
)
def test_an_unquoted_string_is_not_accepted(softap, name, password, refused):
    """A softAP name or password without double quotation marks is refused."""
    line = set_("CWSAP_CUR", Verbatim(name), Verbatim(password), CHANNEL, ENCRYPTION)
    exchange = softap.send(softap.taken(line))

    refused(exchange)


@pytest.mark.purpose("TP/GENERAL/DEFAULT/BV-01", verifies=["2/-/general/08"])
def test_parameters_at_the_end_may_be_left_out(softap):
    """The example of note 3, four parameters where the signature has six, is accepted."""
    line = set_("CWSAP_CUR", "ESP756290", "21030826", CHANNEL, ENCRYPTION)
    exchange = softap.send(softap.taken(line))

    exchange.succeeds()
