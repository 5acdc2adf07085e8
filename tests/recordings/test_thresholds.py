"""The emulator's personality nonos-1.3 says what the vendor's AT 1.3.0.0 said, nearly always."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.statement import Pixit
from rigs.open import read_choice
from tests.recordings.__main__ import DEFAULT_RIG, RIGS
from tests.recordings.agreement import Agreement, page
from tests.recordings.recording import load
from tests.recordings.replaying import replay

#: The least agreement in percent, of the steps that nothing speaks against.
LEAST = {"bytes": 99.5, "lines": 99.5, "finals": 99.8}


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    choice = read_choice(DEFAULT_RIG, Path.cwd())
    return replay(load(), lambda: choice.open(Pixit()), RIGS)


@pytest.mark.timeout(300)
def test_every_group_was_played(agreement: Agreement) -> None:
    assert agreement.not_played == []
    assert len(agreement.played) == sum(map(len, load().values()))
    assert agreement.total.steps > 6100


@pytest.mark.timeout(300)
@pytest.mark.parametrize("level", LEAST)
def test_the_emulator_says_what_the_firmware_said(agreement: Agreement, level: str) -> None:
    assert agreement.total.percent(level) >= LEAST[level], page(agreement, 20, level)
