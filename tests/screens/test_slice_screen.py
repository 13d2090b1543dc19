"""The slice page in the viewer."""

from pathlib import Path

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


async def test_enter_writes_and_compares_and_enter_opens_it(
    crashloop: Path, tmp_path: Path
) -> None:
    async with viewer(crashloop, "proc.name=nginx") as shown:
        await shown.press("W")
        await shown.press("enter")
        await shown.until("opened again and compared")
        told = "\n".join(shown.picture)
        assert "755 of 755 events identical, field for field" in told
        assert "0 names lost, 0 names changed" in told
        assert opened(tmp_path / NAME).progress().shown == 755
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


async def test_a_file_that_exists_is_asked_about_by_name(crashloop: Path, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"precious")
    async with viewer(crashloop, "proc.name=nginx") as shown:
        await shown.press("W", "enter")
        await shown.until("exists")
        assert f"{NAME} exists, Enter writes over it" in "\n".join(shown.picture)
        await shown.press("escape")
        assert "writes over it" not in "\n".join(shown.picture)
        assert (tmp_path / NAME).read_bytes() == b"precious"
        await shown.press("enter", "enter")
        await shown.until("opened again")
        assert (tmp_path / NAME).read_bytes() != b"precious"


async def test_letters_are_typed_into_the_name(crashloop: Path, tmp_path: Path) -> None:
    async with viewer(crashloop, "proc.name=nginx") as shown:
        await shown.press("W", "shift+tab", "shift+tab")
        await shown.press("ctrl+u")
        await shown.type("Out of c.scap")
        await shown.press("enter")
        await shown.until("opened again")
    assert opened(tmp_path / "Out of c.scap").progress().shown == 755


async def test_a_refusal_says_why(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=nginx") as shown:
        await shown.press("W", "shift+tab", "shift+tab", "ctrl+u")
        await shown.type("none/x.scap")
        await shown.press("enter")
        await shown.until("not written")
        assert "no such file or directory" in "\n".join(shown.picture)


async def test_between_two_events(crashloop: Path, tmp_path: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("W", "tab", "ctrl+u")
        await shown.type("100")
        await shown.press("tab", "ctrl+u")
        await shown.type("199")
        await shown.press("enter")
        await shown.until("opened again")
        assert "(x) those from event 100" in "\n".join(shown.picture)
        name = "crashloop-slice.scap.gz"
        assert 0 < opened(tmp_path / name).progress().shown <= 100


async def test_a_small_screen_keeps_file_and_result(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=nginx", size=(60, 15)) as shown:
        await shown.press("W", "enter")
        await shown.until("identical")
        assert any(line.split()[:1] == ["file"] for line in shown.picture)
        assert any("755 of 755 events identical" in line for line in shown.picture)
