"""The process tree on a screen: keys, panes, and the picture it was designed as."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from textual.app import App
from textual.binding import Binding, BindingType

from scaptui.screens.asking import PageLeft
from scaptui.screens.process_work import TreeAsked
from scaptui.screens.processes import ProcessesScreen
from scaptui.theming import Terminal, load
from scaptui.views.cells import Line, Piece
from scaptui.views.units import Zone
from tests.core.asking import compiled
from tests.core.building import Building
from tests.screens.app import on_screen
from tests.views.listing import read, selected

UTC = Zone.named("UTC")


class Shown(App[None]):
    """The screen alone, and how it was left."""

    CSS = "App, Screen { background: ansi_default; color: ansi_default; scrollbar-size: 0 0; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark", "", id="screen.help")]

    def __init__(self, asked: TreeAsked) -> None:
        super().__init__(ansi_color=True)
        self.asked = asked
        self.palette, self.terminal = load("mono"), Terminal()
        self.left: PageLeft | None = None
        self.last: list[str] = []

    def on_mount(self) -> None:
        self.push_screen(ProcessesScreen(self.asked), self.was_left)

    def was_left(self, left: PageLeft | None) -> None:
        self.left = left

    def lines(self) -> list[str]:
        """What the screen shows, without blanks at the ends."""
        strips = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def tree_asked(path: Path, at: int | None) -> TreeAsked:
    capture = read(path)

    def first_line(name: str, _: int) -> Line:
        return (Piece(f" {path.name} {name}"),)

    def strip(_: int | None, width: int) -> list[Line]:
        return [(Piece("▁" * width),), (Piece("▲"),)]

    return TreeAsked(capture, selected(capture), None, "", at, UTC, first_line, strip)


async def pressed(asked: TreeAsked, *keys: str, size: tuple[int, int] = (80, 24)) -> Shown:
    """The app after these keys, each waited for."""
    app = Shown(asked)
    async with on_screen(app, size) as shown:
        await shown.rest()
        for key in keys:
            await shown.press(key)
        app.last = shown.picture
    return app


@pytest.fixture(scope="module")
def asked(crashloop: Path) -> TreeAsked:
    """As of a failed call of a container that will end badly."""
    capture = read(crashloop)
    number = selected(capture, "evt.type=openat and evt.failed=true").number(1)
    return tree_asked(crashloop, number)


async def test_the_cursor_is_on_the_event_s_process(asked: TreeAsked) -> None:
    lines = (await pressed(asked)).last
    (cursor,) = [line for line in lines if line.startswith(">")]
    assert cursor.split()[1] == "!"
    assert "nginx" in cursor
    assert lines[-2].startswith(" nginx -t -c /etc/nginx/nginx.conf   cwd /   root   ")


async def test_d_leaves_for_the_events_of_the_subtree(asked: TreeAsked) -> None:
    app = await pressed(asked, "P", "d")
    assert app.left is not None
    pid = (app.left.filter_text or "").split()[0].removeprefix("proc.pid=")
    assert app.left == PageLeft(asked.at, f"proc.pid={pid} or proc.apid={pid}")


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("d", "evt.failed=true and (proc.pid=PID or proc.apid=PID)"),
        ("vertical_line", "evt.failed=true or proc.pid=PID or proc.apid=PID"),
        ("quotation_mark", "proc.pid=PID or proc.apid=PID"),
    ],
)
async def test_the_subtree_is_joined_to_the_filter(asked: TreeAsked, key: str, text: str) -> None:
    left = (await pressed(replace(asked, filter_text="evt.failed=true"), key)).left
    assert left is not None
    assert re.sub(r"(?<=pid=)\d+", "PID", left.filter_text or "") == text


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("plus", "evt.failed=true and fd.name=NAME"),
        ("enter", "evt.failed=true and fd.name=NAME"),
        ("minus", "evt.failed=true and not fd.name=NAME"),
        ("vertical_line", "evt.failed=true or fd.name=NAME"),
        ("quotation_mark", "fd.name=NAME"),
    ],
)
async def test_a_file_becomes_a_clause(asked: TreeAsked, key: str, text: str) -> None:
    app = await pressed(replace(asked, filter_text="evt.failed=true"), "l", "tab", "G", key)
    assert app.left is not None
    assert re.sub(r"(?<=name=)\S+", "NAME", app.left.filter_text or "") == text


async def test_a_variable_becomes_a_clause(asked: TreeAsked) -> None:
    app = await pressed(asked, "e", "tab", "G", "enter")
    assert app.left is not None
    assert re.match(r"proc\.env\[\w+\]=", app.left.filter_text or "")


async def test_a_line_without_a_value_says_so(crashloop: Path) -> None:
    app = await pressed(tree_asked(crashloop, 1), "e", "tab", "enter")
    assert app.left is None or app.left.filter_text


@pytest.mark.parametrize(("key", "then"), [("f", "filter"), ("w", "why")])
async def test_the_filter_is_typed_and_explained_on_the_main_screen(
    asked: TreeAsked, key: str, then: str
) -> None:
    left = (await pressed(asked, key)).left
    assert left is not None
    assert (left.then, left.filter_text) == (then, None)


async def test_a_search_goes_to_the_process_and_on_from_the_other_end(asked: TreeAsked) -> None:
    found = (await pressed(asked, "g", "slash", *"PAUSE", "enter")).last
    assert "─ pause " in next(line for line in found if line.startswith(">"))
    app = await pressed(asked, "g", "slash", *"PAUSE", "enter", "N", "N")
    assert app.last[-2] == " on from the last process"


async def test_a_search_in_vain_says_what_was_looked_for(asked: TreeAsked) -> None:
    lines = (await pressed(asked, "slash", *"nowhere", "enter")).last
    assert lines[-2] == " no process has 'nowhere' in its row"


async def test_a_number_or_a_time_is_a_moment(asked: TreeAsked) -> None:
    for typed, seen in (("1", "event 6 "), ("+9", "+9."), ("99999999", "event 2")):
        keys = ["plus" if c == "+" else c for c in typed]
        assert seen in (await pressed(asked, "ctrl+g", *keys, "enter")).last[1]
    told = (await pressed(asked, "ctrl+g", *"soon", "enter")).last[-2]
    assert told.startswith(" 'soon' is no number of an event and no time")


async def test_z_shows_the_focused_pane_alone_and_q_brings_the_others_back(
    asked: TreeAsked,
) -> None:
    zoomed = (await pressed(asked, "l", "tab", "z")).last
    assert not any(line.lstrip().startswith("PID PROCESS") for line in zoomed)
    assert zoomed[2].startswith("─ files of ")
    back = (await pressed(asked, "l", "tab", "z", "q")).last
    assert any(line.lstrip().startswith("PID PROCESS") for line in back)
    assert any(line.startswith("─ files of ") for line in back)


async def test_a_tree_alone_has_the_whole_width(asked: TreeAsked) -> None:
    lines = (await pressed(asked, "z", size=(160, 45))).last
    assert not any("│ " in line[120:] for line in lines)
    assert lines[2].index("CONTAINER") == 160 - 12


async def test_q_leaves_with_the_moment_last_shown(asked: TreeAsked) -> None:
    app = await pressed(asked, "right_square_bracket", "q")
    assert app.left is not None
    assert app.left.filter_text is None
    assert (app.left.at or 0) > (asked.at or 0)


async def test_steps_of_time_move_the_moment_and_keep_the_process(asked: TreeAsked) -> None:
    app = await pressed(asked, "comma")
    assert f"event {asked.at} " not in app.last[1]
    assert "   as of event " in app.last[1]


async def test_e_shows_the_environment_below_and_q_closes_that_first(asked: TreeAsked) -> None:
    opened = (await pressed(asked, "e")).last
    assert any(line.startswith("─ environment of nginx ") for line in opened)
    app = await pressed(asked, "e", "q")
    assert app.left is None
    assert not any(line.startswith("─ ") for line in app.last)


async def test_l_shows_the_files_open_at_the_moment(asked: TreeAsked) -> None:
    lines = (await pressed(asked, "l")).last
    assert any("/etc/nginx/nginx.conf" in line for line in lines[10:-2])


async def test_tab_gives_the_pane_the_keyboard(asked: TreeAsked) -> None:
    assert (await pressed(asked, "l", "tab")).last[-1] == (
        " j line  Space page  + and  - not  z alone  Tab tree  ? q"
    )


async def test_where_a_filter_leaves_no_process_0_drops_it(asked: TreeAsked) -> None:
    chosen = selected(asked.capture, "proc.name=nobody")
    text = "proc.name=nobody"
    none = replace(asked, selected=compiled(text), rows=chosen, filter_text=text)
    shown = await pressed(replace(none, at=None))
    assert "no process has events that the filter selects: 0 drops" in shown.last[-2]
    shown = await pressed(none)
    assert f"of event {asked.at} has no selected events: 0 drops" in shown.last[-2]
    shown = await pressed(none, "0")
    assert shown.left == PageLeft(asked.at, "", then="processes")


async def test_the_cursor_is_on_a_thread_of_which_no_process_is_known(tmp_path: Path) -> None:
    building = Building(tmp_path / "stray.scap")
    building.process(1, "init", ptid=0)
    building.exit(1, "close", res=0, fd=3)
    building.exit(25_888, "close", res=0, fd=3)
    building.exit(0, "close", res=0, fd=3)
    path = building.close()
    shown = await pressed(tree_asked(path, 2))
    assert any(re.match(r">\s+25888 \?", line) for line in shown.last)
    assert "thread 25888 belongs to no known process" in shown.last[-2]
    shown = await pressed(tree_asked(path, 2), "d")
    assert shown.left == PageLeft(2, "thread.tid=25888")


async def test_the_footer_names_only_keys_that_do_something(asked: TreeAsked) -> None:
    assert (await pressed(asked)).last[-1] == (
        " d events  l files  e env  x ended  S sort  Space tag  F follow  ? q"
    )


async def test_a_screen_too_small_says_so(asked: TreeAsked) -> None:
    lines = (await pressed(asked, size=(39, 12))).last
    assert [line for line in lines if line] == ["scaptui needs 40x10"]


async def test_an_event_that_is_not_there_is_told(crashloop: Path) -> None:
    lines = (await pressed(tree_asked(crashloop, 10_000_000))).last
    assert "10000000" in lines[-2]


async def test_without_an_event_the_tree_is_that_of_the_end(crashloop: Path) -> None:
    lines = (await pressed(tree_asked(crashloop, None))).last
    assert "   as of the end" in lines[1]


# Where the numbers are not those of the design: memory is in units of 1024; FAIL is what
# `evt.failed=true` selects of the process and all below it, one less; 4353 has joined the control
# group of its container by then. Keys of what is not there yet (streams, crashes) are not told.
NARROW = """\
 filter  none   as of event 16090  08:43:25.222910  +9.112 s   6 alive, 52 ended
      PID PROCESS                EVENTS FAIL    IN   OUT   RSS END      CONTNR
     4293 ▾ bash c_crash.sh         910   34  7.4k     0  2.9M          host
     4308 ├─ dirname                148    4  2.4k    14  1.1M exit 0   host
  ×  4309 ├─▸ bash c_inner… +9    3,084   65   91k  1.5k  3.0M exit 1   host
  ×  4320 ├─▸ bash c_inner… +9    3,070   66   91k  1.5k  2.9M exit 1   host
  ×  4331 ├─▸ bash c_inner… +9    3,082   66   91k  1.5k  2.9M exit 1   host
     4342 ├─▸ bash c_crash… +3      442   15  4.9k   138  1.3M exit 0   host
          ├─▸ 10 more, exit 0
     4353 └─▾ unshare               458    5  2.4k    35  1.3M          8bd8fad8
     4354   └─▾ bash c_inner.sh     836   40  9.8k    82  2.8M          8bd8fad8
     4355     ├─ hostname            72    1  2.4k     0  1.1M exit 0   8bd8fad8
     4356     ├─ mkdir              168    6  4.4k     0  1.4M exit 0   8bd8fad8
     4357     ├─ cat                127    1  2.9k  1.0k  1.3M exit 0   8bd8fad8
  ×  4358     ├─ cat                109    2  2.4k    49  1.0M exit 1   8bd8fad8
     4359     ├─▾ nginx             487    7   22k     2  6.6M          8bd8fad8
     4361     │ └─ nginx            170    4  3.2k   233  3.8M          8bd8fad8
     4360     ├─ sleep               94    1  2.4k     0  1.4M exit 0   8bd8fad8
     4362     ├─ curl               911   10   42k    81  9.8M exit 0   8bd8fad8
     4363     ├─ sleep               94    1  2.4k     0  1.4M exit 0   8bd8fad8
> !  4364     └─ cat                 89    2  2.4k     0  1.1M          8bd8fad8
 cat /var/lib/app/db.sqlite   cwd /srv/demo/work/crash/ns1   root   1.2 ms old"""


async def test_a_crash_loop_at_80_by_24_is_drawn_as_designed(real: Callable[[str], Path]) -> None:
    lines = (await pressed(tree_asked(real("crash.mid.scap.gz"), 16090))).last
    assert lines[1:-1] == NARROW.splitlines()


WIDE = {
    1: " filter  none                  as of event 16090   08:43:25.222910333   +9.112 s"
    + " " * 63
    + "6 alive, 52 ended",
    4: "       PID PROCESS                                     EVENTS  FAIL     IN    OUT    RSS"
    "       STARTED END      CONTAINER     │ cat 4364   in its namespace 11",
    7: "  ×   4309 ├─▸ bash c_inner.sh plain1 18081 +9          3,084    65    91k   1.5k   3.0M"
    "  08:43:16.114 exit 1   host          │  cwd     …/demo/work/crash/ns1",
    20: "      4360     ├─ sleep 1                                  94     1   2.4k      0   1.4M"
    "  08:43:23.203 exit 0   8bd8fad8d793  │  openat        3     1   20us",
    43: " 4364 cat ‹ 4354 bash ‹ 4353 unshare ‹ 4293 bash ‹ 4250 ? before the capture"
    "     89 events, 2 failures, 2,400 bytes read",
}


async def test_a_crash_loop_at_160_by_45_has_arguments_and_the_pane(
    real: Callable[[str], Path],
) -> None:
    asked = tree_asked(real("crash.mid.scap.gz"), 16090)
    lines = (await pressed(asked, size=(160, 45))).last
    assert {number: lines[number] for number in WIDE} == WIDE
