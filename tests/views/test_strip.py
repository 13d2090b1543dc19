"""The strip: events over time and marks below them."""

from collections.abc import Callable
from pathlib import Path

from scaptui.views.cells import line_text, line_width
from scaptui.views.strip import Strip, bars, marks
from tests.views.listing import read, selected

Real = Callable[[str], Path]
SPAN = (1_000, 2_000)


def strip(*counts: tuple[int, int, int], cells: int | None = None) -> Strip:
    return Strip(counts, cells or len(counts), SPAN)


def test_the_strip_of_a_real_capture(real: Real) -> None:
    capture = read(real("crash.mid.scap.gz"))
    selection = selected(capture, "container.id=8bd8fad8d793")
    found = Strip.of(capture, selection, 80)
    assert line_text(bars(found)) == (
        " ▇   ▆    ▅▇    ▆    ▅▇    ▆    ▅▇    ▆    ▅▇    ▆   ▅▅▇    ▆   ▅ ▇    ▆   ▅ ▅█ "
    )
    assert line_text(marks(found, 1_795_337_005_222_910_333)) == (
        " ×        ××         ××         ××         ▲×        ×××        × ×        ×    "
    )
    wide = Strip.of(capture, selection, 160)
    assert line_text(bars(wide)).rstrip() == (
        " ▇        ▆         ▅ ▃▇        ▆         ▅  ▇        ▆        ▅▅ ▇▇        ▆         ▅"
        "  ▇        ▆         ▅  ▇         ▆        ▅  ▇         ▆        ▅  ▅  █"
    )


def test_cells_with_selected_events_stand_out() -> None:
    line = bars(strip((5, 0, 0), (5, 2, 0), (0, 0, 0)))
    assert [(p.role, p.bold) for p in line if p.text.strip()] == [
        ("muted", False),
        ("accent", True),
    ]


def test_a_single_event_beside_a_million_is_seen() -> None:
    assert line_text(bars(strip((1, 0, 0), (1_000_000, 0, 0)))) == " ▁█ "


def test_what_has_not_been_read_is_empty() -> None:
    assert line_text(bars(strip((9, 9, 0), cells=6), "9 read")) == " █9 read"


def test_where_marks_meet_the_cursor_comes_first() -> None:
    counts = ((1, 0, 1), (1, 0, 0), (1, 0, 0), (1, 0, 2))
    line = marks(Strip(counts, 4, SPAN, losses=(1_600,)), 1_000, bookmarks=[1_300, 1_600])
    assert line_text(line) == " ▲●=× "


def test_an_empty_capture_has_an_empty_strip() -> None:
    empty = Strip((), 10, None)
    assert line_text(bars(empty)) == line_text(marks(empty, 5)) == " " * 12


def test_lines_are_as_wide_as_the_screen() -> None:
    found = strip(*[(3, 1, 1)] * 78)
    for note in ("", "217,994 ev read", "x" * 100):
        assert line_width(bars(found, note)) == 80
        assert line_width(marks(found, 1_500, note=note)) == 80


def test_a_cell_leads_back_to_its_time() -> None:
    found = strip(*[(1, 0, 0)] * 4)
    assert [found.start_of(cell) for cell in (0, 2, 4)] == [1_000, 1_500, None]
