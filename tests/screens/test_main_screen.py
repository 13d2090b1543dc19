"""The main screen: frame, list, filter, panes and searches, as text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui.views.cells import shown
from scaptui.widgets.details import DetailsPane
from tests.screens.app import viewer

Real = Callable[[str], Path]


async def test_rows_and_frame_are_there_once_the_capture_is_read(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        assert screen.pane("status")[0].split()[0] == "crashloop.scap.gz"
        assert screen.pane("filter")[0].startswith(" filter  none")
        assert len(screen.pane("events")) == 18
        assert screen.row.startswith(">")
        assert screen.pane("footer")[0].startswith(" ? help  f filter")


async def test_the_cursor_moves_by_rows_pages_and_counts(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("j", "j", "k")
        assert "row 2 of" in screen.pane("events")[0]
        await screen.press("1", "0", "j")
        assert "row 12 of" in screen.pane("events")[0]
        await screen.press("space")
        assert "row 29 of" in screen.pane("events")[0]
        await screen.press("g", "g")
        assert "row 1 of" in screen.pane("events")[0]


async def test_enter_alone_finds_the_last_text_again(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("slash")
        await screen.type("ld.so.cache")
        await screen.press("enter")
        first = screen.row
        await screen.press("slash", "enter")
        assert "ld.so.cache" in screen.row
        assert screen.row != first


async def test_a_click_on_the_strip_goes_to_its_time(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.pilot.click("#strip", offset=(40, 0))
        await screen.rest()
        assert screen.pane("strip")[1][40] == "▲"


async def test_a_click_on_a_line_of_the_details_chooses_it(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("i")
        await screen.pilot.click("#details", offset=(10, 5))
        await screen.rest()
        assert screen.pane("details")[5].startswith(">  user.uid")


async def test_a_number_before_G_goes_to_that_event(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("1", "0", "4", "G")
        assert screen.row.split()[1] == "104"


async def test_ctrl_g_goes_to_a_time_since_the_start(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("ctrl+g")
        await screen.type("+2")
        await screen.press("enter")
        assert "row 1 of" not in screen.pane("events")[0]


async def test_what_is_no_place_is_told_in_the_cursor_line(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("ctrl+g")
        await screen.type("soon")
        await screen.press("enter")
        assert "soon" in screen.pane("cursor")[0]


async def test_e_goes_to_the_next_failure_and_E_back(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("e")
        first = screen.row
        assert first[2] == "!"
        await screen.press("e")
        assert screen.row != first
        await screen.press("E")
        assert screen.row == first


async def test_a_search_that_finds_nothing_says_so(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("slash")
        await screen.type("nowhere to be found")
        await screen.press("enter")
        assert screen.pane("cursor")[0].startswith(" no event with this text below")


async def test_find_goes_to_rows_with_the_text_and_n_on(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("slash")
        await screen.type("ld.so.cache")
        await screen.press("enter")
        first = screen.row
        assert "ld.so.cache" in first
        await screen.press("n")
        assert "ld.so.cache" in screen.row
        assert screen.row != first


async def test_the_cursor_stays_on_its_event_when_the_filter_changes(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("1", "0", "4", "G", "f")
        await screen.type("proc.name=nginx")
        await screen.press("enter")
        assert screen.pane("filter")[0].startswith(" filter  proc.name=nginx")
        assert screen.row.split()[1] == "104"
        assert " nginx " in screen.row


async def test_escape_brings_the_filter_of_before_back(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=nginx") as screen:
        before = screen.pane("events")
        await screen.press("f")
        await screen.type(" and evt.type=brk")
        assert screen.pane("events")[0] != before[0]
        await screen.press("escape")
        assert screen.pane("filter")[0].startswith(" filter  proc.name=nginx ")
        assert screen.pane("events") == before


async def test_plus_filters_on_the_value_of_the_focused_column(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("l", "l")
        await screen.press("plus")
        assert screen.pane("filter")[0].startswith(" filter  proc.name=containerd-shim ")
        await screen.press("l", "minus")
        assert "and not evt.type=" in screen.pane("filter")[0]


async def test_an_empty_result_explains_itself(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=nobody") as screen:
        page = "\n".join(screen.pane("why-page"))
        assert '1  proc.name = "nobody"' in page
        assert "0 events" in page
        await screen.press("backspace")
        assert "no rows" in screen.pane("events")[0]


async def test_raw_rows_have_enter_and_exit(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("D")
        heading, first, second = screen.pane("events")[:3]
        assert heading.split()[:4] == ["NUM", "TIME", "D", "CALL"]
        assert {first.split()[-1], second.split()[-1]} != set()
        assert screen.pane("status")[0].endswith("events · raw")


async def test_details_and_bytes_open_below_and_follow_the_cursor(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("i", "X")
        number = screen.row.split()[1]
        assert screen.pane("details")[0].startswith(f"─ event {number} ─")
        assert screen.pane("payload")[0].startswith("─ bytes ─")
        await screen.press("j")
        assert screen.pane("details")[0].startswith(f"─ event {screen.row.split()[1]} ─")


async def test_a_line_of_the_details_becomes_a_clause(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("i", "tab", "j", "j", "j", "enter")
        assert screen.pane("filter")[0].startswith(" filter  ")
        assert "none" not in screen.pane("filter")[0]


async def test_z_shows_a_pane_alone_and_all_again(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("i", "tab", "z")
        assert screen.pane("events") == []
        await screen.press("z")
        assert screen.pane("events") != []


async def test_a_wide_screen_has_details_at_the_side(crashloop: Path) -> None:
    async with viewer(crashloop, size=(160, 45)) as screen:
        number = screen.row.split()[1]
        assert screen.pane("side")[0].strip() == f"event {number}"
        await screen.press("i")
        assert screen.pane("side") == []


async def test_columns_can_be_added_and_taken_back(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("C", "slash")
        await screen.type("container.image")
        await screen.press("enter", "space")
        assert "CONTAINER.I…" in screen.pane("events")[0]
        await screen.press("escape")
        assert "CONTAINER.I…" not in screen.pane("events")[0]


async def test_p_shows_the_processes_and_q_comes_back_to_the_event(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("1", "0", "4", "G", "p")
        assert "PID PROCESS" in screen.pane("tree")[0]
        await screen.press("q")
        assert screen.row.split()[1] == "104"


async def test_question_mark_shows_help_and_escape_leaves_it(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("question_mark")
        assert screen.pane("help-head")[1].startswith(" help for")
        await screen.press("escape")
        assert screen.row.startswith(">")


async def test_q_quits_at_the_list(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("q")
        assert screen.app.return_value is not None
        assert screen.app.return_value.matched


async def test_blank_cells_make_no_filter(crashloop: Path) -> None:
    async with viewer(crashloop, "evt.type=procexit") as screen:
        await screen.press(*"llll+")
        assert screen.pane("filter")[0].startswith(" filter  evt.type=procexit ")
        assert "no value in this column" in screen.pane("cursor")[0]


async def test_backspace_goes_back_to_the_filter_before(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=nginx") as screen:
        await screen.press("d")
        assert " and proc.pid=" in screen.pane("filter")[0]
        await screen.press("f")
        await screen.type(" and evt.failed=true")
        await screen.press("enter", "backspace", "backspace")
        assert screen.pane("filter")[0].startswith(" filter  proc.name=nginx ")
        await screen.press("backspace")
        assert "no filter before" in screen.pane("cursor")[0]


async def test_y_explains_the_call_and_its_error(crashloop: Path) -> None:
    async with viewer(crashloop, "evt.type=access and evt.failed=true") as screen:
        await screen.press("y")
        assert screen.pane("cursor")[0] == (
            " access  may this path be read, written or run?   ENOENT: no such file"
        )


async def test_c_copies_the_value_as_it_is_shown(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("l", "l", "c", "v")
        assert screen.pane("cursor")[0] == f" copied {screen.app.clipboard}"
        assert screen.app.clipboard.startswith(screen.row.split()[3].rstrip("…"))


@pytest.mark.parametrize("reason", ["too long", "no clipboard"])
async def test_what_no_clipboard_takes_is_written_to_a_file(
    reason: str, crashloop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    value = b"a\x1bb" * (20_000 if reason == "too long" else 1)
    if reason == "no clipboard":
        monkeypatch.setenv("TERM", "linux")
    async with viewer(crashloop, size=(200, 50)) as screen:
        wanted = DetailsPane.CopyWanted(value)
        screen.app.screen.query_one("#details").post_message(wanted)
        await screen.rest()
        (file,) = (tmp_path / "scaptui").glob("copied-*.txt")
        told = screen.pane("cursor")[0]
        assert told.endswith(f": written to {file}")
        words = (
            "this terminal takes no" if reason == "no clipboard" else "120,000 bytes are too many"
        )
        assert words in told
        assert file.read_text() == shown(value)
        assert file.stat().st_mode & 0o777 == 0o600
        assert screen.app.clipboard == ""


async def test_a_value_that_can_go_nowhere_is_told(
    crashloop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    monkeypatch.setenv("TERM", "linux")
    async with viewer(crashloop, size=(200, 50)) as screen:
        await screen.press("c", "v")
        assert screen.pane("cursor")[0].startswith(" nothing copied: ")


async def test_a_call_without_a_descriptor_says_so(crashloop: Path) -> None:
    async with viewer(crashloop, "evt.type=brk") as screen:
        await screen.press("r")
        assert screen.pane("cursor")[0] == " this call works on no descriptor"


async def test_why_has_the_screen_for_itself(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=nginx", size=(160, 45)) as screen:
        await screen.press("X", "w")
        assert screen.pane("payload") == screen.pane("side") == []
        assert screen.pane("status")[0].endswith(" why")
        await screen.press("escape")
        assert screen.pane("payload") != []


async def test_what_enter_would_add_to_the_filter_is_counted(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("i", "tab", "j")
        told = screen.pane("cursor")[0]
        assert told.startswith(" Enter filters on ")
        await screen.press("enter")
        assert screen.pane("filter")[0].split(" of ")[0].split()[-1] == told.split()[-3]


async def test_the_cursor_of_the_details_stays_at_the_end_of_all_fields(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("i", "tab", "l", "G")
        assert [line for line in screen.pane("details") if line.startswith(">  user.uid ")]


async def test_the_chooser_stands_beside_a_wide_list(crashloop: Path) -> None:
    async with viewer(crashloop, size=(160, 45)) as screen:
        await screen.press("C")
        assert screen.pane("side") == []
        assert [line[108:117] for line in screen.picture if "─ columns ─" in line] == ["─ columns"]
        await screen.press("escape")
        assert screen.pane("side") != []


async def test_a_filter_can_be_typed_while_columns_are_chosen(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("C", "f")
        await screen.type("proc.name=nginx")
        await screen.press("enter", "j")
        assert "row 2 of" in screen.pane("events")[0]
        assert not [line for line in screen.picture if "─ columns ─" in line]


async def test_the_prompt_tells_its_own_keys(crashloop: Path) -> None:
    async with viewer(crashloop) as screen:
        await screen.press("slash")
        assert screen.pane("footer")[0] == " Enter find it  Esc as before"


async def test_up_brings_the_filter_before_the_one_that_stands_there(
    crashloop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with viewer(crashloop) as screen:
        for text in ("proc.name=nginx", "evt.failed=true"):
            await screen.press("f", "ctrl+u")
            await screen.type(text)
            await screen.press("enter")
        await screen.press("f", "up")
        assert screen.pane("bar")[0].startswith(" filter  proc.name=nginx")
        await screen.press("down")
        assert screen.pane("bar")[0].startswith(" filter  evt.failed=true")


async def test_a_capture_without_enter_events_says_so(real: Real) -> None:
    async with viewer(real("crash.new.scap.gz")) as screen:
        await screen.press("D")
        assert "no enter events" in screen.pane("cursor")[0]
