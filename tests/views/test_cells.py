import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaptui.views.cells import (
    Piece,
    fit_end,
    fit_line,
    fit_middle,
    glimpse,
    in_ascii,
    left_and_right,
    line_text,
    line_width,
    pad_left,
    pad_right,
    shown,
    width,
)


def test_wide_characters_take_two_cells() -> None:
    assert (width("abc"), width("漢字"), width("e\u0301")) == (3, 4, 1)


def test_paths_are_cut_in_the_middle_and_programs_at_the_end() -> None:
    assert fit_middle("/var/lib/app/db.sqlite", 21) == "/var/lib/a…/db.sqlite"
    assert fit_end("set_robust_list", 10) == "set_robus…"


def test_what_fits_is_not_cut() -> None:
    assert fit_end("exact", 5) == fit_middle("exact", 5) == "exact"


@given(st.text(), st.integers(min_value=0, max_value=30))
def test_nothing_is_ever_wider_than_its_cells(text: str, cells: int) -> None:
    safe = shown(text.encode("utf-8", "replace"))
    assert width(fit_end(safe, cells)) <= cells
    assert width(fit_middle(safe, cells)) <= cells
    assert width(pad_left(safe, cells)) == width(pad_right(safe, cells)) == cells


@given(st.lists(st.text(max_size=8), max_size=5), st.integers(min_value=0, max_value=30))
def test_a_fitted_line_has_exactly_its_cells(texts: list[str], cells: int) -> None:
    line = tuple(Piece(shown(text.encode("utf-8", "replace"))) for text in texts)
    assert line_width(fit_line(line, cells)) == cells


def test_a_cut_line_says_so_even_where_a_piece_ends() -> None:
    line = (Piece("abc", "path"), Piece("def"))
    assert line_text(fit_line(line, 3)) == "ab…"
    assert fit_line(line, 3)[0].role == "path"


def test_the_right_part_of_a_line_stays_whole() -> None:
    line = left_and_right((Piece("a long name"),), (Piece("events"),), 12)
    assert line_text(line) == "a lon…events"


def test_ascii_keeps_every_cell() -> None:
    assert in_ascii("×● cat ‹ bash … ▆▁█ ├─▾ 漢é") == "x* cat < bash ~ +.# |-- ???"


@pytest.mark.parametrize(
    ("captured", "line"),
    [
        (b"\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        (b"two\nlines", "two\\nlines"),
        (b"caf\xe9", "caf\\xe9"),
        ("a\u202eb\u200b".encode(), "a\\u{202e}b\\u{200b}"),
        (b"[red]markup[/]", "[red]markup[/]"),
    ],
)
def test_captured_text_is_inert(captured: bytes, line: str) -> None:
    assert shown(captured) == line


def test_of_a_text_longer_than_any_line_both_ends_are_kept() -> None:
    text = glimpse(b"/begin" + b"x" * 1_000_000 + b"end\x1b")
    assert len(text) < 3_000
    assert fit_middle(text, 21) == "/beginxxxx…xxxend\\x1b"
