"""The table [network] of a PIXIT: what is right, what is wrong, what a report shows."""

from dataclasses import replace

import pytest

from conformance.network import Network
from conformance.statement import StatementError, load_pixit

BENCH = Network(
    ssid="bench", password="sesame99", bssid="f4:f2:6d:00:00:01", channel=11,
    address="192.168.8.1", interface="enp3s0",
    hosts=("192.168.8.20",), others=("52:54:00:00:00:01",),
)  # fmt: skip


def test_a_bench_without_a_network_is_right():
    assert Network().problem() == ""
    assert not Network().is_there


@pytest.mark.parametrize(
    "network",
    [
        BENCH,
        replace(BENCH, password=""),
        replace(BENCH, security="wpa-wpa2", first="192.168.8.100", last="192.168.8.120"),
        replace(BENCH, interface="", ap_interface="wlan1", station_interface="wlan2", bssid=""),
        Network(station_interface="wlan2"),
    ],
)
def test_a_whole_table_is_right(network):
    assert network.problem() == ""
    assert network.is_there


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ssid": ""}, "ssid is missing"),
        ({"ssid": "x" * 33}, "ssid has more"),
        ({"security": "wep"}, "security is none"),
        ({"security": "open"}, "contradict"),
        ({"password": "", "security": "wpa2"}, "contradict"),
        ({"password": "short"}, "password has"),
        ({"channel": 15}, "channel is"),
        ({"bssid": "02-00"}, "bssid is"),
        ({"bssid": ""}, "bssid and channel are wanted"),
        ({"channel": 0}, "bssid and channel are wanted"),
        ({"interface": ""}, "one of them is wanted"),
        ({"ap_interface": "wlan1"}, "one of them is wanted"),
        ({"interface": "a/b"}, "interface: no interface"),
        ({"station_interface": "enp3s0"}, "station_interface is another"),
        ({"address": ""}, "address is missing"),
        ({"netmask": "255.255"}, "address is missing"),
        ({"first": "192.168.9.1", "last": "192.168.8.2"}, "first is no address"),
        ({"first": "192.168.8.2"}, "both or none"),
        ({"hosts": ("10.0.0.1",)}, "hosts: 10.0.0.1"),
        ({"others": ("nobody",)}, "others: 'nobody'"),
    ],
)
def test_a_mistake_is_told_with_its_key(changes, words):
    assert words in replace(BENCH, **changes).problem()


def test_a_mistake_is_told_with_its_file(tmp_path):
    path = tmp_path / "pixit.toml"
    path.write_text('[network]\nssid = "bench"\n')
    with pytest.raises(StatementError, match=r"network\.interface names"):
        load_pixit(path)


def test_a_report_shows_all_but_the_password(tmp_path):
    path = tmp_path / "pixit.toml"
    path.write_text(
        '[network]\nssid = "bench"\npassword = "sesame99"\ninterface = "enp3s0"\n'
        'bssid = "f4:f2:6d:00:00:01"\nchannel = 1\n'
        'address = "192.168.8.1"\n'
    )
    pixit = load_pixit(path)
    assert pixit.network.password == "sesame99"
    assert "sesame99" not in str(pixit.shown())
    assert pixit.shown()["network"]["ssid"] == "bench"
    assert replace(BENCH, password="").shown()["password"] == ""
