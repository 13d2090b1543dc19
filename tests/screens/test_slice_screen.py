"""The slice page in the viewer."""

from pathlib import Path

import pytest

from scaptui.views.bookmark import decoded
from tests.core.asking import opened
from tests.screens.app import viewer

NAME = "crashloop-nginx.scap.gz"


async def test_w_tells_what_a_slice_would_be(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=nginx") as shown:
        await shown.press("W")
        await shown.until("descriptors")
        assert shown.picture[0].endswith(" slice")
        assert "(x) the 755 events of the filter" in "\n".join(shown.picture)
        assert any(line.split()[:2] == ["file", NAME] for line in shown.picture)
        await shown.press("escape")
        assert shown.picture[0].endswith(" events")


async def test_enter_writes_and_compares_and_enter_opens_it(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=nginx") as shown:
        await shown.press("W")
        assert shown.picture[-1].startswith(" Enter write  Tab next field")
        await shown.press("enter")
        await shown.until("opened again and compared")
        told = "\n".join(shown.picture)
        assert "755 of 755 events identical, field for field" in told
        assert "0 names lost, 0 names changed" in told
        assert shown.picture[-1].startswith(" Enter O open it  c copy path")
        assert opened(Path(NAME)).progress().shown == 755
        await shown.press("enter")
        await shown.until("all 755")
        assert NAME in shown.picture[0]
        await shown.press("q")
        assert shown.picture[0].endswith(" slice")
        assert "755 of 755 events identical" in "\n".join(shown.picture)
        await shown.press("O")
        await shown.until("all 755")
        await shown.press("escape")
        assert shown.picture[0].endswith(" slice")


async def test_a_file_that_exists_is_asked_about_by_name(crashloop: Path) -> None:
    written().write_bytes(b"precious")
    async with viewer(crashloop, "proc.name=nginx") as shown:
        await shown.press("W", "enter")
        await shown.until("exists")
        assert f"{NAME} exists, Enter writes over it" in "\n".join(shown.picture)
        assert shown.picture[-1].startswith(" Enter write over it ")
        await shown.press("escape")
        assert "writes over it" not in "\n".join(shown.picture)
        assert written().read_bytes() == b"precious"
        await shown.press("enter", "enter")
        await shown.until("opened again")
        assert written().read_bytes() != b"precious"


async def test_letters_are_typed_into_the_name(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=nginx") as shown:
        await shown.press("W", "shift+tab", "shift+tab")
        await shown.press("ctrl+u")
        await shown.type("Out of c.scap")
        await shown.press("enter")
        await shown.until("opened again")
    assert opened(Path("Out of c.scap")).progress().shown == 755


async def test_a_refusal_says_why(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=nginx") as shown:
        await shown.press("W", "shift+tab", "shift+tab", "ctrl+u")
        await shown.type("none/x.scap")
        await shown.press("enter")
        await shown.until("not written")
        assert "no such file or directory" in "\n".join(shown.picture)


async def test_between_two_events(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("W", "tab", "ctrl+u")
        await shown.type("100")
        await shown.press("tab", "ctrl+u")
        await shown.type("199")
        await shown.press("enter")
        await shown.until("opened again")
        assert "(x) those from event 100" in "\n".join(shown.picture)
        name = "crashloop-slice.scap.gz"
        assert 0 < opened(Path(name)).progress().shown <= 100


async def test_a_small_screen_keeps_file_and_result(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=nginx", size=(60, 15)) as shown:
        await shown.press("W", "enter")
        await shown.until("identical")
        assert any(line.split()[:1] == ["file"] for line in shown.picture)
        assert any("755 of 755 events identical" in line for line in shown.picture)


@pytest.fixture
def source(crashloop: Path, tmp_path: Path) -> Path:
    """A copy whose folder may be written."""
    path = tmp_path / "x.scap.gz"
    path.write_bytes(crashloop.read_bytes())
    return path


def written() -> Path:
    return Path(NAME)


def notes() -> list[Path]:
    return list(Path().glob("*.notes.json"))


def marked_in(file: Path) -> int:
    return len(decoded(file.read_bytes()))


async def test_bookmarks_go_along_and_are_there_when_it_is_opened(source: Path) -> None:
    async with viewer(source, keeps=True) as shown:
        for number in ("220", "222", "400"):
            await shown.press(*number, "G", "m")
        await shown.press("W", "tab", "tab", "tab", "space")
        await shown.until("3 of 3 fall inside")
        assert "(x) those from bookmark 220 to bookmark 400" in "\n".join(shown.picture)
        await shown.press("enter")
        await shown.until(".notes.json, 3 bookmarks")
        (file,) = notes()
        assert marked_in(file) == 3
        await shown.press("O")
        await shown.until("●")
        assert sum("●" in line for line in shown.pane("events")) >= 1
        await shown.press("apostrophe")
        await shown.until("3 bookmarks")


async def test_bookmarks_do_not_go_where_texts_are_blanked(source: Path) -> None:
    async with viewer(source, keeps=True) as shown:
        await shown.press(*"220", "G", "m")
        await shown.press("W")
        await shown.until("1 of 1 fall inside")
        await shown.press("tab", "tab", "tab", "tab", "tab", "tab")
        await shown.type("secret")
        assert "[ ] bookmarks, not where texts are blanked" in "\n".join(shown.picture)
        await shown.press("enter")
        await shown.until("opened again")
    assert not notes()
