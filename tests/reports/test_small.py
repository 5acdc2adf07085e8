"""The small parts: clock, names, text, folders."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import clock, folder
from reports.names import anchor, fragment, relative_link, safe_name
from reports.text import bounded, bounded_lines, natural, one_line, visible
from tests.reports.made_by_hand import HOSTILE

# Lone surrogates too, which JSON can carry and UTF-8 cannot.
ANYTHING = st.characters(exclude_categories=())

# Clock ------------------------------------------------------------------------------------------


def test_the_tightest_bracket_wins():
    monotonic = iter([0, 1_000, 2_000, 2_010, 3_000, 3_500])
    real = iter([10_500, 12_006, 13_000])
    assert clock.measure(3, lambda: next(monotonic), lambda: next(real)) == (10_001, 5)


def test_a_clock_that_does_not_tick_is_not_called_exact():
    assert clock.measure(1, lambda: 7, lambda: 9) == (2, 1)


def test_the_real_clocks_agree_with_themselves():
    (first, loose), (second, slack) = clock.measure(), clock.measure()
    assert abs(first - second) <= loose + slack + 1_000_000


# Names ------------------------------------------------------------------------------------------

TRICKY = ["TP/A", "TP-A", "tp/a", "TP/A[..]", "..", "/", "", "TP/A\0", "a" * 400, HOSTILE, "é"]


def test_names_do_not_collide_even_without_case():
    assert len({safe_name(each).lower() for each in TRICKY}) == len(TRICKY)


@given(st.text(ANYTHING))
def test_names_are_safe_everywhere(identifier):
    name = safe_name(identifier)
    assert name.isascii()
    assert name.replace("-", "").replace("_", "").isalnum()
    assert len(name) < 100


def test_an_ordinary_id_is_its_own_anchor():
    assert anchor("TP/BASIC/ATE/BV-01[9]") == "TP/BASIC/ATE/BV-01[9]"
    assert fragment("TP/BASIC/ATE/BV-01[9]") == "#TP/BASIC/ATE/BV-01%5B9%5D"


@given(st.text(ANYTHING, min_size=1))
def test_an_anchor_has_no_white_space(identifier):
    assert anchor(identifier).isprintable()
    assert " " not in anchor(identifier)


@pytest.mark.parametrize("path", ["javascript:alert(1)", "//host/x", 'a"b', "https://host/x"])
def test_a_link_is_a_path(path):
    link = relative_link(path)
    assert not link.startswith("/")
    assert not set(link) & set(':"<>&')


def test_a_link_can_lead_elsewhere():
    assert relative_link("transcripts/a.jsonl", "../run") == "../run/transcripts/a.jsonl"


# Text -------------------------------------------------------------------------------------------


@given(st.text(ANYTHING))
def test_visible_text_can_be_written_and_read(text):
    seen = visible(text)
    seen.encode("utf-8")
    assert all(each.isprintable() or each in "\n\t" or ord(each) >= 0xA0 for each in seen)


def test_nothing_is_dropped_in_silence():
    assert visible("a\x1b[0m\x00\r\u202e") == r"a\x1b[0m\x00\x0d\u202e"
    assert visible("caf\xe9\tb\n") == "caf\xe9\tb\n"


def test_what_is_cut_off_is_counted():
    assert bounded("abcdef", 4) == "abcd... (2 more characters)"
    assert bounded("abcd", 4) == "abcd"
    assert one_line("a\n b\r\n") == "a b"


def test_a_long_trace_keeps_both_ends():
    shown = bounded_lines([str(number) for number in range(1_000)], 6, 2)
    assert shown == ["0", "1", "2", "3", shown[4], "998", "999"]
    assert shown[4] == "... (994 more lines; the transcript has all of them)"


def test_numbers_sort_as_numbers():
    assert sorted(["4.1.10", "4.1.9", "A", "4.1"], key=natural) == ["4.1", "4.1.9", "4.1.10", "A"]


# Folders ----------------------------------------------------------------------------------------

MOMENT = datetime(2026, 11, 22, 19, 34, 41, tzinfo=UTC)


def test_two_runs_of_one_second_get_two_folders(tmp_path):
    names = [folder.fresh_folder(tmp_path, MOMENT).name for _ in range(3)]
    assert names == ["20261122T193441Z", "20261122T193441Z-2", "20261122T193441Z-3"]


def test_latest_points_to_the_newest(tmp_path):
    for _ in range(2):
        newest = folder.fresh_folder(tmp_path, MOMENT)
        folder.point_latest(tmp_path, newest)
    assert (tmp_path / "reports" / "latest").resolve() == newest.resolve()
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == ["latest", "runs"]


def test_no_latest_where_links_are_impossible(tmp_path, monkeypatch):
    def refuse(*_arguments, **_keywords):
        raise OSError("no links here")

    monkeypatch.setattr("pathlib.Path.symlink_to", refuse)
    folder.point_latest(tmp_path, folder.fresh_folder(tmp_path, MOMENT))
    assert not (tmp_path / "reports" / "latest").exists()


def test_a_folder_called_latest_is_left_alone(tmp_path):
    (tmp_path / "reports" / "latest" / "mine").mkdir(parents=True)
    folder.point_latest(tmp_path, folder.fresh_folder(tmp_path, MOMENT))
    assert (tmp_path / "reports" / "latest" / "mine").is_dir()


def test_a_folder_that_holds_a_run_is_refused(tmp_path):
    (folder.named_folder(tmp_path / "new") / "journal.jsonl").touch()
    with pytest.raises(folder.FolderTaken, match="--report-dir"):
        folder.named_folder(tmp_path / "new")
