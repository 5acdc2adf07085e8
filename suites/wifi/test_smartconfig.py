"""Clauses 4.1.32 and 4.1.33: AT+CWSTARTSMART and AT+CWSTOPSMART (rulings R-67 and R-105).

On the air the lab is the phone that tells which access point to join. SmartConfig is stopped after
each purpose, as the note of clause 4.1.33 wants it.
"""

import pytest

from conformance.commandline import execute, query, set_
from conformance.grammar import ERROR, OK
from conformance.verdict import Inconclusive, NonConformity
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi import mode, onair
from suites.wifi.dhcp import STATION
from suites.wifi.siblings import COMMANDS

START = COMMANDS["CWSTARTSMART"]
TYPES = START.parameters[0].values
STOP = execute("CWSTOPSMART")

#: Every documented way to start: without a type, and with each.
STARTS = {"execute": execute("CWSTARTSMART")} | {
    f"type-{kind}": set_("CWSTARTSMART", kind) for kind in TYPES
}


def starts(form):
    """`STARTS` of one form, for a purpose that judges that form."""
    lines = {key: line for key, line in STARTS.items() if line.form == form}
    return pytest.mark.parametrize("start", list(lines.values()), ids=list(lines))


ALL_STARTS = pytest.mark.parametrize("start", list(STARTS.values()), ids=list(STARTS))


def smart(code, requirement, needs=(), waits_s=0, hazards=()):
    """The marker of a purpose for AT+CWSTARTSMART."""
    verified = [f"4.1.32/CWSTARTSMART/{requirement}"]
    return pytest.mark.purpose(
        f"TP/WIFI/CWSTARTSMART/{code}",
        verifies=verified,
        needs=needs,
        waits_s=waits_s,
        hazards=hazards,
    )


def stop(code, number):
    """The marker of a purpose for AT+CWSTOPSMART."""
    verified = [f"4.1.33/CWSTOPSMART/execute/{number}"]
    return pytest.mark.purpose(f"TP/WIFI/CWSTOPSMART/{code}", verifies=verified)


@pytest.fixture
def station(session):
    """An IUT in station mode."""
    return mode.enter_to_stop(session, mode.STATION, STOP)


@pytest.fixture
def softap(session):
    """An IUT in softAP mode."""
    return mode.enter_to_stop(session, mode.SOFTAP, STOP)


@smart("EXECUTE-BV-01", "execute/01")
@starts("execute")
def test_a_start_without_a_type_is_answered_ok(station, start):
    """In station mode AT+CWSTARTSMART is answered OK."""
    station.send(start).succeeds()


@smart("BV-01", "set/01")
@starts("set")
def test_a_start_with_a_type_is_answered_ok(station, start):
    """In station mode AT+CWSTARTSMART with each documented type is answered OK."""
    station.send(start).succeeds()


@smart("BV-05", "set/01")
@pytest.mark.parametrize("wrong", [with_one(START, 0, 4), set_("CWSTARTSMART")], ids=["4", "empty"])
@starts("set")
def test_a_start_after_a_refused_one_is_answered_ok(station, start, wrong):
    """After an AT+CWSTARTSMART with a wrong type, one with a documented type is answered OK."""
    station.provoke(wrong)

    station.send(start).succeeds()


@smart("EXECUTE-BI-02", "execute/02")
@starts("execute")
def test_a_softap_refuses_a_start_without_a_type(softap, start):
    """In softAP mode AT+CWSTARTSMART is refused."""
    softap.send(start).is_refused()


@smart("BI-04", "set/04")
@starts("set")
def test_a_softap_refuses_a_start_with_a_type(softap, start):
    """In softAP mode AT+CWSTARTSMART with each documented type is refused."""
    softap.send(start).is_refused()


@smart("BI-02", "set/02")
@pytest.mark.parametrize("value", list(outside(START.parameters[0])))
def test_another_type_is_refused(station, value):
    """A type that is not documented is refused."""
    station.send(with_one(START, 0, value)).is_refused()


@smart("BI-03", "set/03")
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(START)]
)
def test_a_wrong_shape_is_refused(station, line):
    """Nothing, too much or no number after the equals sign is refused."""
    station.send(line).is_refused()


@stop("BV-01", "01")
@ALL_STARTS
def test_a_stop_is_answered_ok(station, start):
    """While SmartConfig runs AT+CWSTOPSMART is answered OK."""
    station.prepare(start)

    station.send(STOP).succeeds()


@stop("BV-02", "02")
@pytest.mark.parametrize("stopped_before", [False, True], ids=["never-started", "stopped"])
def test_a_stop_without_a_start_is_answered(station, stopped_before):
    """While SmartConfig does not run AT+CWSTOPSMART is answered OK or ERROR."""
    if stopped_before:
        station.prepare(STARTS["execute"], STOP)

    station.send(STOP).ends_with(OK, ERROR)


@stop("BV-03", "03")
@ALL_STARTS
@pytest.mark.parametrize("line", [query("CWMODE_CUR"), set_("CWMODE_CUR", 1)], ids=["query", "set"])
def test_other_commands_work_after_a_stop(station, start, line):
    """After AT+CWSTOPSMART other commands are answered OK."""
    station.prepare(line, start, STOP)

    station.send(line).decides().succeeds()


@stop("BV-04", "04")
@ALL_STARTS
def test_smartconfig_can_be_started_again_and_again(station, start):
    """After AT+CWSTOPSMART a start is answered OK, three times."""
    station.prepare(start, STOP)

    for _ in range(3):
        station.send(start).decides().succeeds()
        station.prepare(STOP)


# What else is sent while it runs


@smart("BI-05", "set/09")
@pytest.mark.parametrize("line", [execute("CWLAP"), set_("CWLAP", "x")], ids=["all", "one"])
@ALL_STARTS
def test_a_list_meanwhile_is_not_accepted(station, start, line):
    """AT+CWLAP, which ended with OK before, is refused while SmartConfig runs."""
    station.agree(station.send(line, answer_s=station.timing.scan_s))
    station.prepare(start)

    station.send(line, answer_s=station.timing.scan_s).decides().is_not_accepted()


@smart("BI-06", "set/10")
@ALL_STARTS
def test_wps_meanwhile_is_not_accepted(station, start):
    """AT+WPS=1, which was answered OK before, is refused while SmartConfig runs."""
    station.afterwards(lambda: station.observe(set_("WPS", 0)))
    station.prepare(set_("WPS", 1), set_("WPS", 0), start)

    station.send(set_("WPS", 1)).decides().is_not_accepted()


@smart("BI-07", "set/11")
@pytest.mark.parametrize("wifi_mode", mode.WITH_SOFTAP)
@ALL_STARTS
def test_a_mode_meanwhile_is_not_accepted(station, start, wifi_mode):
    """Another Wi-Fi mode is refused while SmartConfig runs, and is not the mode afterwards."""
    station.prepare(start)

    station.send(set_("CWMODE_CUR", wifi_mode)).decides().is_not_accepted()
    station.prepare(STOP)
    mode.require(station, "CWMODE_CUR", mode.STATION)


#: Lines that take no radio, and starts.
OTHERS = {"AT": execute("AT"), "query": query("CWMODE_CUR"), "setting": set_("CIPMUX", 0)} | STARTS


@smart("OB-01", "set/12")
@pytest.mark.parametrize("line", OTHERS.values(), ids=OTHERS)
def test_what_takes_no_radio_is_answered_meanwhile(station, line, requirement):
    """How AT, a query, a setting and a second start end while SmartConfig runs."""
    station.prepare(STARTS["execute"])

    requirement.observes("4.1.32/CWSTARTSMART/set/12", station.provoke(line).ending)


# With a phone that tells whom to join

ESP_TOUCH, AIRKISS = KINDS = ("esp-touch", "airkiss")
#: The protocols of each documented type (second row Parameters).
OF_TYPE = {1: (ESP_TOUCH,), 2: (AIRKISS,), 3: KINDS}
#: A test value; no network has this name.
NAME = b"conformance 4d1f"
#: What the IUT says when it has learnt whom to join, in any letter case.
LEARNT = rb"(?i)smart get wi-?fi info.*"

HEARD = [
    pytest.param(STARTS[f"type-{number}"], kind, id=f"type-{number}-{kind}")
    for number, kinds in OF_TYPE.items()
    for kind in kinds
]
UNHEARD = [
    pytest.param(STARTS[f"type-{number}"], kind, kinds[0], id=f"type-{number}-{kind}")
    for number, kinds in OF_TYPE.items()
    for kind in KINDS
    if kind not in kinds
]


@pytest.fixture
def listener(station):
    """An IUT in station mode, which has joined nothing."""
    station.prepare(set_("CWDHCP_CUR", STATION, 1))
    onair.leave(station)
    return station


def hears(session, access_point, kind):
    """Whether a phone of this `kind` is heard that is not to be (R-105)."""
    return session.lab.smartconfig(access_point, kind=kind, within_s=session.timing.absent_s)


def is_heard(session, access_point, kind):
    """Whether the IUT hears a phone that tells it of `access_point`."""
    within_s = session.timing.join_s
    return session.lab.smartconfig(access_point, kind=kind, within_s=within_s)


def be_told(session, start, kind):
    """Start, and be told of the lab's own access point; the log from before, and that one."""
    home = session.lab.home()
    log = onair.AirLog(session)
    session.prepare(start)
    if not is_heard(session, home, kind):
        raise Inconclusive(f"SmartConfig does not hear a phone with {kind}")
    return log, home


@smart("AIR-EXECUTE-BV-01", "execute/03")
@pytest.mark.parametrize("kind", KINDS)
def test_both_protocols_are_heard_without_a_type(listener, kind):
    """AT+CWSTARTSMART without a type hears a phone with ESP-Touch, and one with AirKiss."""
    home = listener.lab.home()
    listener.prepare(STARTS["execute"])

    assert is_heard(listener, home, kind), f"SmartConfig hears a phone with {kind}"


@smart("AIR-BV-01", "set/06")
@pytest.mark.parametrize(("start", "kind"), HEARD)
def test_the_protocol_of_the_type_is_heard(listener, start, kind):
    """AT+CWSTARTSMART with a type hears a phone with that protocol."""
    home = listener.lab.home()
    listener.prepare(start)

    assert is_heard(listener, home, kind), f"SmartConfig hears a phone with {kind}"


def be_over(session, before):
    """Have a SmartConfig from before stopped, or one that succeeded and was stopped and left."""
    if before == "succeeded":
        log, home = be_told(session, STARTS["execute"], ESP_TOUCH)
        if log.wait(home) is None:
            raise Inconclusive("what was learnt was not joined")
        session.observe(STOP)
    else:
        session.prepare(STARTS["execute"], STOP)
    onair.leave(session)


@pytest.mark.parametrize("before", ["stopped", "succeeded"])
@pytest.mark.parametrize(
    ("start", "kind"),
    [
        *(
            pytest.param(
                STARTS[f"type-{number}"],
                kind,
                marks=smart("AIR-BV-05", "set/06"),
                id=f"type-{number}-{kind}",
            )
            for number, (kind, *_) in OF_TYPE.items()
        ),
        pytest.param(
            STARTS["execute"],
            ESP_TOUCH,
            marks=smart("AIR-EXECUTE-BV-02", "execute/03"),
            id="execute",
        ),
    ],
)
def test_a_second_start_hears_too(listener, start, kind, before):
    """When SmartConfig was stopped, or has succeeded, a start hears a phone again."""
    home = listener.lab.home()
    be_over(listener, before)
    listener.prepare(start)

    assert is_heard(listener, home, kind), f"SmartConfig hears a phone with {kind} again"


@smart("AIR-BI-01", "set/06")
@pytest.mark.parametrize(("start", "other", "its_own"), UNHEARD)
def test_the_other_protocol_is_not_heard(listener, start, other, its_own):
    """AT+CWSTARTSMART with a type does not hear a phone with the other protocol."""
    home = listener.lab.home()
    listener.prepare(start)

    assert not hears(listener, home, other), f"SmartConfig does not hear a phone with {other}"
    if not is_heard(listener, home, its_own):
        raise Inconclusive("it hears nobody, so that it shows nothing")


@smart("AIR-BV-02", "set/05")
@pytest.mark.parametrize(("start", "kind"), HEARD)
def test_what_was_learnt_is_told(listener, start, kind):
    """When SmartConfig has learnt whom to join, the IUT says so."""
    be_told(listener, start, kind)

    onair.require_line(listener, LEARNT, "Smart get WiFi info")


@smart("AIR-BV-03", "set/05")
@pytest.mark.parametrize(("start", "kind"), HEARD)
def test_what_was_learnt_is_joined(listener, start, kind):
    """When SmartConfig has learnt whom to join, the station joins it."""
    log, home = be_told(listener, start, kind)

    log.require(home)


def require_joined(session, access_point):
    """Start, be told of `access_point`, and require it to be joined."""
    log = onair.AirLog(session)
    session.prepare(STARTS["execute"])
    if not is_heard(session, access_point, ESP_TOUCH):
        raise Inconclusive(f"SmartConfig does not hear a phone with {ESP_TOUCH}")

    log.require(access_point)


#: For how long nobody calls, in seconds: the IUT waits until SmartConfig succeeds or is stopped.
UNCALLED_S = 3600


@smart("AIR-BV-08", "set/05", waits_s=UNCALLED_S)
@pytest.mark.parametrize("start", [STARTS["execute"], STARTS["type-1"]], ids=["execute", "type-1"])
def test_a_phone_that_comes_late_is_heard(listener, start):
    """SmartConfig goes on: a phone that calls after an hour is heard, and what it tells joined."""
    home = listener.lab.home()
    log = onair.AirLog(listener)
    listener.prepare(start)
    listener.pause(UNCALLED_S)

    assert is_heard(listener, home, ESP_TOUCH), "SmartConfig hears a phone after an hour"
    log.require(home)


@smart("AIR-BV-06", "set/05", needs=["access-points"])
@pytest.mark.parametrize("security", onair.PASSWORDS)
def test_an_access_point_of_each_security_is_joined(listener, security):
    """What SmartConfig has learnt is joined, however it is secured, and an open one, too."""
    password = onair.PASSWORDS[security]

    require_joined(listener, listener.lab.access_point(NAME, password, security=security))


@smart("AIR-BV-07", "set/05", needs=["access-points"])
@pytest.mark.parametrize(("name", "password"), onair.LONG.values(), ids=list(onair.LONG))
def test_a_long_name_and_a_long_password_are_learnt(listener, name, password):
    """What SmartConfig has learnt is joined, whatever length its name and its password have."""
    require_joined(listener, listener.lab.access_point(name, password))


@smart("AIR-BV-04", "set/05")
@pytest.mark.parametrize("message", [onair.CONNECTED, onair.GOT_IP], ids=["CONNECTED", "GOT-IP"])
def test_the_connection_is_told(listener, message):
    """When the station has joined by SmartConfig, WIFI CONNECTED and WIFI GOT IP come."""
    be_told(listener, STARTS["execute"], ESP_TOUCH)

    onair.require_line(listener, message, message.decode()[4:])


@smart("AIR-BI-03", "set/08")
@pytest.mark.parametrize("value", [0, 4])
def test_what_is_refused_does_not_listen(listener, value):
    """After a start with a type that is refused no phone is heard, until one that is not."""
    home = listener.lab.home()
    listener.refuse(listener.send(set_("CWSTARTSMART", value)), "set/02")

    assert not any(hears(listener, home, kind) for kind in KINDS), (
        "SmartConfig that was refused hears nobody"
    )
    listener.observe(STOP)
    listener.prepare(STARTS["execute"])
    if not is_heard(listener, home, ESP_TOUCH):
        raise Inconclusive("it hears nobody, so that it shows nothing")


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("CWJAP_CUR", marks=smart("AIR-BI-02", "set/07")),
        *(
            pytest.param(name, marks=smart("AIR-BI-04", "set/07", hazards=["destructive"]))
            for name in ("CWJAP", "CWJAP_DEF")
        ),
    ],
)
@ALL_STARTS
def test_a_join_meanwhile_is_not_accepted(listener, start, command):
    """A join while SmartConfig runs is refused, and not made, though the access point is there."""
    home = listener.lab.home()
    onair.be_joined(listener, home)
    onair.leave(listener)
    log = onair.AirLog(listener)
    listener.prepare(start)

    onair.join(listener, command, home).decides().is_not_accepted()
    log.wait(home, within_s=listener.timing.absent_s)  # it is not made later either
    log.require_no_join(home)


@stop("AIR-BI-01", "05")
@ALL_STARTS
def test_nobody_is_heard_after_a_stop(listener, start):
    """After AT+CWSTOPSMART a phone is not heard, until SmartConfig is started again."""
    home = listener.lab.home()
    listener.prepare(start, STOP)

    assert not any(hears(listener, home, kind) for kind in KINDS), (
        "SmartConfig that was stopped hears nobody"
    )
    listener.prepare(STARTS["execute"])
    if not is_heard(listener, home, ESP_TOUCH):
        raise Inconclusive("it hears nobody, so that it shows nothing")


@stop("AIR-BV-01", "06")
@pytest.mark.parametrize("line", [query("CWMODE_CUR"), set_("CWMODE_CUR", 1)], ids=["query", "set"])
def test_other_commands_work_after_it_succeeded(listener, line):
    """When SmartConfig has succeeded and was stopped, other commands are answered OK."""
    listener.prepare(line)
    log, home = be_told(listener, STARTS["execute"], ESP_TOUCH)
    if log.wait(home) is None:
        raise Inconclusive("what was learnt was not joined")
    listener.await_line(onair.GOT_IP, listener.timing.join_s)

    listener.send(STOP).ends_with(OK, ERROR)
    listener.send(line).decides().succeeds()


@stop("AIR-BV-02", "07")
def test_a_stop_leaves_what_was_joined(listener):
    """When SmartConfig has succeeded the station is still joined after AT+CWSTOPSMART."""
    log, home = be_told(listener, STARTS["execute"], ESP_TOUCH)
    if log.wait(home) is None:
        raise Inconclusive("what was learnt was not joined")
    listener.await_line(onair.GOT_IP, listener.timing.join_s)
    log = onair.AirLog(listener)
    listener.observe(STOP)

    if log.wait(home, onair.LEFT, listener.timing.absent_s) or not listener.lab.members(home):
        raise NonConformity("the station stays joined", log.describe())


# The same of a station that has joined

globals().update(
    again(
        test_both_protocols_are_heard_without_a_type,
        test_the_protocol_of_the_type_is_heard,
        test_an_access_point_of_each_security_is_joined,
        test_a_start_without_a_type_is_answered_ok,
        test_a_start_with_a_type_is_answered_ok,
        test_another_type_is_refused,
        test_a_wrong_shape_is_refused,
        test_a_stop_is_answered_ok,
        test_a_stop_without_a_start_is_answered,
        test_other_commands_work_after_a_stop,
        where="joined",
    )
)


# The same of a softAP with a guest

globals().update(
    again(
        test_a_softap_refuses_a_start_without_a_type,
        test_a_softap_refuses_a_start_with_a_type,
        where="visited",
    )
)
