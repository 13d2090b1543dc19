"""A prompt has the keyboard until it is answered or given up; nothing is half of both."""

from pathlib import Path

import pytest

from scaptui.widgets.lines import LinesView
from tests.screens.app import Viewer, viewer

# Pages with a prompt: the keys that open it, and the pane that had the keyboard before.
PROMPTS = {
    "find": (("slash",), "events"),
    "go to": (("ctrl+g",), "events"),
    "mark": (("M",), "events"),
    "export": (("ctrl+e",), "events"),
    "copy": (("c",), "events"),
    "column": (("C", "slash"), "columns"),
    "find a process": (("p", "slash"), "tree"),
    "go to a moment": (("p", "ctrl+g"), "tree"),
    "find in a view": (("v", "3", "slash"), "rows"),
    "report": (("K", "M"), "runs"),
    "colour": (("alt+l", "A"), "colours"),
    "compare": (("A", "A"), "findings"),
}


def keyboard(shown: Viewer) -> str:
    """The pane that has it."""
    pane = shown.app.screen.focused
    assert pane is not None
    return pane.id or ""


async def one_by_one(shown: Viewer, keys: tuple[str, ...]) -> None:
    """Press keys, each when what the one before opened is there."""
    for key in keys:
        await shown.press(key)
        await shown.until_not("looking for")


def open_prompts(shown: Viewer) -> list[LinesView]:
    panes = shown.app.screen.query("FilterBar, Prompt, Choice").results(LinesView)
    return [pane for pane in panes if pane.display]


@pytest.mark.parametrize("key", ["tab", "shift+tab"])
@pytest.mark.parametrize("name", PROMPTS)
async def test_tab_does_not_leave_a_prompt_and_esc_gives_the_keyboard_back(
    name: str, key: str, crashloop: Path
) -> None:
    keys, before = PROMPTS[name]
    async with viewer(crashloop) as shown:
        await one_by_one(shown, keys)
        (prompt,) = open_prompts(shown)
        await shown.press(key)
        assert shown.app.screen.focused is prompt
        await shown.press("escape")
        assert open_prompts(shown) == []
        assert keyboard(shown) == before


@pytest.mark.parametrize("name", PROMPTS)
async def test_a_click_elsewhere_gives_a_prompt_up(name: str, crashloop: Path) -> None:
    keys, before = PROMPTS[name]
    async with viewer(crashloop) as shown:
        await one_by_one(shown, keys)
        await shown.pilot.click(f"#{before}", offset=(10, 2))
        await shown.rest()
        assert open_prompts(shown) == []
        assert keyboard(shown) == before
        assert shown.app.screen.query_one("#cursor").display


async def test_shift_tab_stays_in_the_filter(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("f")
        await shown.type("proc.name=cat")
        await shown.press("shift+tab", "x")
        assert shown.pane("bar")[0].startswith(" filter  proc.name=catx")


async def test_a_click_on_a_row_restores_the_filter_as_esc_does(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=nginx") as shown:
        await shown.press("f")
        await shown.type(" and evt.typo=1")
        assert shown.pane("bar")[1:] != []
        await shown.pilot.click("#events", offset=(10, 3))
        await shown.rest()
        assert open_prompts(shown) == []
        assert keyboard(shown) == "events"
        assert shown.pane("filter")[0].startswith(" filter  proc.name=nginx  ")
        assert shown.pane("footer")[0].startswith(" ? help")


async def test_another_prompt_takes_the_place_of_one(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("slash", "f4")
        assert keyboard(shown) == "bar"
        await shown.press("escape")
        assert keyboard(shown) == "events"
        assert open_prompts(shown) == []


async def test_a_name_asked_for_within_the_filter_goes_back_to_it(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("f")
        await shown.type("proc.name=cat")
        await shown.press("ctrl+s")
        assert shown.pane("footer") == [" Enter save it  Esc as before"]
        await shown.press("escape")
        assert keyboard(shown) == "bar"
        assert "Enter apply" in shown.pane("footer")[0]
        await shown.press("ctrl+s")
        await shown.pilot.click("#events", offset=(10, 3))
        await shown.rest()
        assert open_prompts(shown) == []
        assert keyboard(shown) == "events"


async def test_a_terminal_that_is_left_for_a_while_keeps_its_prompt(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("f")
        await shown.type("proc.name=c")
        shown.app.app_focus = False
        await shown.rest()
        shown.app.app_focus = True
        await shown.type("at")
        assert shown.pane("bar")[0].startswith(" filter  proc.name=cat")


@pytest.mark.parametrize(
    ("keys", "enter"),
    [
        (("slash",), "find it"),
        (("ctrl+g",), "go there"),
        (("M",), "mark it"),
        (("ctrl+e",), "export them"),
        (("p", "slash"), "find it"),
        (("v", "3", "slash"), "find it"),
        (("K", "M"), "save it"),
    ],
)
async def test_a_prompt_tells_what_enter_does(
    keys: tuple[str, ...], enter: str, crashloop: Path
) -> None:
    async with viewer(crashloop) as shown:
        await one_by_one(shown, keys)
        assert shown.pane("footer") == [f" Enter {enter}  Esc as before"]


async def test_a_question_tells_what_enter_does(crashloop: Path, tmp_path: Path) -> None:
    there = tmp_path / "x.csv"
    there.write_text("old")
    async with viewer(crashloop) as shown:
        await shown.press("ctrl+e", "ctrl+u")
        await shown.type(str(there))
        await shown.press("enter")
        assert shown.pane("footer") == [" Enter replace it after y  Esc as before"]


@pytest.mark.parametrize(("keys", "pane"), [((), "events"), (("p",), "tree"), (("f",), "bar")])
async def test_a_terminal_that_was_too_small_gives_the_keyboard_back(
    keys: tuple[str, ...], pane: str, crashloop: Path
) -> None:
    async with viewer(crashloop) as shown:
        await one_by_one(shown, keys)
        assert keyboard(shown) == pane
        await shown.pilot.resize_terminal(30, 8)
        await shown.until("scaptui needs 40x10")
        await shown.pilot.resize_terminal(50, 12)
        await shown.rest()
        assert keyboard(shown) == pane
        assert len(shown.pane("footer")[0]) > 30
