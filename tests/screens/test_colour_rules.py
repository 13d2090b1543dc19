"""Colour rules in the viewer."""

from pathlib import Path

import pytest

from scaptui.views.colour_rules import read_rules
from tests.screens.app import viewer


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration of its own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "scaptui" / "colours.toml"


async def test_l_colours_rows_and_tells_what_the_letters_are(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("2", "2", "0", "G")
        before = shown.row
        await shown.press("L")
        assert shown.pane("cursor")[0].startswith(" colours  a failed calls  b notifications")
        assert shown.row == ">a!" + before[3:]
        await shown.press("L")
        assert shown.pane("cursor") == [" colour rules are off"]
        assert shown.row == before


async def test_rules_are_changed_on_a_page_and_kept(crashloop: Path, config: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("alt+l")
        assert shown.picture[0].endswith(" colours")
        await shown.press("A")
        await shown.type("evt.num=220")
        await shown.press("enter", "n", "ctrl+u")
        await shown.type("mine")
        await shown.press("enter", "ctrl+s")
        assert f"kept in {config}"[:60] in shown.pane("cursor")[0]
        assert read_rules(config)[0].name == "mine"
        await shown.press("escape", "2", "2", "0", "G")
        assert shown.row.startswith(">a!")
        await shown.press("alt+l", "space", "ctrl+s")
        assert "colours.toml exists, replace it?" in shown.pane("prompt")[0]
        await shown.press("escape")
        assert read_rules(config)[0].is_on
        await shown.press("ctrl+s", "y", "enter")
        assert not read_rules(config)[0].is_on


async def test_a_filter_that_is_wrong_is_told_and_not_taken(crashloop: Path) -> None:
    async with viewer(crashloop, size=(160, 45)) as shown:
        await shown.press("alt+l", "f", "ctrl+u")
        await shown.type("proc.nam=x")
        await shown.press("enter")
        assert "colour rule 'failed calls'" in shown.pane("cursor")[0]
        assert "@failed" in shown.pane("colours")[1]


@pytest.fixture
def mistaken(config: Path) -> Path:
    config.parent.mkdir()
    config.write_text("[[rule]]\nname = 'a'\nfilter = 'proc.nam=x'\nrole = 'live'\n")
    return config


async def test_a_file_with_a_mistake_is_told(crashloop: Path, mistaken: Path) -> None:
    async with viewer(crashloop, size=(100, 30)) as shown:
        await shown.press("L")
        assert "colour rule 'a'" in shown.pane("cursor")[0]
        mistaken.write_text("[[rule]]\nname='a'\nfilter='x=1'\nrole='faild'")  # noqa: ASYNC240
        await shown.press("alt+l")
        wrong = "colours.toml: rule 1, 'a', has the role 'faild'; did you mean failed? (/"
        assert shown.pane("cursor")[0].startswith(f" {wrong}")


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 50)])
async def test_the_page_at_every_size(size: tuple[int, int], crashloop: Path) -> None:
    async with viewer(crashloop, size=size) as shown:
        await shown.press("alt+l", "G")
        assert any(line.startswith("> k  closes") for line in shown.pane("colours"))
        assert len(shown.picture) == size[1]
