"""The parameters behind an equals sign. Law of this file: it splits, and judges no value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter as it was meant; `quoted` tells a string from anything else."""

    text: str
    quoted: bool = False

    def number(self) -> int | None:
        """The integer that it is, if it is one that anybody could mean."""
        digits = self.text.removeprefix("-")
        plain = not self.quoted and digits.isascii() and digits.isdigit() and len(digits) < 100
        return int(self.text) if plain else None


def split(text: str) -> list[Parameter] | None:
    """The parameters in `text`; None if a quotation mark stands where none can be."""
    found: list[Parameter] = []
    at = 0
    while True:
        if text[at : at + 1] == '"':
            end = _closing(text, at + 1)
            if end is None or text[end + 1 : end + 2] not in ("", ","):
                return None
            found.append(Parameter(_unescaped(text[at + 1 : end]), quoted=True))
            at = end + 1
        else:
            end = text.find(",", at) if "," in text[at:] else len(text)
            if '"' in text[at:end]:
                return None
            found.append(Parameter(text[at:end]))
            at = end
        if at >= len(text):
            return found
        at += 1


def _closing(text: str, at: int) -> int | None:
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text[at] == '"':
            return at
        else:
            at += 1
    return None


def _unescaped(text: str) -> str:
    plain, at = "", 0
    while at < len(text):
        at += text[at] == "\\" and at + 1 < len(text)
        plain += text[at]
        at += 1
    return plain
