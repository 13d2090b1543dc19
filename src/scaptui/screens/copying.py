"""Text for the clipboard of the terminal; what that does not take goes to a file."""

import time
from typing import Any, Final

from textual.app import App

from scaptui.driver import has_clipboard
from scaptui.state_files import write_state_file
from scaptui.views.cells import fit_end, fit_middle, shown
from scaptui.views.format import NS
from scaptui.widgets.lines import Themed

# What terminals take into their clipboard, in bytes; and what is sent over a slow line.
_MOST_COPIED: Final = 50_000
_MOST_OVER_SLOW: Final = 4_000


def copy(app: App[Any], text: str, cells: int, *, to_file: bool = False) -> str:
    """Copy a text that is safe to paste; what to tell in so many cells."""
    data = text.encode("utf-8", "backslashreplace")
    text, size = data.decode(), len(data)
    is_slow = isinstance(app, Themed) and app.terminal.low_bandwidth
    reason = ""
    if not has_clipboard():
        reason = "this terminal takes no clipboard"
    elif size > _MOST_COPIED:
        reason = f"{size:,} bytes are too many for the clipboard"
    elif is_slow and size > _MOST_OVER_SLOW:
        reason = f"{size:,} bytes are too many for a slow line"
    if not (to_file or reason):
        app.copy_to_clipboard(text)
        first, _, more = text.partition("\n")
        return f"copied {fit_end(shown(first) + (' …' if more else ''), cells - 8)}"
    name = f"copied-{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % NS:09}.txt"
    try:
        told = f"written to {shown(str(write_state_file(name, text)))}"
    except (OSError, RuntimeError) as error:
        return fit_middle(f"nothing copied: {error}", cells - 1)
    return fit_middle(f"{reason}: {told}" if reason else told, cells - 1)
