"""Every key of every page, on every capture and at every size.

Nothing breaks, and nothing is drawn past the screen or as a control character.
"""

import random
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.app import Viewer, viewer

SIZES = ((60, 15), (80, 24), (160, 45), (200, 50))
# Of every page at the size it was designed for, and at the widest.
WALKED = ((80, 24), (200, 50))
CAPTURES = (
    "502Error.scap", "cat_write.scap", "connect_localhost.scap", "crash.mid.scap.gz",
    "crash.new.scap.gz", "curl_google.scap", "curl_google_comments.scap", "http.mid.scap.gz",
    "invalid-command.mid.scap.gz", "invalid-command.new.scap.gz", "libs_sample.scap",
    "run_as_user_0_container.scap", "shell.mid.scap.gz", "shell.new.scap.gz",
    "single_ipv6_conn.scap",
)  # fmt: skip
# Keys that end the viewer or put it into the background.
LEAVE = {"q", "Q", "f10", "ctrl+c", "ctrl+q", "ctrl+z"}
STEPS = 30
pytestmark = pytest.mark.timeout(900)


async def strike(shown: Viewer, key: str) -> None:
    """Press a key and let it be heard, not all it sets going: people do not wait either."""
    shown.app.simulate_key(key)
    await shown.pilot.pause(0.005)


async def press(shown: Viewer, key: str) -> None:
    """Press a key and look at what is drawn."""
    await strike(shown, key)
    assert shown.app.is_running, key
    width, height = shown.app.size
    picture = shown.picture
    assert len(picture) <= height, key
    for line in picture:
        cells = sum(_cells(character) for character in line)
        assert cells <= width, (key, line)
        assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in line), (
            key,
            line,
        )


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def keys(shown: Viewer) -> list[str]:
    """What the focused pane, its page and the viewer listen to now."""
    return sorted({key for key in shown.app.screen.active_bindings if key not in LEAVE})


def quits(shown: Viewer, key: str) -> bool:
    """Whether Enter would run the command that ends the viewer: it is one of the page of all."""
    chosen = [line for line in shown.picture if line.startswith(">")]
    return key == "enter" and any("quit" in line for line in chosen)


async def back(shown: Viewer, depth: int) -> None:
    """Leave pages until so many are open."""
    for _ in range(12):
        if len(shown.app.screen_stack) <= depth:
            return
        await strike(shown, "escape")
    pytest.fail(f"Esc does not leave {shown.app.screen!r}: {shown.picture}")


async def every_key(shown: Viewer, depth: int) -> set[str]:
    """Press each key; of a page that one opens, each of its keys too. Says which pages came."""
    pages = {type(shown.app.screen).__name__}
    for key in keys(shown):
        await press(shown, key)
        if len(shown.app.screen_stack) > depth:
            if depth < 3:
                pages |= await every_key(shown, depth + 1)
            await back(shown, depth)
        else:
            # Panes and prompts are closed, so that the next key means what it meant.
            for _ in range(3):
                await press(shown, "escape")
    return pages


@pytest.mark.parametrize("size", WALKED, ids=str)
async def test_every_key_of_the_bundled_capture(bundled: Path, size: tuple[int, int]) -> None:
    async with viewer(bundled, size=size) as shown:
        pages = await every_key(shown, len(shown.app.screen_stack))
        assert pages >= {"CaptureScreen", "ProcessesScreen", "CrashesScreen", "HelpScreen"}


@pytest.mark.parametrize("name", CAPTURES)
async def test_keys_in_any_order(real: Callable[[str], Path], name: str) -> None:
    for size in SIZES:
        dice = random.Random(f"{name} {size}")
        async with viewer(real(name), size=size) as shown:
            pressed = []
            for _ in range(STEPS):
                key = dice.choice(keys(shown))
                if quits(shown, key):
                    continue
                pressed.append(key)
                try:
                    await press(shown, key)
                except Exception as error:
                    error.add_note(" ".join(pressed))
                    raise
