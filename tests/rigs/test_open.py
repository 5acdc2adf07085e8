"""`--rig` texts: what each asks for, and what is said of those that ask for nothing known."""

from __future__ import annotations

import pytest

from conformance.statement import Pixit
from conformance.testbed import LAB_CAPABILITIES, Timing
from rigs import open as opening
from rigs.emulated import EmulatorOptions
from rigs.open import DEFAULT_RIG, NAMES_FILE, RigTextError, read_choice


@pytest.fixture
def asked(monkeypatch):
    """What the rigs are asked for, instead of opening them."""
    seen = []

    def note(kind):
        return lambda *arguments: seen.append((kind, *arguments))

    monkeypatch.setattr(opening, "EmulatorRig", note("emulator"))
    monkeypatch.setattr(opening, "ReplayRig", note("replay"))
    monkeypatch.setattr(opening, "BoardRig", note("board"))
    return seen


def chosen(asked, text, folder):
    """The kind of rig and what it is given; `only_one` last."""
    choice = read_choice(text, folder)
    assert asked == []  # reading opens nothing
    choice.open(Pixit())
    ((kind, *arguments),) = asked
    assert arguments.pop() == Pixit()
    return kind, *arguments, choice.only_one


EMULATORS = {
    "emulator": EmulatorOptions(),
    "emulator:": EmulatorOptions(),
    "emulator:firmware=nonos-1.3": EmulatorOptions(firmware="nonos-1.3"),
    "emulator:timing=real": EmulatorOptions(timing="real"),
    "emulator:endpoint=tcp": EmulatorOptions(endpoint="tcp"),
    "emulator:fault=at.error": EmulatorOptions(faults=("at.error",)),
    "emulator:fault=a,fault=b": EmulatorOptions(faults=("a", "b")),
    "emulator:firmware=x,fault=a,timing=fast,endpoint=pty,fault=b,": EmulatorOptions(
        firmware="x", timing="fast", endpoint="pty", faults=("a", "b")
    ),
}


@pytest.mark.parametrize(
    ("text", "timing"),
    [
        ("emulator", Timing()),
        ("emulator:timing=fast", Timing()),
        ("replay:somewhere", Timing()),
        ("/dev/ttyUSB0", Timing()),
    ],
)
def test_every_rig_is_waited_for_alike(text, timing, tmp_path):
    assert read_choice(text, tmp_path).timing == timing


@pytest.mark.parametrize("text", EMULATORS)
def test_an_emulator_is_asked_for_with_its_options(asked, text, tmp_path):
    assert chosen(asked, text, tmp_path) == ("emulator", text, EMULATORS[text], False)


def test_the_default_rig_is_an_emulator(asked, tmp_path):
    assert chosen(asked, DEFAULT_RIG, tmp_path)[0] == "emulator"


def test_a_stored_run_is_asked_for_by_its_folder(asked, tmp_path):
    kind, text, folder, only_one = chosen(asked, "replay:a/b:c", tmp_path)
    assert (kind, text, only_one) == ("replay", "replay:a/b:c", False)
    assert folder == tmp_path / "a" / "b:c"


@pytest.mark.parametrize(
    "text",
    [
        "/dev/ttyUSB0",
        "./link",
        "COM3",
        "socket://192.0.2.7:23",
        "rfc2217://192.0.2.7:23?timeout=3",
        "hwgrep://0403:6001",
        "loop://",
        "spy:///dev/ttyUSB0",
        "alt:///dev/ttyUSB0?class=PosixPollSerial",
    ],
)
def test_a_device_or_url_is_a_board_of_which_there_is_one(asked, text, tmp_path):
    assert chosen(asked, text, tmp_path) == ("board", text, True)


def refusal(text, folder):
    """What is said of a text that cannot be understood, in one line."""
    with pytest.raises(RigTextError) as raised:
        read_choice(text, folder)
    said = str(raised.value)
    assert "\n" not in said
    return said


def test_an_unknown_key_is_told_with_the_known_ones(tmp_path):
    assert refusal("emulator:firmwear=x", tmp_path) == (
        "--rig=emulator: unknown key 'firmwear'; known: firmware, timing, endpoint, fault, "
        "variant, flash, flash-map, flash-size, wake, net, clock"
    )


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("timing=slow", "fast, real"),
        ("endpoint=usb", "rfc2217, pty, tcp"),
        ("timing", "fast, real"),
        ("flash-map=512", "512+512, 1024+1024"),
        ("flash-size=3M", "1M, 2M, 4M"),
        ("wake=maybe", "yes, no"),
        ("net=wifi", "lab, host, none"),
        ("clock=slow", "skips, real"),
    ],
)
def test_an_unknown_value_is_told_with_the_known_ones(text, known, tmp_path):
    assert refusal(f"emulator:{text}", tmp_path).endswith(f"is one of {known}")


@pytest.mark.parametrize("key", ["firmware", "fault", "variant", "flash"])
def test_a_key_without_a_value_is_told(key, tmp_path):
    assert refusal(f"emulator:{key}=", tmp_path).endswith(f"{key} wants a value, as in {key}=...")


def test_the_file_of_a_flash_is_looked_for_from_here_and_serves_one_worker(asked, tmp_path):
    _, _, options, only_one = chosen(asked, "emulator:flash=mine.bin", tmp_path)
    assert options == EmulatorOptions(flash=str(tmp_path / "mine.bin"))
    assert only_one


ARGUMENTS = {
    "endpoint=tcp": ["--tcp", "fd:7"],
    "endpoint=rfc2217": ["--rfc2217", "fd:7"],
    "endpoint=pty": ["--pty"],
    "fault=a,fault=b": ["--fault", "a", "--fault", "b"],
    "variant=a,variant=b": ["--variant", "a", "--variant", "b"],
    "flash=/x/y": ["--flash", "/x/y"],
    "flash-map=1024+1024": ["--flash-map", "1024+1024"],
    "flash-size=2M": ["--flash-size", "2M"],
    "wake=no": ["--no-wake-wire"],
    "timing=real": ["--timing", "real"],
    "net=host": ["--net", "host"],
    "net=none": ["--net", "none"],
}


@pytest.mark.parametrize("text", ARGUMENTS)
def test_an_option_becomes_the_emulator_s_own(asked, text, tmp_path):
    words = " ".join(chosen(asked, f"emulator:{text}", tmp_path)[2].arguments(7))
    assert " ".join(ARGUMENTS[text]) in words


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("endpoint=pty", {"uart-framing"}),
        ("endpoint=tcp", {"uart-rate", "uart-framing"}),
        ("endpoint=rfc2217", set()),
        ("endpoint=rfc2217,wake=no", {"wake-wire"}),
        ("net=lab", set()),
        ("net=host", set(LAB_CAPABILITIES)),
        ("net=none", set(LAB_CAPABILITIES)),
    ],
)
def test_an_emulator_lacks_what_its_line_does_not_carry(asked, text, lacking, tmp_path):
    options = chosen(asked, f"emulator:{text}", tmp_path)[2]
    assert options.missing().keys() == lacking


@pytest.mark.parametrize("text", ["emulater", "emulatr"])
def test_a_misspelt_emulator_is_told_with_a_hint(text, tmp_path):
    said = refusal(text, tmp_path)
    assert said.startswith(f"--rig={text}: neither emulator[:key=value,...], exec:COMMAND, ")
    assert said.endswith("did you mean 'emulator'?")


def test_a_text_that_is_like_nothing_gets_no_hint(tmp_path):
    said = refusal("zzz", tmp_path)
    assert said.endswith(f"nor a name in {NAMES_FILE}")


def test_an_empty_text_is_refused(tmp_path):
    assert refusal("", tmp_path)


@pytest.fixture
def names(tmp_path):
    """Writes `rigs.toml`; the folder it is in."""

    def write(text):
        tmp_path.joinpath(NAMES_FILE).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_a_name_stands_for_what_the_file_says(asked, names):
    folder = names('[desk]\nrig = "/dev/serial/by-id/x"\n[soft]\nrig = "emulator:timing=real"\n')
    assert chosen(asked, "desk", folder) == ("board", "/dev/serial/by-id/x", True)


def test_a_name_may_stand_for_an_emulator(asked, names):
    folder = names('[soft]\nrig = "emulator:timing=real"\n')
    assert chosen(asked, "soft", folder)[2] == EmulatorOptions(timing="real")


def test_a_name_may_stand_for_a_name(asked, names):
    folder = names('[a]\nrig = "b"\n[b]\nrig = "/dev/ttyUSB0"\n')
    assert chosen(asked, "a", folder) == ("board", "/dev/ttyUSB0", True)


def test_a_misspelt_name_is_told_with_the_one_that_is_near(names):
    assert refusal("dekt", names('[desk]\nrig = "/dev/x"\n')).endswith("did you mean 'desk'?")


@pytest.mark.parametrize("entry", ["rig = 5", 'rig = "desk"', "rig = []"])
def test_an_entry_that_names_no_rig_is_told_with_its_file(names, entry):
    said = refusal("desk", names(f"[desk]\n{entry}\n"))
    assert NAMES_FILE in said
    assert "[desk] wants rig =" in said


@pytest.mark.parametrize("content", ["desk = 5\n", "[desk]\nport = 5\n", '[other]\nrig = "/x"\n'])
def test_a_name_without_an_entry_is_refused(names, content):
    assert refusal("desk", names(content)).startswith("--rig=desk: neither")


def test_a_file_that_is_not_toml_is_told(names):
    assert NAMES_FILE in refusal("desk", names("[desk\n"))


def test_a_file_that_is_not_text_is_told(tmp_path):
    tmp_path.joinpath(NAMES_FILE).write_bytes(b"\xff\xfe\x00")
    assert NAMES_FILE in refusal("desk", tmp_path)


def test_names_that_stand_for_each_other_are_told(names):
    assert refusal("a", names('[a]\nrig = "b"\n[b]\nrig = "a"\n'))
