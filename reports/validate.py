"""The published schema of results.json, and the check that what we write obeys it.

Law of this file: results that break the schema are a bug of the harness, never of the IUT, and
are not written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

SCHEMA = Path(__file__).parent / "schema" / "results.schema.json"


class SchemaViolation(Exception):
    """Results that the harness made do not have the shape that it publishes."""


@lru_cache(maxsize=1)
def schema() -> Mapping[str, Any]:
    """The schema of results.json."""
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return loaded


#: A subschema with these keys alone asks for a type and for nothing else.
_OF_TYPE_ALONE = frozenset({"type", "title", "description"})

#: Words that were found to obey a subschema of ours, such as verdicts, by the subschema's identity.
_KNOWN: set[tuple[int, str]] = set()


def _settled(validator: Any, value: Any, subschema: Any) -> bool:
    """Whether `value` obeys `subschema` so plainly that jsonschema need not be asked.

    Nearly all values of a run do, and jsonschema makes a validator of its own for each of them.
    """
    if not isinstance(subschema, Mapping):
        return False
    if subschema.keys() <= _OF_TYPE_ALONE:
        types = subschema.get("type", [])
        names = [types] if isinstance(types, str) else types
        return any(validator.is_type(value, name) for name in names)
    if not isinstance(value, str) or not subschema.keys() & {"$ref", "enum"}:
        return False
    word = id(subschema), value
    if word not in _KNOWN and not any(validator.descend(value, subschema)):
        _KNOWN.add(word)
    return word in _KNOWN


def _properties(
    validator: Any, properties: Mapping[str, Any], value: Any, whole: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if validator.is_type(value, "object"):
        properties = {
            name: subschema
            for name, subschema in properties.items()
            if name in value and not _settled(validator, value[name], subschema)
        }
    yield from Draft202012Validator.VALIDATORS["properties"](validator, properties, value, whole)


def _items(
    validator: Any, items: Any, value: Any, whole: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if validator.is_type(value, "array") and all(_settled(validator, i, items) for i in value):
        return
    yield from Draft202012Validator.VALIDATORS["items"](validator, items, value, whole)


_KEYWORDS = {"properties": _properties, "items": _items}
_Validator = extend(Draft202012Validator, _KEYWORDS)  # type: ignore[no-untyped-call]


def check(results: Mapping[str, Any]) -> None:
    """Raise `SchemaViolation` unless `results` obey the schema."""
    problem = best_match(_Validator(schema()).iter_errors(results))
    if problem is not None:
        raise SchemaViolation(
            f"results.json breaks its schema at {problem.json_path}: {problem.message[:300]}; "
            "this is a bug of the harness, and the journal still holds everything"
        )
