"""Captured bytes as lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaptui.escaping import one_line
from scaptui.views.cells import line_text, line_width
from scaptui.views.stream_form import FORMS, Form, data_lines


def lines(data: bytes, form: Form = "text", room: int = 40, moved: int | None = None) -> list[str]:
    moved = len(data) if moved is None else moved
    return [line_text(line) for line in data_lines(data, moved - len(data), moved, form, room)]


def test_text_stands_in_its_lines() -> None:
    assert lines(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nbody") == [
        "GET / HTTP/1.1",
        "Host: x",
        "(empty line)",
        "body",
    ]


def test_a_long_line_goes_on_in_the_next() -> None:
    assert lines(b"x" * 100) == ["x" * 40, "x" * 40, "x" * 20]


def test_controls_are_numbers_in_text_and_dots_else() -> None:
    assert lines(b"\x1b[2Ja\xff\tb") == ["\\x1b[2Ja\\xff\\tb"]
    assert lines(b"\x1b[2Ja\xff", "ascii") == [".[2Ja."]
    assert lines(b"\x1b[2Ja\xff", "hex", 60)[0].endswith(".[2Ja.")


def test_what_is_missing_is_said() -> None:
    assert lines(b"abc", moved=1003) == ["abc", "… 1,000 of 1,003 bytes not captured"]
    assert lines(b"", moved=5) == ["… 5 of 5 bytes not captured"]


def test_hex_has_offsets_and_both_halves() -> None:
    assert lines(b"0123456789abcdefXY", "hex", 72) == [
        "0000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef",
        "0010  58 59                                             XY",
    ]


@pytest.mark.parametrize("form", FORMS)
@given(data=st.binary(max_size=400), room=st.integers(24, 120))
def test_no_line_is_wider_than_its_room_or_holds_a_control(
    form: Form, data: bytes, room: int
) -> None:
    for line in data_lines(data, 0, len(data), form, room):
        assert line_width(line) <= room
        # Nothing is left that a terminal would obey or that cannot be seen.
        assert one_line(line_text(line)) == line_text(line)


@pytest.mark.parametrize("form", FORMS)
def test_a_match_is_marked_and_moves_nothing(form: Form) -> None:
    data = b"GET /foo HTTP/1.0\r\nHost: foo" + bytes(range(40))
    plain = data_lines(data, 0, len(data), form, 60)
    marked = data_lines(data, 0, len(data), form, 60, [(5, 8), (25, 28)])
    assert [line_text(line) for line in marked] == [line_text(line) for line in plain]
    matched = [piece.text for line in marked for piece in line if piece.role == "match"]
    assert "foo" in matched


@given(st.binary(max_size=80), st.lists(st.integers(0, 80), min_size=2, max_size=6))
def test_marks_never_change_what_is_written(data: bytes, places: list[int]) -> None:
    ends = sorted(places)
    marks = list(zip(ends[::2], ends[1::2], strict=False))
    for form in ("hex", "ascii"):
        plain = data_lines(data, 0, len(data), form, 40)
        marked = data_lines(data, 0, len(data), form, 40, marks)
        assert [line_text(line) for line in marked] == [line_text(line) for line in plain]
