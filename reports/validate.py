"""The published schema of results.json, and the check that what we write obeys it.

Law of this file: results that break the schema are a bug of the harness, never of the IUT, and
are not written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

SCHEMA = Path(__file__).parent / "schema" / "results.schema.json"


class SchemaViolation(Exception):
    """Results that the harness made do not have the shape that it publishes."""


@lru_cache(maxsize=1)
def schema() -> Mapping[str, Any]:
    """The schema of results.json."""
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return loaded


def check(results: Mapping[str, Any]) -> None:
    """Raise `SchemaViolation` unless `results` obey the schema."""
    problem = best_match(Draft202012Validator(schema()).iter_errors(results))
    if problem is not None:
        raise SchemaViolation(
            f"results.json breaks its schema at {problem.json_path}: {problem.message[:300]}; "
            "this is a bug of the harness, and the journal still holds everything"
        )
