"""The terminal as we want it driven: an Esc is an Esc at once, and a mouse that only clicks."""

import os
import re
import selectors
import signal
from codecs import getincrementaldecoder
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Final, cast

from textual import constants

# Not public: how Textual reads keys. The loop is ours because Textual's looks for a lone Esc ten
# times a second only, so that Esc and the key after it become one Alt key.
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App

_WAIT: Final = 0.1
_MOST: Final = 4096
# Clicks and the wheel, in the notation without limits. Not every motion: over a slow line those
# are bytes for nothing.
_MOUSE_MODES: Final = (1000, 1006)
# The beginning and the end of kitty's protocol of keys.
_KEYS_AS_SEQUENCES: Final = re.compile(r"\x1b\[(?:>\d+|<)u")
# Terminals without a parser for sequences they do not know: those would stand on the screen.
_SIMPLE: Final = re.compile(r"linux|vt\d+.*|ansi|cons25")


def _is_simple() -> bool:
    return bool(_SIMPLE.fullmatch(os.environ.get("TERM", "")))


def has_clipboard() -> bool:
    """Whether text can be sent to the terminal's clipboard, as far as its name tells."""
    return not _is_simple()


class _Outlet:
    """Where pictures go. A terminal that is gone takes them, too, and shows nothing.

    Textual's writing thread would die of the error, and the next write wait for it for ever, so
    that not even the signal that tells of the hang-up would end the viewer.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write, if somebody is there."""
        with suppress(OSError):
            return self._file.write(text)
        return 0

    def flush(self) -> None:
        """Flush, if somebody is there."""
        with suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        """The terminal's descriptor."""
        return self._file.fileno()


def _read(terminal: int) -> bytes:
    """What was typed; nothing when the terminal is gone."""
    with suppress(OSError):
        return os.read(terminal, _MOST)
    return b""


class TerminalDriver(LinuxDriver):
    """Textual's driver for terminals, with its input read by us."""

    def __init__(
        self,
        app: "App[Any]",
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if self._file is not None:
            self._file = cast("Any", _Outlet(self._file))

    def run_input_thread(self) -> None:
        """Read keys until told to end."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            lone_escape = False
            while not self.exit_event.is_set():
                # An Esc that nothing follows for so long was the key, not the start of another.
                if selector.select(constants.ESCAPE_DELAY if lone_escape else _WAIT):
                    data = _read(self.fileno)
                    if not data:
                        # The terminal is gone. A signal says so only to who is in control of it.
                        os.kill(os.getpid(), signal.SIGHUP)
                        break
                    lone_escape = data.endswith(b"\x1b")
                    for message in parser.feed(decode(data)):
                        self.process_message(message)
                else:
                    lone_escape = False
                for message in parser.tick():
                    self.process_message(message)

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal again after a stop.

        A terminal that hung up sends this signal as well, and a stop that nobody can catch leaves
        the threads at work: a second pair beside them would tear the input apart.
        """
        if not self._auto_restart or not os.isatty(self.fileno):
            return
        if not self._must_signal_resume:
            self.suspend_application_mode()
            self._must_signal_resume = True
        self.resume_application_mode()

    def _run_input_thread(self) -> None:
        # Textual would show a traceback with captured text in it, colours and all.
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 - it is told by the app, as any defect
            self._loop.call_soon_threadsafe(self._app._handle_exception, error)

    def write(self, data: str) -> None:
        """Write to the terminal, but do not ask for keys as sequences.

        Those are several bytes a key over a slow line, and when the viewer is killed the shell
        cannot read them.
        """
        if not _KEYS_AS_SEQUENCES.fullmatch(data):
            super().write(data)

    def stop_application_mode(self) -> None:
        """Give the terminal back, its alternate screen empty and the cursor at its end.

        A tmux whose window was resized meanwhile leaves lines of the picture behind otherwise.
        """
        self.write("\x1b[0m\x1b[2J\x1b[999;1H")
        super().stop_application_mode()

    def _enable_mouse_support(self) -> None:
        if self._mouse:
            self._set_mouse_modes("h")

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self._set_mouse_modes("l")

    def _enable_mouse_pixels(self) -> None:
        """Cells are enough."""

    def _query_in_band_window_resize(self) -> None:
        """The signal of another size is enough, and it also comes through every multiplexer."""

    def _request_terminal_sync_mode_support(self) -> None:
        if not _is_simple():
            super()._request_terminal_sync_mode_support()

    def _set_mouse_modes(self, switch: str) -> None:
        self.write("".join(f"\x1b[?{mode}{switch}" for mode in _MOUSE_MODES))
        self.flush()
