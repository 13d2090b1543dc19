"""`scaptui open`: the viewer on a terminal, the events as text elsewhere."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from scaptui import theming
from scaptui.capture.opening import open_capture
from scaptui.commands import arguments
from scaptui.errors import Refused, Status
from scaptui.output import STDERR, STDOUT

EXAMPLE: Final = """\
scaptui open crash.scap.gz
scaptui open crash.scap.gz 'proc.name == "nginx" && evt.failed == True'
gzip -dc crash.scap.gz | scaptui open - --utc"""

STDIN: Final = 0


@dataclass(frozen=True)
class Look:
    """How the viewer is to look, as options and environment have it."""

    palette: theming.Palette
    terminal: theming.Terminal
    mouse: bool


def run(words: list[str]) -> Status:
    """Show a capture on the terminal; print its events when there is none."""
    parser = arguments.Parser(
        "open",
        "FILE... [FILTER] [OPTION...]",
        "Opens a capture, or a set of rotated ones, in the viewer; - is standard input. Without a\n"
        "terminal the selected events are printed as text.",
        EXAMPLE,
    )
    parser.add_argument("words", nargs="*", metavar="FILE", help=argparse.SUPPRESS)
    arguments.add_filter(parser)
    add_look(parser)
    arguments.add_zone(parser)
    options = parser.parse_intermixed_args(words)
    if not on_terminal():
        from scaptui.commands import printing

        zone = [] if options.zone == "local" else ["--tz", options.zone]
        stated = [] if options.filter is None else ["-f", options.filter]
        return printing.run([*zone, *stated, "--", *options.words])
    captures, text = arguments.captures_and_filter(options.words, options.filter)
    return show(captures, text, options.zone, look(options))


def add_look(parser: arguments.Parser) -> None:
    """The options that say how the viewer looks."""
    parser.add_argument(
        "--theme", choices=theming.THEMES, help="colours for dark or light terminals"
    )
    parser.add_argument(
        "--color",
        choices=theming.colours(),
        default="auto",
        help="how many colours (default: what TERM, COLORTERM and NO_COLOR say)",
    )
    parser.add_argument("--ascii", action="store_true", help="draw with ASCII characters only")
    parser.add_argument(
        "--low-bandwidth", action="store_true", help="at most one new picture a second by itself"
    )
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")


def look(options: argparse.Namespace) -> Look:
    """How the viewer looks.

    Raises:
        Refused: a theme's file has a mistake.
    """
    depth = theming.environment_depth(options.color)
    theme = options.theme or ("light" if theming.prefers_light(os.environ) else "dark")
    terminal = theming.Terminal(
        depth, options.ascii or theming.draws_ascii_only(), options.low_bandwidth
    )
    return Look(theming.palette_for(theme, depth), terminal, not options.no_mouse)


def on_terminal() -> bool:
    """Whether there is a terminal that can show the viewer."""
    return os.isatty(STDOUT) and not theming.is_dumb(os.environ)


def show(captures: list[str], text: str | None, zone: str, how: Look) -> Status:
    """Run the viewer.

    Raises:
        Refused: a capture or the filter cannot be taken; said before the screen is touched.
    """
    capture = open_capture(_keyboard_from_terminal(captures))
    # Textual reads these once, when it is imported. Colours are decided in `theming`.
    os.environ.pop("NO_COLOR", None)
    os.environ.update(
        TEXTUAL_ANIMATIONS="none",
        TEXTUAL_COLOR_SYSTEM="256",
        TEXTUAL_SMOOTH_SCROLL="0",
        # How long a key may wait for its picture: a picture costs only what changed.
        TEXTUAL_FPS="10" if how.terminal.low_bandwidth else "120",
    )
    os.environ.setdefault("ESCDELAY", "50")
    from scaptui.app import Opened, end_by_signal, view

    opened = Opened.of(capture, text, zone)
    with _drawn_on_stdout():
        ended = view(opened, how.palette, how.terminal, mouse=how.mouse)
    if ended.signal:
        end_by_signal(ended.signal)
    return Status.MATCHED if ended.matched else Status.NOTHING


def _keyboard_from_terminal(captures: list[str]) -> list[str]:
    """Put the terminal on standard input; a capture that came there gets another descriptor."""
    if os.isatty(STDIN):
        if "-" in captures:
            raise Refused("standard input is the terminal", "pipe a capture into scaptui open -")
        return captures
    try:
        keyboard = os.open("/dev/tty", os.O_RDWR)
    except OSError as error:
        raise Refused(
            f"there is no keyboard: {error.strerror}", "scaptui print writes text"
        ) from error
    piped = os.dup(STDIN)
    os.dup2(keyboard, STDIN)
    os.close(keyboard)
    return [f"/dev/fd/{piped}" if name == "-" else name for name in captures]


@contextmanager
def _drawn_on_stdout() -> Iterator[None]:
    """Textual draws on standard error: when that goes elsewhere, lend it standard output."""
    if os.isatty(STDERR):
        yield
        return
    elsewhere = os.dup(STDERR)
    os.dup2(STDOUT, STDERR)
    try:
        yield
    finally:
        os.dup2(elsewhere, STDERR)
        os.close(elsewhere)
