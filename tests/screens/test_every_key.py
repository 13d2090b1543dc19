"""Every key of every page, on every capture and at every size.

Nothing breaks, and nothing is drawn past the screen or as a control character.
"""

import asyncio
import random
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from scaptui.widgets.prompt import Prompt
from tests.screens.app import Viewer, key_event, viewer

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
    shown.app.post_message(key_event(key))
    await shown.heard(0.001)


async def press(shown: Viewer, key: str) -> None:
    """Press a key and look at what is drawn."""
    await strike(shown, key)
    assert shown.app.is_running, key
    width, height = shown.app.size
    picture = shown.picture
    assert len(picture) <= height, key
    for line in picture:
        assert _cells(line) <= width, (key, line)


@cache
def _cells(line: str) -> int:
    """Cells a line takes; it has no control character."""
    if line.isascii() and line.isprintable():
        return len(line)
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in line), line
    seen = [character for character in line if not unicodedata.combining(character)]
    # Of a character that is none Python says that it is wide; terminals do not.
    return sum(
        2
        if unicodedata.east_asian_width(character) in "WF"
        and unicodedata.category(character) != "Cn"
        else 1
        for character in seen
    )


def keys(shown: Viewer) -> list[str]:
    """What the focused pane, its page and the viewer listen to now."""
    return sorted({key for key in shown.app.screen.active_bindings if key not in LEAVE})


def quits(shown: Viewer, key: str) -> bool:
    """Whether Enter would run the command that ends the viewer: it is one of the page of all."""
    chosen = [line for line in shown.picture if line.startswith(">")]
    return key == "enter" and any("quit" in line for line in chosen)


async def back(shown: Viewer, depth: int) -> None:
    """Leave pages until so many are open."""
    for _ in range(40):
        if len(shown.app.screen_stack) <= depth:
            return
        await strike(shown, "escape")
        await asyncio.sleep(0.02)  # what was written is called off first
    pytest.fail(f"Esc does not leave {shown.app.screen!r}: {shown.picture}")


class Walk:
    """Presses each key of a page, and of each page that one of its keys opens."""

    def __init__(self, shown: Viewer) -> None:
        self.shown = shown
        self.ground = self.depth
        self.walked: set[tuple[str, str]] = set()
        """Pages with the ones they were opened from. A second key to the same one is one of many:
        it is pressed, what it opens is left again."""

    @property
    def depth(self) -> int:
        return len(self.shown.app.screen_stack)

    @property
    def page(self) -> str:
        return type(self.shown.app.screen).__name__

    @property
    def pages(self) -> set[str]:
        return {page for _, page in self.walked}

    async def every_key(self, *way: str) -> None:
        """Press each key of the page that is open; `way` are the keys that lead to it."""
        here, page = self.depth, self.page
        for key in keys(self.shown):
            await self.return_to(here, page, way)
            if quits(self.shown, key):
                continue
            await press(self.shown, key)
            step = (page, self.page)
            if self.depth > here and here < self.ground + 2 and step not in self.walked:
                self.walked.add(step)
                await self.shown.rest()
                await self.every_key(*way, key)

    async def return_to(self, depth: int, page: str, way: tuple[str, ...]) -> None:
        """Back to a page: panes and prompts in it are closed, and it is opened again if left."""
        if self.depth == depth and self.page == page:
            if depth > self.ground and not isinstance(self.shown.app.focused, Prompt):
                return  # there Esc would leave it
            for _ in range(3):
                await strike(self.shown, "escape")
        await back(self.shown, depth)
        if self.depth == depth and self.page == page:
            return
        await back(self.shown, self.ground)
        for _ in range(3):
            await strike(self.shown, "escape")
        for at, key in enumerate(way):
            for _ in range(20):  # some open once what they show was found
                await self.shown.press(key)
                if self.depth > self.ground + at:
                    break
        assert (self.depth, self.page) == (depth, page), way


@pytest.mark.parametrize("size", WALKED, ids=str)
async def test_every_key_of_the_bundled_capture(bundled: Path, size: tuple[int, int]) -> None:
    async with viewer(bundled, size=size) as shown:
        walk = Walk(shown)
        await walk.every_key()
        assert walk.pages >= {
            "ProcessesScreen", "CrashesScreen", "HelpScreen", "StreamScreen", "BookmarksScreen",
            "ViewsScreen", "FindingsScreen", "SliceScreen",
        }  # fmt: skip


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
