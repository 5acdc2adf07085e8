"""Where a flash keeps parameters: the areas of clause 6, for every size that holds the map."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.flash import AREA, USER_AREA_END, FlashLayout

MEGABYTE = 1 << 20
#: Flash maps and the sizes that can hold both halves of them.
SOUND = [
    (size * MEGABYTE, name)
    for size in (1, 2, 4, 8, 16)
    for name, end in USER_AREA_END.items()
    if size * MEGABYTE >= 2 * end
]


@pytest.mark.parametrize(
    ("layout", "user", "system"),
    [
        (FlashLayout(MEGABYTE), (0x7C000, 0x80000), (0xFC000, 0x100000)),
        (FlashLayout(2 * MEGABYTE), (0x7C000, 0x80000), (0x1FC000, 0x200000)),
        (FlashLayout(2 * MEGABYTE, "1024+1024"), (0xFC000, 0x100000), (0x1FC000, 0x200000)),
        (FlashLayout(4 * MEGABYTE, "1024+1024"), (0xFC000, 0x100000), (0x3FC000, 0x400000)),
    ],
)
def test_the_areas_lie_where_clause_6_says(layout, user, system):
    assert layout.user_area == range(*user)
    assert layout.system_area == range(*system)


@given(st.sampled_from(SOUND))
def test_the_areas_are_16_kb_each_in_whole_sectors_in_the_flash_and_apart(sound):
    layout = FlashLayout(*sound)

    for area in (layout.user_area, layout.system_area):
        assert len(area) == AREA == 16_384
        assert area.start % 4096 == 0
        assert 0 <= area.start < area.stop <= layout.size
    assert layout.user_area.stop <= layout.system_area.start


def test_the_map_decides_about_the_user_area_alone_and_the_size_about_the_system_area():
    small, large = FlashLayout(2 * MEGABYTE), FlashLayout(4 * MEGABYTE)
    other = FlashLayout(2 * MEGABYTE, "1024+1024")

    assert small.user_area == large.user_area != other.user_area
    assert small.system_area == other.system_area != large.system_area


def test_a_map_that_the_document_does_not_have_is_refused():
    with pytest.raises(ValueError, match=r"512\+0"):
        FlashLayout(MEGABYTE, "512+0")


def test_a_flash_that_is_too_small_for_its_map_is_refused():
    with pytest.raises(ValueError, match="1064960 bytes or more, not 1048576"):
        FlashLayout(MEGABYTE, "1024+1024")


def test_a_layout_cannot_be_changed():
    with pytest.raises(AttributeError):
        FlashLayout(MEGABYTE).size = 0
