"""Every numbered heading of the document is in the edition, and every command under its own.

The numbers and names below were taken from the document's table of contents, not from the edition.
"""

import pytest

from conformance.catalogue import load_edition

#: Headings under which no single command is described.
GENERAL = [
    *("1", "1.1", "1.2", "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.2.6"),
    *("2", "3", "3.1", "3.2", "4", "4.1", "5", "5.1", "5.2", "5.2.20", "6", "7"),
]

#: Chapter -> the commands that have a heading in it, in the order of their numbers, from 1.
COMMANDS = {
    "3.2": "AT RST GMR GSLP ATE RESTORE UART UART_CUR UART_DEF SLEEP RFPOWER RFVDD",
    "4.1": "CWMODE CWMODE_CUR CWMODE_DEF CWJAP CWJAP_CUR CWJAP_DEF CWLAPOPT CWLAP CWQAP "
    "CWSAP CWSAP_CUR CWSAP_DEF CWLIF CWDHCP CWDHCP_CUR CWDHCP_DEF CWDHCPS_CUR CWDHCPS_DEF "
    "CWAUTOCONN CIPSTAMAC CIPSTAMAC_CUR CIPSTAMAC_DEF CIPAPMAC CIPAPMAC_CUR CIPAPMAC_DEF "
    "CIPSTA CIPSTA_CUR CIPSTA_DEF CIPAP CIPAP_CUR CIPAP_DEF CWSTARTSMART CWSTOPSMART "
    "CWSTARTDISCOVER CWSTOPDISCOVER WPS MDNS",
    "5.2": "CIPSTATUS CIPSTART CIPSSLSIZE CIPSEND CIPSENDEX CIPSENDBUF CIPBUFSTATUS CIPCHECKSEQ "
    "CIPBUFRESET CIPCLOSE CIFSR CIPMUX CIPSERVER CIPMODE SAVETRANSLINK CIPSTO PING CIUPDATE "
    "CIPDINFO",
}

#: Number of each heading of a command -> the command's name.
NAMED = {
    f"{chapter}.{number}": name
    for chapter, names in COMMANDS.items()
    for number, name in enumerate(names.split(), start=1)
}

#: Commands whose heading is not AT+ and the name; one is printed with a letter too many there.
HEADED = {"AT": "AT", "ATE": "ATE", "CIPBUFRESET": "AT+CIPBUFORESET"}

#: Clause 6, its table: which commands save, and where.
SAVING = {
    "user": "UART_DEF CWDHCP_DEF CIPSTAMAC_DEF CIPAPMAC_DEF CIPSTA_DEF CIPAP_DEF CWDHCPS_DEF "
    "SAVETRANSLINK",
    "system": "CWMODE_DEF CWJAP_DEF CWSAP_DEF CWAUTOCONN",
}


def test_the_document_has_68_commands_under_as_many_headings():
    """12 basic ones, 37 for Wi-Fi, 19 for TCP/IP; the last heading of 5.2 is no command's."""
    assert [len(names.split()) for names in COMMANDS.values()] == [12, 37, 19]
    assert len(set(NAMED.values())) == len(NAMED) == 68


def test_the_edition_has_these_headings_and_no_other():
    assert load_edition().clauses.keys() == {*GENERAL, *NAMED}


def test_the_edition_has_these_commands_and_no_other_each_under_its_heading():
    commands = load_edition().commands.values()

    assert {command.clause: command.name for command in commands} == NAMED


@pytest.mark.parametrize("number", [*GENERAL, *NAMED])
def test_each_heading_has_rows_or_says_why_it_has_none(number):
    edition = load_edition()
    rows = [row for row in edition.requirements.values() if row.clause == number]

    assert bool(rows) != bool(edition.clauses[number].empty_because)


@pytest.mark.parametrize("number", NAMED)
def test_each_command_has_a_row_for_each_form_that_it_has_or_lacks(number):
    edition = load_edition()
    command = edition.commands[NAMED[number]]
    forms = {
        row.form
        for row in edition.requirements.values()
        if (row.clause, row.command) == (number, command.name)
    }

    assert {*command.forms, *command.absent_forms} <= forms


@pytest.mark.parametrize("number", NAMED)
def test_the_answer_of_a_form_that_a_command_lacks_is_observed_and_what_it_does_is_judged(number):
    edition = load_edition()
    command = edition.commands[NAMED[number]]

    for form in command.absent_forms:
        rows = [f"{number}/{command.name}/{form}/{each}" for each in ("01", "02")]
        levels = [edition.requirements[row].level.value for row in rows]
        assert levels == ["observed", "mandatory"]


@pytest.mark.parametrize("number", NAMED)
def test_the_heading_of_a_command_names_it(number):
    name = NAMED[number]

    assert load_edition().clauses[number].title.split()[0] == HEADED.get(name, f"AT+{name}")


@pytest.mark.parametrize("area", SAVING)
def test_the_appendix_has_rows_for_each_command_of_its_table(area):
    rows = load_edition().requirements

    for name in SAVING[area].split():
        assert f"the {area} parameter area" in rows[f"6/{name}/general/01"].statement
        assert f"the {area} parameter area" not in rows[f"6/{name}/general/02"].statement


#: Commands for whose set form the row Response lists ERROR without a cause of its own; of ATE the
#: text of clause 3.2.5 says it.
LISTS_ERROR = (
    "ATE CWLAPOPT CWLAP CWSAP CWSAP_CUR CWSAP_DEF CWSTARTSMART CWSTARTDISCOVER WPS MDNS "
    "CIPSTART CIPSSLSIZE CIPSENDBUF CIPCLOSE SAVETRANSLINK CIPDINFO"
)


def test_the_code_of_a_refusal_is_observed_where_no_row_lists_error_and_nowhere_else():
    """Ruling R-140: every set form has either ERROR in its row, or a requirement of that number."""
    edition = load_edition()
    sets = {each.name for each in edition.commands.values() if "set" in each.forms}
    observed = {
        row.command: row for row in edition.requirements.values() if row.id.endswith("/set/90")
    }

    assert observed.keys() == sets - set(LISTS_ERROR.split())
    assert all(row.level == "observed" and row.place for row in observed.values())
