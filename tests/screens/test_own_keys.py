"""Keys that settings give to commands."""

from pathlib import Path

import pytest

from scaptui.app import is_key
from scaptui.screens.every_command import every_command
from scaptui.screens.help import HelpScreen
from scaptui.settings import check_keys, parse
from tests.screens.app import viewer


@pytest.mark.parametrize(
    ("named", "pressed"),
    [("f9", "f9"), ("=", "equals_sign"), ("at", "at"), (",", "comma"), ("alt+k", "alt+k")],
)
async def test_a_command_has_the_key_that_is_given(
    named: str, pressed: str, crashloop: Path
) -> None:
    keys = parse(f'[keys]\n"screen.help" = "{named}"', "").keys
    check_keys(keys, every_command(), is_key, crashloop)
    async with viewer(crashloop, keys=keys) as shown:
        await shown.press("question_mark")
        assert not isinstance(shown.app.screen, HelpScreen)
        await shown.press(pressed)
        assert isinstance(shown.app.screen, HelpScreen)


@pytest.mark.parametrize("name", ["plus", "minus", "slash", "at", "+", "/", "ä", "f12", "ctrl+x"])
def test_keys_have_names(name: str) -> None:
    assert is_key(name)


@pytest.mark.parametrize("name", ["nokey", "plus_sign", "gg", "ctrl+nokey"])
def test_what_is_no_key(name: str) -> None:
    assert not is_key(name)
