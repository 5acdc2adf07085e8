"""A pytest plugin: the purposes in an order that a seed gives.

Law of this file: nothing is left out and nothing is judged; only the order is another one.
"""

from __future__ import annotations

import random

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The seed of the order."""
    parser.addoption("--order", type=int, default=0, help="the seed of the order; 0: as written")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shuffle what is left when everybody else has chosen."""
    if seed := config.getoption("order"):
        random.Random(seed).shuffle(items)
