"""The main screen: frame, list, filter, panes and searches, as text."""

from collections.abc import Callable
from pathlib import Path

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


async def test_screen_2_is_drawn_as_designed(real: Real) -> None:
    async with viewer(real("crash.mid.scap.gz"), "container.id=8bd8fad8d793") as screen:
        await screen.press("1", "6", "0", "9", "0", "G")
        assert screen.pane("status")[0] == (
            " crash.mid.scap.gz  2026-11-22 UTC  39,082 ev  16.9 s  complete  drops 0  events"
        )
        assert screen.row == (
            "> !16090 08:43:25.222 cat       openat     7.6us ENOENT  /var/lib/app/db.sqlite"
        )
        assert screen.pane("cursor")[0] == (
            " 4364 cat ‹ 4354 bash   openat /var/lib/app/db.sqlite O_RDONLY   no such file"
        )
