"""The demo in the viewer: where somebody begins who knows none of it."""

from pathlib import Path

from scaptui import demo
from scaptui.app import ScaptuiApp
from scaptui.capture.opening import open_capture
from scaptui.commands.demo import CAPTURE, HINT
from scaptui.screens.opened import Opened
from scaptui.theming import Terminal, load
from tests.screens.app import on_screen


async def test_the_demo_says_until_the_first_key_where_its_crash_is_told() -> None:
    capture = open_capture([str(Path(demo.__file__).parent / CAPTURE)])
    opened = Opened.of(capture, None, "UTC", hint=HINT)
    async with on_screen(ScaptuiApp(opened, load("dark"), Terminal())) as shown:
        await shown.until("complete")
        assert shown.pane("cursor")[0].rstrip() == f" {HINT}"
        await shown.press("j")
        assert HINT not in shown.pane("cursor")[0]
        await shown.press("K")
        await shown.until("/etc/nginx/certs/tls.crt")
