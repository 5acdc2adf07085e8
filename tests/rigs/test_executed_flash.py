"""`--rig=exec:COMMAND`: the flash of a device, which is a file."""

from __future__ import annotations

import pytest

from conformance.flash import FlashLayout
from conformance.statement import StatementError, load_pixit
from conformance.testbed import PortError, after
from conformance.transcript import NullRecorder
from conformance.wiring import Board
from rigs.flash import why_unreadable
from tests.rigs.tiny_rigs import (
    STDIO,
    answer_of,
    text_of,
    with_flash,
)
from tests.rigs.whole_runs import (
    LIMIT_S,
    soon,
)

CONTENT = bytes(range(256)) * 4096


def test_its_flash_is_the_file_that_the_pixit_names(started):
    rig = started(text_of(STDIO, "--flash", "{folder}/flash.bin"), with_flash())
    rig.recover(NullRecorder())
    assert "flash-read" in rig.capabilities
    flash = rig.controls.flash
    assert flash.layout() == FlashLayout(1 << 20)
    assert flash.read([range(5, 8), range(0x7C000, 0x7C001)]) == [b"\x05\x06\x07", b"\x00"]
    assert b"ready" in rig.port.read(after(rig.port.now(), LIMIT_S))[0]


def test_the_pixit_may_say_the_size_and_the_map(started):
    pixit = with_flash(flash_size="4M", flash_map="1024+1024")
    rig = started(text_of(STDIO, "--flash", "{folder}/flash.bin"), pixit)
    assert rig.controls.flash.layout() == FlashLayout(4 << 20, "1024+1024")


def test_a_flash_that_cannot_be_read_is_told_and_the_device_goes_on(started, tmp_path):
    rig = started(text_of(STDIO), with_flash(str(tmp_path / "none.bin")))
    flash = rig.controls.flash
    with pytest.raises(PortError, match=r"none.bin: No such file or directory; correct the PIXIT"):
        flash.layout()
    with pytest.raises(PortError, match="No such file"):
        flash.read([range(4)])
    (tmp_path / "none.bin").write_bytes(b"short")
    with pytest.raises(PortError, match="a flash with map 512"):
        flash.layout()
    with pytest.raises(PortError, match="it ends before 0x9"):
        flash.read([range(9)])
    assert b"OK" in answer_of(rig, "AT")


def test_without_a_flash_file_the_flash_cannot_be_read(started):
    rig = started(text_of(STDIO))
    assert rig.controls.flash is None
    assert rig.missing()["flash-read"] == "the PIXIT names no board.flash_file"


@pytest.mark.parametrize(
    ("written", "file"),
    [("flash.bin", "{tmp}/flash.bin"), ("/x/flash.bin", "/x/flash.bin"),
     ("{folder}/flash.bin", "{folder}/flash.bin")],
)  # fmt: skip
def test_a_flash_file_lies_beside_its_pixit(tmp_path, written, file):
    pixit = tmp_path / "pixit.toml"
    pixit.write_text(f'[board]\nflash_file = "{written}"\n', encoding="utf-8")
    assert load_pixit(pixit).board.flash_file == file.replace("{tmp}", str(tmp_path))


def test_a_flash_file_and_a_reader_contradict_each_other(tmp_path):
    pixit = tmp_path / "pixit.toml"
    pixit.write_text('[board]\nflash_read = "esptool"\nflash_file = "x"\n', encoding="utf-8")
    with pytest.raises(StatementError, match="flash_read and flash_file both say how"):
        load_pixit(pixit)


def test_a_flash_file_of_somebody_nobody_knows_is_told_with_its_key(tmp_path):
    pixit = tmp_path / "pixit.toml"
    pixit.write_text('[board]\nflash_file = "~nobody-of-that-name/x"\n', encoding="utf-8")
    with pytest.raises(StatementError, match=r"board\.flash_file: "):
        load_pixit(pixit)


def test_a_board_has_no_flash_file():
    why = why_unreadable(Board(flash_file="x"))
    assert why.startswith("board.flash_file is of a device that --rig=exec: starts")


def test_the_folder_of_its_own_goes_with_the_device(started):
    rig = started(text_of(STDIO, "--flash", "{folder}/flash.bin"), with_flash())
    folder = rig._device.in_folder("{folder}")
    assert soon((folder / "flash.bin").exists)
    rig.controls.reset.pulse()
    assert (folder / "flash.bin").exists()
    rig.close()
    assert not folder.exists()
