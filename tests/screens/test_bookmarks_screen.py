"""Bookmarks in the viewer: set in the list, looked at and written on in a page of their own."""

from pathlib import Path

import pytest
from textual.events import MouseScrollDown

from scaptui.views.bookmark import decoded
from tests.screens.app import Viewer, viewer
from tests.screens.hostile import NAMES


@pytest.fixture
def capture(crashloop: Path, tmp_path: Path) -> Path:
    """A copy whose folder may be written."""
    path = tmp_path / "x.scap.gz"
    path.write_bytes(crashloop.read_bytes())
    return path


def notes_of(capture: Path) -> Path:
    return capture.with_name(capture.name + ".notes.json")


async def goto(shown: Viewer, number: int) -> None:
    await shown.press(*str(number), "G")


async def test_m_marks_a_row_and_is_kept(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 220)
        await shown.press("m")
        assert shown.row.startswith(">●!  220")
        assert shown.pane("cursor") == [" event 220 is marked"]
        await goto(shown, 222)
        assert any(line.startswith(" ●!  220") for line in shown.pane("events"))
    assert [mark.number for mark in decoded(notes_of(capture).read_bytes())] == [220]
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 220)
        await shown.until("●!  220")
        await shown.press("m")
        assert "no longer marked" in shown.pane("cursor")[0]
    assert decoded(notes_of(capture).read_bytes()) == []


async def test_the_strip_shows_where_marks_are(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 300)
        await shown.press("m", "G")
        assert shown.pane("strip")[1].count("●") == 1


async def test_u_goes_from_mark_to_mark(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        for number in (220, 237):
            await goto(shown, number)
            await shown.press("m")
        await shown.press("g", "g", "u")
        assert " 220 " in shown.row
        await shown.press("u")
        assert "237 " in shown.row
        await shown.press("u")
        assert shown.pane("cursor") == [" no bookmark below"]
        await shown.press("U")
        assert " 220 " in shown.row


async def test_without_marks_u_says_what_sets_one(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        await shown.press("u")
        assert "no bookmarks yet, m sets one" in shown.pane("cursor")[0]
        await shown.press("apostrophe")
        assert "no bookmarks yet, m sets one" in shown.pane("bookmarks")[0]


async def test_a_name_is_asked_for_and_shown_with_the_row(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 220)
        await shown.press("M")
        await shown.type("cause")
        await shown.press("enter")
        assert shown.pane("cursor") == [" event 220 is called cause"]
        await shown.press("j", "k")
        assert shown.pane("cursor") == [" ● cause"]


async def test_a_note_is_written_saved_and_found_again(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 220)
        await shown.press("a")
        await shown.until("note on 220")
        await shown.type("no key")
        await shown.press("enter")
        await shown.type("m q 3")
        assert "not saved" in shown.pane("note")[0]
        await shown.press("ctrl+s")
        assert "not saved" not in shown.pane("note")[0]
        await shown.press("escape", "enter")
        assert " 220 " in shown.row
    (mark,) = decoded(notes_of(capture).read_bytes())
    assert mark.note == "no key\nm q 3"
    async with viewer(capture, keeps=True) as shown:
        await shown.press("apostrophe")
        await shown.until("no key")
        assert shown.pane("note")[1:3] == [" no key", " m q 3"]


async def test_esc_drops_a_note_only_when_pressed_twice(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 220)
        await shown.press("m", "a")
        await shown.until("note on 220")
        await shown.type("x")
        await shown.press("escape")
        assert "Esc once more drops" in shown.pane("cursor")[0]
        await shown.press("y", "backspace", "y", "escape")
        assert "Esc once more drops" in shown.pane("cursor")[0]
        await shown.press("backspace", "escape")
        assert shown.pane("note")[1] == " x"
        await shown.press("escape")
        assert shown.pane("note")[1:] == [""] or shown.pane("note")[1].strip() == ""


@pytest.mark.parametrize(
    "leave", [("shift+tab",), ("tab",), ("ctrl+c",), ("f4",), ("ctrl+q",), ("f10",), ("f1", "f10")]
)
async def test_no_key_drops_a_note_unasked(leave: tuple[str, ...], capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 220)
        await shown.press("m", "a")
        await shown.until("note on 220")
        await shown.type("my note")
        await shown.press(*leave)
        assert "Esc once more drops" in shown.pane("cursor")[0]
        await shown.type(" q")
        assert shown.pane("note")[1] == " my note q"


async def test_the_mouse_does_not_drop_a_note(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        for number in (100, 220, 237):
            await goto(shown, number)
            await shown.press("m")
        await goto(shown, 220)
        await shown.press("a")
        await shown.until("note on 220")
        await shown.type("my note")
        for _ in range(2):
            await shown.pilot.click("#bookmarks", offset=(10, 3))
            await shown.rest()
            assert "not saved: Ctrl+S saves" in shown.pane("cursor")[0]
            await shown.pilot._post_mouse_events([MouseScrollDown], "#bookmarks", (10, 1))
            await shown.rest()
        await shown.type("!")
        assert shown.pane("note")[1] == " my note!"
        await shown.press("ctrl+s")
    notes = {mark.number: mark.note for mark in decoded(notes_of(capture).read_bytes())}
    assert notes == {100: "", 220: "my note!", 237: ""}


async def test_a_note_that_is_not_written_leaves_nothing(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 220)
        await shown.press("a")
        await shown.until("note on 220")
        await shown.press("escape")
        assert shown.picture[0].endswith(" events")
        assert "●" not in shown.row
        await shown.press("a")
        await shown.until("note on 220")
        await shown.pilot.click("#bookmarks", offset=(10, 1))
        await shown.until("no bookmarks yet")
    assert not notes_of(capture).exists()


async def test_a_click_selects_a_bookmark(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        for number in (100, 220):
            await goto(shown, number)
            await shown.press("m")
        await shown.press("apostrophe")
        await shown.until("note on 220")
        await shown.pilot.click("#bookmarks", offset=(10, 1))
        await shown.until("note on 100")


async def test_the_page_measures_from_one_to_another(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        for number in (100, 220, 237):
            await goto(shown, number)
            await shown.press("m")
        await shown.press("apostrophe")
        await shown.until("first to last")
        assert ", 138 events" in shown.pane("cursor")[0]
        await shown.press("home", "space", "j")
        assert shown.pane("cursor")[0].startswith(" 100 to 220 ")
        await shown.press("s")
        assert "evt.num>=100 and evt.num<=220" in shown.picture[1]


async def test_colours_are_told_in_words_too(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 220)
        await shown.press("m", "apostrophe", "4")
        await shown.until("green")
        assert "green" in shown.pane("note")[0]
    assert decoded(notes_of(capture).read_bytes())[0].colour == "green"


async def test_d_deletes_also_what_is_of_no_event_here(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 220)
        await shown.press("m")
    text = notes_of(capture).read_text()
    notes_of(capture).write_text(text.replace('"cpu": ', '"cpu": 9'))
    async with viewer(capture, keeps=True) as shown:
        await shown.press("apostrophe")
        await shown.until("not in this capture")
        await shown.press("enter")
        assert "not in this capture" in shown.pane("cursor")[0]
        await shown.press("d")
        await shown.until("no bookmarks yet")
    assert decoded(notes_of(capture).read_bytes()) == []


async def test_enter_on_what_the_filter_leaves_out_shows_all_events(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 220)
        await shown.press("m")
    async with viewer(capture, "evt.type=brk", keeps=True) as shown:
        await shown.press("apostrophe")
        await shown.until("220")
        await shown.press("enter")
        assert " 220 " in shown.row
        assert "filter  none" in shown.picture[1]


async def test_a_damaged_file_is_told_and_nothing_is_marked(capture: Path) -> None:
    notes_of(capture).write_text("{")
    async with viewer(capture, size=(200, 50), keeps=True) as shown:
        await shown.until("is damaged")
        await goto(shown, 220)
        await shown.press("m")
        assert "is damaged: line 1, column 2" in shown.pane("cursor")[0]
        assert "●" not in shown.row
        await shown.press("apostrophe")
        await shown.until("not kept")
    assert notes_of(capture).read_text() == "{"


async def test_another_window_s_note_is_not_overwritten_unseen(capture: Path) -> None:
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 220)
        await shown.press("m", "a")
        await shown.until("note on 220")
        await shown.type("mine")
        text = notes_of(capture).read_text()
        notes_of(capture).write_text(text.replace('"note": ""', '"note": "theirs"'))
        await shown.press("escape")  # asks; and what follows is looked up anew
        shown.app.screen_stack[0].bookmarks.notebook.load()  # type: ignore[attr-defined]
        shown.app.screen_stack[0].bookmarks.look()  # type: ignore[attr-defined]
        await shown.press("ctrl+s")
        assert "another window changed this note" in shown.pane("cursor")[0]
        assert decoded(notes_of(capture).read_bytes())[0].note == "theirs"
        await shown.press("ctrl+s")
        await shown.rest()
    assert decoded(notes_of(capture).read_bytes())[0].note == "mine"


async def test_the_report_is_written_and_a_file_that_is_there_is_asked_about(
    capture: Path, tmp_path: Path
) -> None:
    target = tmp_path / "r.md"
    async with viewer(capture, size=(140, 30), keeps=True) as shown:
        await goto(shown, 220)
        await shown.press("m", "apostrophe")
        await shown.until("note on 220")
        for answer in ("first", "no", "y"):
            await shown.press("M", "ctrl+u")
            await shown.type(str(target))
            await shown.press("enter")
            if answer != "first":
                assert "r.md exists, replace it?" in shown.pane("prompt")[0]
                await shown.type(answer)
                await shown.press("enter")
            if answer != "no":
                await shown.until("written to")
                assert target.read_text().startswith("# Notes on x.scap.gz")
            target.write_text("old") if answer == "first" else None
            if answer == "no":
                assert target.read_text() == "old"
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (160, 45), (200, 50)])
async def test_every_size_shows_rows_and_note(size: tuple[int, int], capture: Path) -> None:
    async with viewer(capture, size=size, keeps=True) as shown:
        await goto(shown, 220)
        await shown.press("a")
        await shown.until("note on 220")
        await shown.type("text")
        await shown.press("ctrl+s")
        assert any(line.startswith(" text") for line in shown.pane("note"))
        if size[1] < 20:
            assert shown.pane("bookmarks") == []
            await shown.press("escape")
        assert any("220" in line and "text" in line for line in shown.pane("bookmarks"))
        assert len(shown.picture) == size[1]


@pytest.mark.parametrize("name", sorted(NAMES))
async def test_hostile_notes_are_inert(name: str, capture: Path) -> None:
    hostile = NAMES[name].decode("utf-8", "replace")
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 220)
        await shown.press("m")
    (mark,) = decoded(notes_of(capture).read_bytes())
    from dataclasses import replace

    from scaptui.views.bookmark import encoded

    notes_of(capture).write_bytes(encoded([replace(mark, note=hostile, name=hostile)]))
    async with viewer(capture, keeps=True) as shown:
        await goto(shown, 220)
        await shown.until("●!  220")
        await shown.press("j", "k", "apostrophe")
        await shown.until("note on 220")
        await shown.press("a", "home", "x", "c")
        assert all(line.isprintable() for line in shown.picture)
