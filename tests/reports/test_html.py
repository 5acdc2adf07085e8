"""index.html: says everything, links inside itself, and lets nothing from the IUT act."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.record import Review
from conformance.verdict import Verdict
from reports.html import HINDRANCES, SIGNS, render
from reports.matrix import matrix
from reports.results import build
from tests.reports.made_by_hand import (
    HOSTILE,
    edition,
    end_record,
    full_run,
    judgement,
    purpose,
    rig_record,
    run_record,
)

ECHO = "3.2.9/ATE/set/01"
ECHO2 = "3.2.9/ATE/set/02"
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Checks that tags nest, and collects what the tests ask for."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        for name, value in attrs:
            self.attributes[name] += 1
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def page_of(*records, **more):
    return Page(render(build(records, edition()), **more))


def whole_page(**more):
    pairs = {
        ECHO: judgement(Verdict.FAIL, "It echoed.", expected="no echo", actual="ATE0"),
        ECHO2: judgement(Verdict.PASS),
    }
    return page_of(
        *full_run(
            purpose(
                "TP/BASIC/ATE/BV-01[9]",
                Verdict.FAIL,
                pairs=pairs,
                rulings=("R-01",),
                trace=("+0.000 > ATE0", "+0.004 < ATE0"),
                transcript="transcripts/TP-BASIC-ATE-BV-01-9-0123456789ab.1.jsonl",
                captures=("captures/TP-BASIC.1.1.pcapng", "captures/TP-BASIC.1.2.pcapng"),
                seen=("0.001 > ARP reply 192.168.4.1 is at 02:00:00:00:00:01",),
            ),
            purpose("TP/BASIC/AT/BV-01", Verdict.PASS, ("3.1.1/AT/execute/01",)),
            purpose("TP/BASIC/AT/BV-02", Verdict.ERROR, ("3.1.1/AT/execute/01",)),
            purpose("TP/GMR", Verdict.NOT_RUN, ("3.2.10/GMR/execute/01",)),
        ),
        **more,
    )


def test_the_answer_and_what_stands_beside_it():
    text = whole_page().text
    assert "Not conformant 1 mandatory requirement not met." in text
    assert "1 requirement not run (capability-missing), 0 of them mandatory" in text


def test_the_first_page_says_what_kept_requirements_from_being_run():
    lacking = judgement(Verdict.NOT_RUN, f"the rig lacks it: no {HOSTILE} and no wire")
    run = purpose("TP/GMR", Verdict.NOT_RUN, pairs={"3.2.10/GMR/execute/01": lacking})
    page = render(build(full_run(run), edition()))
    first = Page(page[: page.index("<nav")] + "</header></body></html>").text
    assert "1: the rig lacks it: no " in first
    assert "and no wire" in first
    assert HOSTILE not in page


def test_of_many_hindrances_the_first_page_shows_some_and_counts_the_rest():
    names = list(edition().requirements)[: HINDRANCES + 2]
    run = [
        purpose(f"TP/{n}", Verdict.NOT_RUN, pairs={name: judgement(Verdict.NOT_RUN, f"no {n}")})
        for n, name in enumerate(names)
    ]
    assert "and 2 more, which stand with the requirements" in page_of(*full_run(*run)).text


def test_workers_whose_reviews_say_the_same_share_a_notice():
    same, other, none = Review(9, 9, note="same"), Review(9, 9, note="other"), Review(9, 9)
    reviews = (replace(same, transcript="a"), other, replace(same, transcript="b"), none)
    rigs = [rig_record(worker=f"gw{n}", review=each) for n, each in enumerate(reviews)]
    told = page_of(run_record(), *rigs, end_record()).text
    notices = re.findall(r"Review of the claims \((.*?)\):", told)
    assert notices == ["workers gw0, gw2", "worker gw1"]


@pytest.mark.parametrize(
    "told",
    [
        "AT version:1.3.0.0",
        "no namespaces here",
        "Expected no echo Actual ATE0",
        "+0.000 > ATE0 +0.004 < ATE0",
        "0.001 > ARP reply 192.168.4.1 is at 02:00:00:00:00:01",
        "d1" * 32,
        "everything the document lists",
        "3.5 s",
        "The IUT obeys 3.2.10/GMR/urc/01.",
        "Only a radio could see it.",
        "R-01: Echo",
    ],
)
def test_the_page_tells(told):
    assert told in whole_page().text


def test_nested_values_read_like_a_list():
    run = run_record(pixit={"line": {"baudrate": 115200, "parity": "N"}}, selection={"req": []})
    text = page_of(run).text
    assert "line baudrate 115200, parity N" in text
    assert "req none" in text


def test_every_link_inside_the_page_arrives():
    page = whole_page()
    inside = {unquote(link[1:]) for link in page.links if link.startswith("#")}
    assert inside <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert "TP/BASIC/ATE/BV-01[9]" in inside


def test_links_to_evidence_lead_back_to_the_run():
    transcript = "transcripts/TP-BASIC-ATE-BV-01-9-0123456789ab.1.jsonl"
    assert transcript in whole_page().links
    assert f"../run/{transcript}" in whole_page(evidence="../run").links
    for capture in ("captures/TP-BASIC.1.1.pcapng", "captures/TP-BASIC.1.2.pcapng"):
        assert capture in whole_page().links
        assert f"../run/{capture}" in whole_page(evidence="../run").links


def test_the_page_needs_no_script_and_no_network():
    page = whole_page()
    assert not page.tags.keys() & {"script", "link", "img", "iframe", "object", "base", "form"}
    assert not any(re.match("[a-z]+:|//", link) for link in page.links)
    assert not any(name.startswith("on") for name in page.attributes)


def test_a_verdict_is_never_colour_alone():
    text = whole_page().text
    for verdict in ("pass", "fail", "error", "not run", "none"):
        assert f"{SIGNS[verdict]} {verdict}" in text
    assert SIGNS.keys() == {verdict.value for verdict in Verdict}
    assert len(set(SIGNS.values())) == len(SIGNS)


def test_failing_things_come_first():
    text = whole_page().text
    assert text.index("What needs attention") < text.index("What was tested, with what")
    attention = text[text.index("It echoed.") :]
    assert "TP/BASIC/AT/BV-02" in attention


def test_an_interrupted_run_says_so():
    text = page_of(run_record(), purpose("TP/A", Verdict.PASS, (ECHO,))).text
    assert "Interrupted: the harness ended without saying so" in text
    assert "Ended not written down" in text


def test_restarts_that_nobody_asked_for_stand_on_the_first_page_with_a_hint_at_the_supply():
    told = purpose("TP/A", Verdict.PASS, (ECHO,), unasked_restarts=3, idle_restarts=1)
    text = page_of(*full_run(told, purpose("TP/B", Verdict.PASS, (ECHO,)))).text
    assert "the IUT restarted 3 times though nobody asked it to, in 1 purpose; 1 of these" in text
    assert "look at the supply" in text
    assert "Unasked restarts" not in whole_page().text


def test_a_run_that_decided_nothing_says_so():
    text = page_of(*full_run()).text
    assert "Nothing was decided" in text
    assert "No purpose ended." in text


def test_another_transcription_is_noticed():
    assert "Another transcription" in page_of(run_record(edition_digest="e2" * 32)).text
    assert "Another transcription" not in whole_page().text


def test_a_rig_that_did_not_open_is_noticed():
    rig = rig_record(opened=False, identity=(), problem="no such port")
    text = page_of(run_record(), rig, end_record()).text
    assert "could not be opened: no such port" in text


def hostile_records(said):
    pairs = {
        ECHO: judgement(Verdict.FAIL, said, expected=said, actual=said),
        f"9/{said}/set/01": judgement(Verdict.INCONCLUSIVE, said),
    }
    told = {
        "pairs": pairs,
        "statement": said,
        "sentence": said,
        "trace": (said,) * 3,
        "nodeid": said,
        "transcript": f"transcripts/{said}",
        "captures": (f"captures/{said}", said),
        "seen": (said,) * 3,
        "rulings": (said,),
        "worker": said,
    }
    return (
        run_record(rig=said, pics=said, profile=said, pixit={said: said}, selection={"x": [said]}),
        rig_record(
            identity=(said,),
            missing={said: said},
            capabilities=(said,),
            problem=said,
            opened=False,
            transcript=f"transcripts/{said}",
            profile=said,
            deviations={ECHO2: said},
        ),
        purpose("TP/passed", Verdict.PASS, (ECHO2,)),
        purpose(f"TP/{said}", Verdict.FAIL, **told, attempt=2),
        purpose(f"TP/{said}", Verdict.ERROR, **told, attempt=1),
        end_record(interrupted=said),
    )


HARMLESS = page_of(*hostile_records("harmless"))


def assert_nothing_acts(said):
    page = page_of(*hostile_records(said))
    assert page.tags.keys() <= HARMLESS.tags.keys()
    assert page.attributes.keys() == HARMLESS.attributes.keys()
    assert not any(re.match("[a-z]+:|//", link) for link in page.links)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", page.text)


@pytest.mark.parametrize(
    "said",
    [
        HOSTILE,
        "<script>alert(1)</script>",
        "\"' onmouseover='alert(1)",
        "javascript:alert(1)",
        "{{ 7 * 7 }}{% raw %}",
        "</pre></details></main>",
        "</style><script>",
        "\x1b]0;title\x07\x9b31m",
        "\xe9" * 10 + "\udcff",
    ],
)
def test_nothing_from_the_iut_acts(said):
    assert_nothing_acts(said)


@given(st.text(st.characters(exclude_categories=()), max_size=60))
@settings(deadline=None, max_examples=40)
def test_nothing_at_all_acts(said):
    assert_nothing_acts(said)


def test_a_template_in_an_answer_is_not_run():
    assert "{{ 7 * 7 }}" in page_of(*hostile_records("{{ 7 * 7 }}")).text


def test_long_things_are_bounded_and_counted():
    flood = ["y" * 100_000] * 5_000
    record = purpose(
        "TP/A",
        Verdict.FAIL,
        pairs={ECHO: judgement(Verdict.FAIL, actual="x" * 1_000_000)},
        trace=tuple(flood),
    )
    text = render(build(full_run(record), edition()))
    assert len(text) < 150_000
    assert "(999000 more characters)" in text
    assert "(99600 more characters)" in text
    assert "(4840 more lines; the transcript has all of them)" in text


def test_the_page_is_the_same_every_time():
    results = build(full_run(purpose("TP/A", Verdict.PASS, (ECHO,))), edition())
    assert render(results) == render(results)


# The matrix -------------------------------------------------------------------------------------


def matrix_of(*purposes):
    return matrix(build(full_run(*purposes), edition()))


def test_the_matrix_has_every_command_in_order():
    found = matrix_of()
    assert [row.name for row in found.commands] == ["AT", "ATE", "GMR"]
    assert [(row.clause, row.title) for row in found.general] == [("2", "Rules")]
    assert found.forms == ("test", "query", "set", "execute", "urc", "general")


def test_a_cell_counts_and_leads_to_what_decides():
    mixed = {ECHO: judgement(Verdict.PASS), ECHO2: judgement(Verdict.FAIL)}
    row = matrix_of(purpose("TP/A", Verdict.FAIL, pairs=mixed)).commands[1]
    cells = {cell.form: cell for cell in row.cells}
    found = cells["set"]
    assert (found.verdict, found.share, found.total, found.requirement) == ("fail", 1, 2, ECHO2)
    assert cells["query"].absent
    assert cells["query"].verdict == "none"
    assert cells["test"].absent
    assert cells["test"].verdict == ""
    assert not cells["urc"].absent


def test_what_was_observed_is_shown_with_its_value():
    pairs = {ECHO: judgement(Verdict.OBSERVED, actual="no answer")}
    page = page_of(*full_run(purpose("TP/A", Verdict.OBSERVED, pairs=pairs)))

    assert "What was observed" in page.text
    assert "no answer" in page.text
    assert "What was observed" not in page_of(*full_run(purpose("TP/A", Verdict.PASS))).text
