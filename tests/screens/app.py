"""The viewer on a capture without a terminal, its lines as text."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.app import App
from textual.events import Key
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot

from scaptui.app import ScaptuiApp
from scaptui.capture.opening import open_capture
from scaptui.screens.opened import Opened
from scaptui.theming import Terminal, load
from scaptui.views.cells import line_text
from scaptui.widgets.event_list import EventList
from scaptui.widgets.lines import LinesView

# Looks at a screen that stays the same while something is still looked for.
_AT_WORK = 5


class Viewer:
    """Drives the viewer and says what its panes show."""

    def __init__(self, app: App[Any], pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys, each once the one before was heard, and wait until all is done."""
        for key in keys:
            self.app.post_message(key_event(key))
            await self.heard()
        await self.rest()

    async def type(self, text: str) -> None:
        """Type a text, as fast as a terminal hands on what it was given at once."""
        for character in text:
            self.app.post_message(key_event(character))
        await self.rest()

    async def heard(self, pause: float = 0.01) -> None:
        """Wait until no pane has had a message to look at for two pauses, in seconds.

        Not with the pilot: it waits half a minute for the panes of a page that is just closed.
        """
        quiet = 0
        for _ in range(300):
            await asyncio.sleep(pause)
            pumps = (self.app, *self.app.screen.walk_children(with_self=True))
            quiet = 0 if any(pump.message_queue_size for pump in pumps) else quiet + 1
            if quiet == 2:
                return

    async def rest(self) -> None:
        """Wait until nothing changes, and for the work beside the screen if that has an end."""
        await self.heard()
        before, same = self.screen, 0
        for _ in range(200):
            await asyncio.sleep(0.02)
            now = self.screen
            same = same + 1 if now == before else 0
            if same == (_AT_WORK if self._is_working else 1):
                return
            before = now

    @property
    def _is_working(self) -> bool:
        work = getattr(self.app.screen, "_work", None)
        return work is not None and bool(work._tasks)

    async def until(self, text: str) -> None:
        """Wait until a text is on the screen; it must come within some seconds."""
        for _ in range(500):
            if any(text in line for line in self.screen):
                await self.rest()
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"never seen: {text!r}\n" + "\n".join(self.screen))

    async def until_not(self, text: str) -> None:
        """Wait until a text is on the screen no more; that must come within some seconds."""
        for _ in range(500):
            if not any(text in line for line in self.screen):
                await self.rest()
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"still seen: {text!r}\n" + "\n".join(self.screen))

    def pane(self, name: str) -> list[str]:
        """Lines of a pane, without blanks at their ends."""
        widget = self.app.screen.query_one(f"#{name}", LinesView)
        return [line_text(line).rstrip() for line in widget.lines] if widget.display else []

    @property
    def screen(self) -> list[str]:
        """Everything on the screen, pane after pane."""
        panes = [widget for widget in self.app.screen.query(LinesView) if widget.display]
        return [line_text(line).rstrip() for pane in panes for line in pane.lines]

    @property
    def picture(self) -> list[str]:
        """The whole screen, line by line, without blanks at their ends."""
        # What Textual would send to a terminal; it has no public name.
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    async def scroll(self, number: int) -> None:
        """Let the window of the list begin with an event, its cursor where it is."""
        events = self.app.screen.query_one(EventList)
        events.model.top = events.model.selection.row(number)
        events.redraw()
        await self.rest()

    @property
    def row(self) -> str:
        """The row under the cursor."""
        return next((line for line in self.pane("events") if line.startswith(">")), "")


@asynccontextmanager
async def viewer(
    capture: Path,
    filter_text: str | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    rules: Sequence[str] = (),
    keeps: bool = False,
    keys: Mapping[str, str] | None = None,
) -> AsyncIterator[Viewer]:
    """The viewer, once the capture has been read; whether bookmarks are kept beside it.

    `keys` are those that settings give to commands.
    """
    names = [str(capture)]
    sources = names if keeps else []
    opened = Opened.of(open_capture(names), filter_text, "UTC", rules=rules, sources=sources)
    app = ScaptuiApp(opened, load("dark"), Terminal())
    app.set_keymap(dict(keys or {}))
    async with on_screen(app, size) as found:
        await found.until("complete")
        yield found


@asynccontextmanager
async def on_screen(app: App[Any], size: tuple[int, int] = (80, 24)) -> AsyncIterator[Viewer]:
    """An app with all that it has on a terminal: toasts and tooltips, too."""
    async with app.run_test(size=size, tooltips=True, notifications=True) as pilot:
        yield Viewer(app, pilot)


def key_event(key: str) -> Key:
    """The event of a key, named as in bindings or by its character."""
    if len(key) == 1 and not key.isalnum():
        key = _character_to_key(key)
    try:
        name = _get_unicode_name_from_key(REPLACED_KEYS.get(key, key))
        return Key(key, unicodedata.lookup(name))
    except KeyError:
        return Key(key, key if len(key) == 1 else None)
