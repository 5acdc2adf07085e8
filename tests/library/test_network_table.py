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
        replace(BENCH, lab="there.example:7333", lab_key="lab.key"),
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
        ({"interface": "lo"}, "interface: lo is the loopback interface"),
        ({"lab": "there:7333"}, "lab and lab_key: both or none"),
        ({"lab_key": "lab.key"}, "lab and lab_key: both or none"),
        *(
            ({"lab": where, "lab_key": "lab.key"}, "lab is a host and a port")
            for where in (
                "there",
                "there:",
                ":7333",
                "there:0",
                "there:65536",
                "a b:1",
                "fd00::7:1",
            )
        ),
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


@pytest.mark.parametrize(
    ("lab", "host", "port", "shown"),
    [
        ("there.example:7333", "there.example", 7333, "there.example:7333"),
        ("192.168.1.5:1", "192.168.1.5", 1, "192.168.1.5:1"),
        ("[fd00::7]:7333", "fd00::7", 7333, "[fd00::7]:7333"),
    ],
)
def test_a_lab_on_another_host_has_a_door(lab, host, port, shown):
    door = replace(BENCH, lab=lab, lab_key="lab.key").door
    assert (door.host, door.port, door.key, str(door)) == (host, port, "lab.key", shown)
    assert BENCH.door is None


def test_a_key_lies_beside_the_pixit_and_the_report_has_its_name_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    path = tmp_path / "pixit.toml"
    for given, found in (
        ("lab.key", tmp_path / "lab.key"),
        ("/etc/lab.key", "/etc/lab.key"),
        ("~/lab.key", "/home/somebody/lab.key"),
    ):
        path.write_text(
            f'[network]\nstation_interface = "wlan2"\nlab = "there:7333"\nlab_key = "{given}"\n'
        )
        network = load_pixit(path).network
        assert network.lab_key == str(found)
        assert network.shown()["lab"] == "there:7333"
        assert network.shown()["lab_key"] == "lab.key"
        assert network.told().keys().isdisjoint({"lab", "lab_key"})


def test_a_key_alone_wants_a_lab(tmp_path):
    path = tmp_path / "pixit.toml"
    path.write_text('[network]\nlab = "there:7333"\nlab_key = "lab.key"\n')
    with pytest.raises(StatementError, match=r"network\.ssid is missing"):
        load_pixit(path)


def test_whose_home_nobody_knows_is_told_with_the_key(tmp_path):
    path = tmp_path / "pixit.toml"
    path.write_text(
        '[network]\nstation_interface = "wlan2"\n'
        'lab = "there:7333"\nlab_key = "~nobody-at-all/lab.key"\n'
    )
    with pytest.raises(StatementError, match=r"network\.lab_key: "):
        load_pixit(path)
