"""The frame of every screen: the file, the filter with its counts, the cursor line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui._core import Capture, Event
from scaptui.views.cells import line_text, line_width
from scaptui.views.status import (
    Counts,
    CursorFacts,
    FileFacts,
    State,
    cursor_line,
    explained,
    file_line,
    filter_line,
)
from tests.views.listing import UTC, read

Real = Callable[[str], Path]
BEGIN = 1_795_336_996_111_222_333
COMPLETE = State("complete")


def facts(name: str = "crash.mid.scap.gz", state: State = COMPLETE, drops: int = 0) -> FileFacts:
    return FileFacts(name, 39_082, (BEGIN, BEGIN + 16_894_900_000), state, drops)


def first(cells: int, screen: str = "events", of: FileFacts | None = None) -> str:
    return line_text(file_line(of or facts(), screen, UTC, cells))


def test_line_1_says_what_is_open_and_how_whole_it_is() -> None:
    assert first(80) == (
        " crash.mid.scap.gz  2026-11-22 UTC  39,082 ev  16.9 s  complete  drops 0  events"
    )


def test_a_wide_line_1_has_the_span_to_the_millisecond() -> None:
    assert "   39,082 ev   16.895 s   complete   drops 0   " in first(160)


def test_line_1_gives_way_first_with_the_span_then_events_then_the_name() -> None:
    long = facts("invalid-command.mid.scap.gz")
    assert first(80, "why", long).startswith(
        " invalid-command.mid.scap.gz  2026-11-22 UTC  39,082 ev  complete  drops 0 "
    )
    assert first(68, "why", long) == (
        " invalid-command.mid.scap.gz  2026-11-22 UTC  complete  drops 0  why"
    )
    assert first(60, "why", long) == (
        " invalid-c…id.scap.gz  2026-11-22 UTC  complete  drops 0 why"
    )


def test_on_the_narrowest_screen_state_and_drops_stay_whole() -> None:
    assert first(50) == " crash.mid.scap.gz  UTC  complete  drops 0  events"
    assert first(40) == " cra…p.gz  UTC  complete  drops 0 events"


def test_while_reading_progress_stands_where_span_and_state_will() -> None:
    reading = facts("big.scap", State("reading 23%", ", 32 of 139 MB", "accent"))
    assert first(80, of=reading).startswith(
        " big.scap  2026-11-22 UTC  reading 23%, 32 of 139 MB  drops 0  "
    )
    assert ("reading 23%", "accent") in [p[:2] for p in file_line(reading, "events", UTC, 80)]


def test_drops_are_a_warning() -> None:
    line = file_line(facts(drops=1_184), "events", UTC, 80)
    assert [p.role for p in line if p.text == "drops 1,184"] == ["warning"]


@pytest.mark.parametrize("cells", [40, 59, 60, 80, 99, 100, 160, 200])
def test_all_lines_fill_the_screen_exactly(cells: int) -> None:
    long = facts("a" * 300)
    assert line_width(file_line(long, "events · raw", UTC, cells)) == cells
    assert line_width(filter_line("x" * 300, Counts(3, 9, complete=True), cells)) == cells


def test_line_2_counts_events_and_their_share() -> None:
    assert line_text(
        filter_line("container.id=8bd8", Counts(3_267, 39_082, complete=True), 80)
    ) == (" filter  container.id=8bd8                                3,267 of 39,082   8.4%")
    assert line_text(filter_line("", Counts(0, 9_478, complete=True), 80)).endswith(" all 9,478")
    unread = Counts(70, 217_994, complete=False)
    assert line_text(filter_line("a=b", unread, 80)).endswith(" 70 so far")
    assert line_text(filter_line("", unread, 80)).endswith(" all 217,994 so far")


def test_a_filter_too_long_ends_in_an_ellipsis_and_leaves_the_counts_whole() -> None:
    line = line_text(filter_line("proc.name=" + "x" * 90, Counts(3, 9_478, complete=True), 60))
    assert line.endswith("… 3 of 9,478   0.0%")


def test_a_capture_cut_short_says_when(
    crashloop: Path, plain_crashloop: Path, tmp_path: Path
) -> None:
    whole = FileFacts.of(read(crashloop))
    assert (whole.state, whole.drops) == (COMPLETE, 0)
    cut = tmp_path / "cut.scap"
    cut.write_bytes(plain_crashloop.read_bytes()[:-13])
    assert FileFacts.of(read(cut)).state.words.startswith("cut at ")


def test_several_files_are_one_name(crashloop: Path) -> None:
    capture = Capture([str(crashloop), str(crashloop)])
    while not capture.wait(100).done:
        pass
    assert FileFacts.of(capture).name == "crashloop.scap.gz +1"


def cursor(capture: Capture, number: int, cells: int = 80) -> str:
    event = Event(capture, number)
    facts = CursorFacts(event.call, event.lineage(), event.arguments())
    return line_text(cursor_line(facts, cells)).rstrip()


def test_the_cursor_line_tells_what_columns_have_no_room_for(real: Real) -> None:
    capture = read(real("crash.mid.scap.gz"))
    assert cursor(capture, 16090) == (
        " 4364 cat ‹ 4354 bash   openat /var/lib/app/db.sqlite O_RDONLY   no such file"
    )
    assert cursor(capture, 16090, 160) == (
        " 4364 cat ‹ 4354 bash ‹ 4353 unshare ‹ 4293 bash   "
        "openat(AT_FDCWD, /var/lib/app/db.sqlite, O_RDONLY) = ENOENT, no such file or directory   "
        "7.6us   cpu 0"
    )
    assert cursor(capture, 16104) == " 4364 cat ‹ 4354 bash   ends with exit 1"


def test_a_thread_is_told_with_its_process(real: Real) -> None:
    assert cursor(read(real("502Error.scap")), 23) == (
        " thread 843 of 842 curl   clone, returning in the new thread"
    )


def test_errors_of_the_kernel_alone_have_words_too() -> None:
    assert explained(2) == "no such file or directory"
    assert explained(2, "short") == "no such file"
    assert "again" in explained(512)


def test_a_process_whose_ancestors_are_unknown_is_told_by_its_command(real: Real) -> None:
    capture = read(real("502Error.scap"))
    event = Event(capture, 23)
    known = CursorFacts(event.call, event.lineage(), event.arguments(), b"curl localhost/bar")
    assert line_text(cursor_line(known, 80)).rstrip() == (
        " thread 843 of 842 curl localhost/bar   clone, returning in the new thread"
    )


def test_nothing_selected_is_no_share() -> None:
    assert str(Counts(0, 19_622, complete=True)) == "0 of 19,622"
