"""Rows of a view change while the capture is written, under a cursor that stays."""

from pathlib import Path

from scaptui.app import ScaptuiApp
from scaptui.capture.opening import open_capture
from scaptui.screens.opened import Opened
from scaptui.theming import Terminal, load
from tests.screens.app import on_screen


def _halves(whole: Path, half: Path) -> bytes:
    """Write the first half of a capture; the second is left."""
    data = whole.read_bytes()
    middle = len(data) // 2
    half.write_bytes(data[:middle])
    return data[middle:]


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as into:
        into.write(data)


async def test_the_cursor_stays_on_its_row_while_others_come(
    plain_crashloop: Path, tmp_path: Path
) -> None:
    path = tmp_path / "growing.scap"
    rest = _halves(plain_crashloop, path)
    opened = Opened.of(open_capture([str(path)], follow=True), None, "UTC", follow=True)
    app = ScaptuiApp(opened, load("dark"), Terminal())
    async with on_screen(app) as shown:
        await shown.until("following")
        await shown.press("v")
        await shown.type("programs")
        await shown.press("enter")
        await shown.until("rows")
        await shown.press("j", "j")
        before = next(line for line in shown.pane("rows") if line.startswith(">"))
        events = opened.capture.progress().shown
        _append(path, rest)
        await shown.until_not(before)
        after = next(line for line in shown.pane("rows") if line.startswith(">"))
        assert opened.capture.progress().shown > events
        assert after.split()[:2][-1] == before.split()[:2][-1]
        assert after != before
    opened.capture.close()
