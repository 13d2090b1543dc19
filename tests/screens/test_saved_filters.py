"""Saved filters in the viewer."""

from pathlib import Path

import pytest

from scaptui.filter.saved import saved_filters
from tests.screens.app import viewer


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration and a history of its own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "config" / "scaptui" / "filters.toml"


async def test_an_at_sign_offers_them_and_tab_takes_one(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("f", "at")
        assert any("SAVED" in line for line in shown.pane("bar"))
        assert "the name of a saved filter" in shown.pane("bar")[1]
        await shown.type("net-p")
        await shown.press("tab")
        assert shown.pane("bar")[0].startswith(' filter  evt.type == "bind"')
        await shown.press("enter")
        assert 'evt.type == "bind"' in shown.picture[1]


async def test_enter_puts_in_what_a_name_stands_for(crashloop: Path) -> None:
    async with viewer(crashloop, size=(160, 45)) as shown:
        await shown.press("f", "at")
        await shown.type("cmd or evt.type=brk")
        await shown.press("enter")
        assert '(evt.type in {"execve", "execveat"}) or evt.type=brk' in shown.picture[1]


async def test_a_name_nobody_gave_is_told(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("f", "at")
        await shown.type("xyz")
        assert "there is no saved filter 'xyz'" in "".join(shown.pane("bar"))
        await shown.press("enter")
        assert shown.pane("bar") != []


async def test_a_filter_is_saved_where_it_is_typed(crashloop: Path, config: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("f")
        await shown.type("evt.type=brk")
        await shown.press("ctrl+s")
        await shown.type("memory")
        await shown.press("enter")
        assert saved_filters(config)["memory"].text == "evt.type=brk"
        # The prompt has the keyboard again.
        await shown.press("enter")
        assert "evt.type=brk" in shown.picture[1]


async def test_s_saves_the_filter_and_asks_before_it_replaces(
    crashloop: Path, config: Path
) -> None:
    async with viewer(crashloop, "evt.type=brk") as shown:
        await shown.press("S")
        await shown.type("m")
        await shown.press("enter")
        assert "@m is this filter from now on" in shown.pane("cursor")[0]
        await shown.press("backspace")
    async with viewer(crashloop, "evt.type=openat") as shown:
        for answer, kept in (("escape", "evt.type=brk"), ("y", "evt.type=openat")):
            await shown.press("S", "m", "enter")
            assert "@m is another filter, replace it?" in shown.pane("prompt")[0]
            await shown.press(answer, *(["enter"] if answer == "y" else []))
            assert saved_filters(config)["m"].text == kept


async def test_without_a_filter_there_is_none_to_save(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("S")
        assert shown.pane("cursor") == [" there is no filter to save, f sets one"]


@pytest.fixture
def mistaken(config: Path) -> Path:
    config.parent.mkdir(parents=True)
    config.write_text("oops")
    return config


async def test_a_file_with_a_mistake_is_told_and_left(crashloop: Path, mistaken: Path) -> None:
    async with viewer(crashloop, "evt.type=brk", size=(200, 50)) as shown:
        await shown.press("S", "m", "enter")
        assert str(mistaken) in shown.pane("cursor")[0]
        await shown.press("f", "ctrl+u", "at")
        assert shown.pane("bar") != []
    assert mistaken.stat().st_size == len("oops")  # noqa: ASYNC240 - nothing waits here


async def test_the_command_line_s_name_is_shown_as_what_it_stands_for(crashloop: Path) -> None:
    async with viewer(crashloop, "@net-ports") as shown:
        assert 'evt.type == "bind"' in shown.picture[1]
