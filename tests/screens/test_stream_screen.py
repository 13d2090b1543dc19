"""The page of a stream in the viewer."""

import itertools
from pathlib import Path

import pytest

from scaptui.app import ScaptuiApp
from scaptui.capture.opening import open_capture
from scaptui.demo.encoding import inet_tuple
from scaptui.screens.opened import Opened
from scaptui.theming import Terminal, load
from scaptui.views.cells import line_text
from scaptui.widgets.lines import LinesView
from tests.core.building import Building
from tests.screens.app import Viewer, on_screen, viewer
from tests.screens.hostile import NAMES, hostile_capture

ENDS = inet_tuple(("10.0.0.1", 40_000), ("10.0.0.2", 80))
ASKED = 4  # the event in which curl asks


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """curl asks nginx; both are captured, and each has another file, too."""
    building = Building(tmp_path_factory.mktemp("screen") / "asked.scap")
    building.process(7, "curl")
    building.process(8, "nginx")
    building.exit(7, "socket", fd=3, domain=2, type=1)
    building.exit(7, "connect", res=0, fd=3, tuple=ENDS)
    building.exit(8, "accept", fd=4, tuple=ENDS)
    building.exit(7, "write", res=20, fd=3, size=20, data=b"GET /foo HTTP/1.0\r\n\r")
    building.exit(8, "read", res=20, fd=4, size=99, data=b"GET /foo")
    building.exit(8, "write", res=100, fd=4, size=100, data=b"HTTP/1.0 200 OK\r\n\x1b[2J")
    building.exit(7, "read", res=100, fd=3, size=999, data=b"HTTP")
    building.exit(7, "close", res=0, fd=3)
    building.exit(7, "open", fd=3, name="/tmp/out", flags=2)
    building.exit(7, "write", res=5, fd=3, size=5, data=b"saved")
    building.exit(7, "getsockopt", res=0, fd=-1)
    building.exit(8, "close", res=0, fd=4)
    building.happens(8, "procexit", status=0)
    return building.close()


async def opened(shown: Viewer, event: int) -> None:
    await shown.type(f"{event}G")
    await shown.press("s")
    await shown.until("to nginx")


async def test_ends_of_which_no_process_is_known_are_told_apart_by_their_threads(
    tmp_path: Path,
) -> None:
    building = Building(tmp_path / "strays.scap")
    building.exit(25_886, "accept", fd=4, tuple=ENDS)
    building.exit(25_888, "socket", fd=3, domain=2, type=1)
    building.exit(25_888, "connect", res=0, fd=3, tuple=ENDS)
    building.exit(25_888, "write", res=4, fd=3, size=4, data=b"test")
    building.exit(25_886, "read", res=4, fd=4, size=99, data=b"test")
    async with viewer(building.close()) as shown:
        await shown.type("4G")
        await shown.press("s")
        await shown.until("both ends captured")
        assert "fd  ? 25888/3 → ? 25886/4" in shown.picture[1]
        assert any(" to ? 25886  4 bytes" in line for line in shown.picture)
        assert any(" to ? 25888  nothing" in line for line in shown.picture)
        assert not any("<NA>" in line for line in shown.picture)


async def test_s_shows_both_ends_joined_and_q_goes_back(path: Path) -> None:
    async with viewer(path) as shown:
        await opened(shown, ASKED)
        assert shown.picture[0].endswith(" stream")
        assert "fd  curl 7/3 → nginx 8/4" in shown.picture[1]
        assert shown.picture[1].endswith("both ends captured")
        assert "tcp  10.0.0.1:40000 → 10.0.0.2:80" in shown.picture[2]
        assert ">        4" in "\n".join(shown.pane("stream"))
        assert sum("GET /foo" in line for line in shown.pane("stream")) == 1
        assert "… 79 of 100 bytes not captured" in "\n".join(shown.pane("stream"))
        assert shown.pane("totals")[1:] == [
            " to nginx  20 bytes, all captured by curl's end, 8 by nginx's",
            " to curl   100 bytes, 21 captured by nginx's end, 4 by curl's",
        ]
        assert shown.pane("cursor") == [
            " curl 7 write   20 bytes, all captured, read back by nginx in 5"
        ]
        await shown.press("q")
        assert shown.picture[0].endswith(" events")


async def test_enter_goes_to_the_event_of_the_call(path: Path) -> None:
    async with viewer(path, "proc.name=curl") as shown:
        await opened(shown, ASKED)
        await shown.press("G", "enter")
        assert shown.row.split()[1] == "12"
        assert "filter  none" in shown.picture[1]


async def test_x_shows_hex_and_o_one_side(path: Path) -> None:
    async with viewer(path) as shown:
        await opened(shown, ASKED)
        await shown.press("X")
        assert any("47 45 54 20" in line for line in shown.pane("stream"))
        assert shown.picture[2].endswith("hex")
        await shown.press("X", "X", "o")
        assert shown.picture[2].endswith("text, to nginx")
        assert not any("HTTP/1.0 200 OK" in line for line in shown.pane("stream"))
        assert any("close" in line for line in shown.pane("stream"))


async def test_a_text_is_found_and_the_search_goes_round(path: Path) -> None:
    async with viewer(path) as shown:
        await opened(shown, ASKED)
        await shown.press("slash")
        await shown.type("http/1.0")
        await shown.press("enter")
        assert any(line.startswith(">        4") for line in shown.pane("stream"))
        await shown.press("n")
        assert any(line.startswith(">        6") for line in shown.pane("stream"))
        await shown.press("n")
        assert any(line.startswith(">        4") for line in shown.pane("stream"))
        assert shown.pane("cursor") == [" on from the beginning"]
        await shown.press("slash")
        await shown.type("nowhere")
        await shown.press("enter")
        assert shown.pane("cursor") == [" no 'nowhere' in captured bytes"]


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 50)])
async def test_a_word_in_two_calls_is_found_and_marked_in_both(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    building = Building(tmp_path / "cut.scap")
    building.process(7, "app")
    building.exit(7, "open", fd=3, name="/log", flags=2)
    for data in (b"first\n", b"user pass", b"word\r\nnext", b"last\n"):
        building.exit(7, "write", res=len(data), fd=3, size=len(data), data=data)
    async with viewer(building.close(), size=size) as shown:
        await shown.type("2G")
        await shown.press("s")
        await shown.until("user pass")
        await shown.press("slash")
        await shown.type("password\\r\\n")
        await shown.press("enter")
        lines = shown.app.screen.query_one("#stream", LinesView).lines
        marked = {
            line_text(line).split()[-1]: piece.text
            for line in lines
            for piece in line
            if piece.role == "match"
        }
        assert marked == {"pass": "pass", "word": "word"}
        assert [line for line in shown.pane("stream") if line.startswith(">")] == [
            line for line in shown.pane("stream") if line.endswith("user pass")
        ]


async def test_brackets_lead_to_other_descriptors_of_the_process(path: Path) -> None:
    async with viewer(path) as shown:
        await opened(shown, ASKED)
        await shown.press("right_square_bracket")
        await shown.until("/tmp/out")
        assert "file  /tmp/out" in shown.picture[2]
        await shown.press("right_square_bracket")
        assert shown.pane("cursor") == [" the process moved data through no other descriptor there"]
        await shown.press("left_square_bracket")
        await shown.until("to nginx")
        assert "tcp  10.0.0.1:40000" in shown.picture[2]


async def test_s_in_capitals_saves_and_asks_before_it_writes_over(
    path: Path, tmp_path: Path
) -> None:
    target = tmp_path / "it"
    async with viewer(path) as shown:
        await opened(shown, ASKED)
        await shown.press("o", "S", "ctrl+u")
        await shown.type(str(target))
        await shown.press("enter")
        await shown.until("20 bytes in")
        assert target.read_bytes() == b"GET /foo HTTP/1.0\r\n\r"
        target.write_bytes(b"mine")
        for answer, left in (("n", b"mine"), ("y", b"GET /foo HTTP/1.0\r\n\r")):
            await shown.press("S", "ctrl+u")
            await shown.type(str(target))
            await shown.press("enter")
            await shown.until("write over it?")
            await shown.press(answer, "enter")
            await shown.until("nothing was saved" if answer == "n" else "20 bytes in")
            assert target.read_bytes() == left


async def test_t_follows_the_request(path: Path) -> None:
    async with viewer(path) as shown:
        await opened(shown, ASKED)
        await shown.press("t")
        await shown.until("request over one connection")
        assert any("───▸ 20 bytes  GET /foo HTTP/1.0" in line for line in shown.pane("findings"))
        await shown.press("G", "enter")
        assert shown.row.split()[1] == "6"


async def test_an_event_without_a_descriptor_says_so(path: Path) -> None:
    async with viewer(path) as shown:
        await shown.type("13G")
        await shown.press("s")
        assert "works on no descriptor" in shown.pane("cursor")[0]


async def test_the_output_of_a_process_is_a_key_away_in_the_tree(tmp_path: Path) -> None:
    building = Building(tmp_path / "tree.scap")
    building.process(7, "sh")
    building.clone(7, 8, "cat")
    building.exit(8, "write", res=6, fd=2, size=6, data=b"oh no\n")
    async with viewer(building.close()) as shown:
        await shown.press("p")
        await shown.until("sh")
        await shown.press("s")
        await shown.until("oh no")
        assert "sh 7 and all below it" in shown.picture[1]
        assert shown.pane("totals")[1:] == [
            " stdout  nothing",
            " stderr  6 bytes, all captured",
        ]
        await shown.press("enter")
        assert shown.picture[0].endswith(" events")
        assert "write" in shown.row


async def test_it_grows_while_the_capture_is_read(path: Path, tmp_path: Path) -> None:
    growing = tmp_path / "growing.scap"
    rest = _begun(growing, path)
    followed = Opened.of(open_capture([str(growing)], follow=True), None, "UTC")
    app = ScaptuiApp(followed, load("dark"), Terminal())
    async with on_screen(app) as shown:
        await shown.until("write")
        await opened_alone(shown)
        assert not any("200 OK" in line for line in shown.pane("stream"))
        _went_on(growing, rest)
        await shown.until("200 OK")
        assert any(line.startswith(">        4") for line in shown.pane("stream"))
        assert any("HTTP/1.0 200 OK" in line for line in shown.pane("stream"))


async def opened_alone(shown: Viewer) -> None:
    await shown.type(f"{ASKED}G")
    await shown.press("s")
    await shown.until("GET /foo")


async def test_two_ways_stand_side_by_side_where_there_is_room(path: Path) -> None:
    async with viewer(path, size=(160, 30)) as shown:
        await opened(shown, ASKED)
        lines = shown.pane("stream")
        asked = next(line for line in lines if "GET /foo" in line).index("GET")
        answered = next(line for line in lines if "HTTP/1.0 200" in line).index("HTTP")
        assert answered - asked > 50


@pytest.mark.parametrize("size", [(60, 15), (40, 10), (80, 24)])
async def test_a_small_screen_keeps_arrows_and_data(path: Path, size: tuple[int, int]) -> None:
    async with viewer(path, size=size) as shown:
        await shown.type(f"{ASKED}G")
        await shown.press("s")
        await shown.until("GET /foo")
        assert any("───▸" in line and "GET /foo" in line for line in shown.pane("stream"))
        assert len(shown.picture) == size[1]


@pytest.mark.parametrize("name", NAMES)
async def test_hostile_bytes_are_inert(name: str, tmp_path: Path) -> None:
    capture = hostile_capture(tmp_path / "hostile.scap", NAMES[name])
    async with viewer(capture) as shown:
        event = 1
        while "write" not in shown.row:
            event += 1
            await shown.type(f"{event}G")
        await shown.press("s")
        await shown.until("captured")
        for key in itertools.chain("XXX", ("G", "o", "right_square_bracket", "t")):
            await shown.press(key)
            drawn = "".join(shown.picture)
            assert all(c.isprintable() for c in drawn), [c for c in drawn if not c.isprintable()]


def _begun(growing: Path, path: Path) -> bytes:
    """Writes a capture up to the midst of an answer; the rest of it."""
    whole = path.read_bytes()
    cut = whole.index(b"HTTP/1.0 200 OK") + 3
    growing.write_bytes(whole[:cut])
    return whole[cut:]


def _went_on(growing: Path, rest: bytes) -> None:
    with growing.open("ab") as file:
        file.write(rest)
