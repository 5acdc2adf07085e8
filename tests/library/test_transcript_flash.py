"""What was read of a flash, written down: it comes back whole, and anything else is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.flash import USER_AREA_END, FlashLayout
from conformance.transcript import flash_detail, flash_of, layout_detail, layout_of

LAYOUT = FlashLayout(1 << 20)
USER, SYSTEM = LAYOUT.user_area, LAYOUT.system_area
EMPTY = b"\xff" * len(USER)

#: What nobody wrote with `flash_detail` or `layout_detail`, or what was damaged since.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["areas", "packed", "size", "map", "x"]), inner)
    ),
    max_leaves=12,
)


@st.composite
def read(draw):
    """An area of a flash and what is in it."""
    start, content = draw(st.integers(0, 2**24)), draw(st.binary(max_size=300))
    return range(start, start + len(content)), content


# The layout


@given(st.integers(1 << 21, 1 << 24), st.sampled_from(sorted(USER_AREA_END)))
def test_a_layout_comes_back(size, name):
    layout = FlashLayout(size, name)

    assert layout_of(layout_detail(layout)) == layout


@pytest.mark.parametrize(
    "detail",
    ["", "{", "null", "5", '"text"', "[]", "{}", '{"map": "512+512"}', '{"size": 1, "x": 2}'],
)
def test_what_is_no_layout_is_refused(detail):
    with pytest.raises((ValueError, TypeError)):
        layout_of(detail)


@pytest.mark.parametrize(
    "detail",
    [
        '{"size": "big"}',
        '{"size": null}',
        '{"size": -1}',
        '{"size": 1048576, "map": 5}',
        '{"size": 1048576, "map": "512+0"}',
    ],
)
def test_a_layout_whose_areas_nobody_can_tell_is_refused(detail):
    with pytest.raises((ValueError, TypeError)):
        layout_of(detail)


# The content


@given(st.lists(read(), max_size=3))
def test_what_was_read_comes_back(parts):
    where, contents = tuple(area for area, _ in parts), tuple(content for _, content in parts)

    assert flash_of(flash_detail(where, contents)) == (where, contents)


def test_an_empty_flash_takes_little_room_and_is_printable_on_one_line():
    detail = flash_detail([USER, SYSTEM], [EMPTY, EMPTY])

    assert len(detail) < 300
    assert detail.isascii()
    assert detail.isprintable()
    assert flash_of(detail) == ((USER, SYSTEM), (EMPTY, EMPTY))


def test_random_content_is_kept_too():
    content = bytes(range(256)) * 64

    assert flash_of(flash_detail([USER], [content]))[1] == (content,)


@given(JSON)
def test_other_json_is_refused_as_promised_or_has_the_right_types(value):
    try:
        where, contents = flash_of(json.dumps(value))
    except (ValueError, KeyError, TypeError):
        return
    assert all(isinstance(area, range) for area in where)
    assert all(isinstance(content, bytes) for content in contents)


@given(st.data())
def test_a_damaged_text_is_refused_as_promised_or_comes_back_as_bytes(data):
    detail = flash_detail([USER], [EMPTY])
    place = data.draw(st.integers(0, len(detail) - 1))
    damaged = detail[:place] + data.draw(st.characters()) + detail[place + 1 :]
    try:
        _, contents = flash_of(damaged)
    except (ValueError, KeyError, TypeError):
        return
    assert all(isinstance(content, bytes) for content in contents)


@given(st.integers(0))
def test_a_text_that_was_cut_short_is_refused(end):
    detail = flash_detail([USER], [EMPTY])

    with pytest.raises(ValueError, match=r".+"):
        flash_of(detail[: end % len(detail)])


@pytest.mark.parametrize("change", ["x", "=", " ", "\n", "é"])
def test_packed_content_that_is_no_base64_is_refused(change):
    fields = json.loads(flash_detail([USER], [EMPTY]))
    packed = fields["packed"][0]
    fields["packed"][0] = packed[:4] + change + packed[4:]

    with pytest.raises(ValueError, match=r".+"):
        flash_of(json.dumps(fields))


def test_packed_content_that_is_damaged_says_so():
    fields = json.loads(flash_detail([USER], [EMPTY]))
    fields["packed"][0] = fields["packed"][0][:-8]

    with pytest.raises(ValueError, match=r"damaged flash content|padding"):
        flash_of(json.dumps(fields))


@pytest.mark.parametrize(
    ("where", "contents"),
    [
        ([USER], []),
        ([USER, SYSTEM], [EMPTY]),
        ([USER], [EMPTY, EMPTY]),
        ([USER], [EMPTY[:-1]]),
    ],
    ids=["none", "one of two", "two of one", "short"],
)
def test_content_that_does_not_fill_its_area_is_refused(where, contents):
    with pytest.raises(ValueError, match=r".+"):
        flash_of(flash_detail(where, contents))
