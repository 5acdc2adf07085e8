"""Lines that are wrong in one place: made from what the edition says of a command's parameters.

Law of this file: it knows how a set form can be wrong, not which command it is for. Each line is
the command's example with one thing changed, so that only that one thing can be refused. Strings
that are right, but hard to read, stand beside those that are wrong.
"""

from collections.abc import Iterator

from conformance.commandline import CommandLine, Value, Verbatim, quoted, set_
from conformance.document import Command, Parameter

#: Where a value would be taken for another one, if it were kept in too few bits.
_WIDTHS = (8, 16, 32, 64)

#: So many times smaller or greater is far away, and again a round number where the end is one.
_FAR = 4

#: More digits than any variable of firmware holds.
_HUGE = 10**20


def outside(parameter: Parameter) -> Iterator[int]:
    """Values just outside what the document lists, far from it, and cut by a narrow variable."""
    ends = parameter.bounds
    if not ends:
        raise ValueError(f"the document gives {parameter.name} no range, so nothing is outside")
    candidates = [ends[0] - 1, ends[-1] + 1, -ends[-1], _HUGE]
    candidates += [ends[0] // _FAR, ends[-1] * _FAR]
    candidates += range(ends[0], ends[-1]) if parameter.values else []  # the gaps of a list
    candidates += [end + (1 << width) for end in ends for width in _WIDTHS]
    yield from (value for value in dict.fromkeys(candidates) if not parameter.allows(value))


def text(length: int) -> str:
    """A string of `length` bytes in which no part stands twice, up to 62, so that a cut shows."""
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return (alphabet * (length // len(alphabet) + 1))[:length]


def inside_length(parameter: Parameter) -> Iterator[str]:
    """Strings of the least and the greatest length that the document gives, and next to them."""
    least, greatest = _lengths(parameter)
    near = [least, least + 1] if least is not None else []
    near += [greatest - 1, greatest] if greatest is not None else []
    yield from (text(n) for n in dict.fromkeys(near) if parameter.allows(text(n)))


def outside_length(parameter: Parameter) -> Iterator[str]:
    """Strings that are too short or too long; each just so, and by far."""
    least, greatest = _lengths(parameter)
    far = [least - 1, 1, 0] if least is not None else []
    far += [greatest + 1, 2 * greatest] if greatest is not None else []
    yield from (text(n) for n in dict.fromkeys(far) if n >= 0 and not parameter.allows(text(n)))


def _lengths(parameter: Parameter) -> tuple[int | None, int | None]:
    if (parameter.minlength, parameter.maxlength) == (None, None):
        raise ValueError(f"the document gives {parameter.name} no length, so nothing is outside")
    return parameter.minlength, parameter.maxlength


#: Strings with what a parser may stumble over, each with its name; all are valid once quoted.
SPECIAL = {
    "quote": 'a"b',
    "quote-at-end": 'ab"',
    "backslash": "a\\b",
    "backslash-at-end": "ab\\",
    "two-escapes": 'a\\"b\\',
    "two-quotes": '""ab',
    "comma": "a,b",
    "two-commas": ",,ab",
    "space": "a b",
    "space-at-ends": " ab ",
    "question": "ab?",
    "equals": "=?",
    "command": "AT+RST",
    "slash": "a/b",
    "semicolon": "a;b",
    "apostrophe": "a'b",
    "percent": "%s%n",
}

#: Those in which something has to be escaped, and those in which nothing has.
ESCAPED = {key: value for key, value in SPECIAL.items() if set(value) & set('",\\')}
PLAIN = {key: value for key, value in SPECIAL.items() if key not in ESCAPED}


def with_one(command: Command, index: int, value: Value) -> CommandLine:
    """The command's example with `value` as parameter number `index`, from 0."""
    values: list[Value] = list(_example(command))
    values[index] = value
    return set_(command.name, *values)


def wrong_shapes(command: Command) -> Iterator[tuple[str, CommandLine]]:
    """Sets with a wrong number of parameters, or with one of a wrong kind; each with its name."""
    yield from _wrong_numbers_of_parameters(command)
    for index, parameter in enumerate(command.parameters):
        for kind, text in _wrong_kinds(parameter, _example(command)[index]):
            if kind == "empty" and len(command.parameters) == 1:
                continue  # the same line as "nothing"
            yield f"{parameter.name}-{kind}", with_one(command, index, Verbatim(text))


def _wrong_numbers_of_parameters(command: Command) -> Iterator[tuple[str, CommandLine]]:
    values, name = _example(command), command.name
    needed = sum(not parameter.optional for parameter in command.parameters)
    if needed:
        yield "nothing", set_(name, Verbatim(b""))
    for count in range(1, needed):
        yield f"only-{count}", set_(name, *values[:count])
    yield "one-more", set_(name, *values, 0)
    yield "comma-at-end", set_(name, *values, Verbatim(b""))
    yield "comma-at-start", set_(name, Verbatim(b""), *values)
    if len(values) > 1:
        text = b";".join(_written(value) for value in values)
        yield "semicolons", set_(name, Verbatim(text))


def _wrong_kinds(parameter: Parameter, value: int | str) -> Iterator[tuple[str, bytes]]:
    """Texts that are no value of `parameter`; an empty one is a missing parameter, if it is one."""
    written = _written(value)
    if parameter.kind == "string":
        yield "unquoted", written.strip(b'"')
        yield "half-quoted", written[:-1]
    else:
        yield "letter", b"x"
        yield "fraction", written + b".5"
        yield "minus", b"-"
    yield "tail", written + b"a"
    if not parameter.optional:
        yield "empty", b""


def _example(command: Command) -> tuple[int | str, ...]:
    if not command.example:
        raise ValueError(f"the edition has no example for {command.name} to make wrong lines from")
    return command.example


def _written(value: int | str) -> bytes:
    return b"%d" % value if isinstance(value, int) else quoted(value.encode())
