"""`scaptui open`: the viewer on a terminal, the events as text elsewhere."""

import argparse
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scaptui import settings, settings_file, theming
from scaptui.capture import indexes
from scaptui.capture.opening import open_behind
from scaptui.commands import arguments
from scaptui.errors import EndedBySignal, Refused, Status
from scaptui.output import STDERR, STDOUT, draws_ascii_only

if TYPE_CHECKING:
    from scaptui.capture.opening import Capture
    from scaptui.views.comparison import Question
    from scaptui.views.live import Live

EXAMPLE: Final = """\
scaptui open crash.scap.gz
scaptui open crash.scap.gz 'proc.name == "nginx" && evt.failed == True'
gzip -dc crash.scap.gz | scaptui open - --utc"""

STDIN: Final = 0


@dataclass(frozen=True)
class Look:
    """How the viewer is to look, as options, settings and environment have it."""

    palette: theming.Palette
    terminal: theming.Terminal
    mouse: bool
    zone: str
    keys: Mapping[str, str]


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
    parser.add_argument(
        "-F", "--follow", action="store_true", help="show what is written to the capture later, too"
    )
    arguments.add_rules(parser, "mark events that rules of this file match")
    arguments.add_notes(parser)
    add_look(parser)
    options = parser.parse_intermixed_args(words)
    if not on_terminal():
        from scaptui.commands import printing

        stated = [] if options.filter is None else ["-f", options.filter]
        rules = [word for path in options.rules for word in ("--rules", path)]
        return printing.run(["--tz", options.zone, *stated, *rules, "--", *options.words])
    captures, text = arguments.captures_and_filter(options.words, options.filter)
    return show(
        captures,
        text,
        look(options),
        follow=options.follow,
        rules=options.rules,
        sources=captures,
        notes=options.notes,
    )


def add_look(parser: arguments.Parser) -> None:
    """The options that say how the viewer looks; what is not given is for the settings to say."""
    arguments.add_zone(parser)
    parser.add_argument(
        "--theme", choices=theming.THEMES, help="colours for dark or light terminals"
    )
    parser.add_argument(
        "--color",
        choices=theming.colours(),
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
        Refused: the settings or a theme have a mistake.
    """
    decided = settings.load(settings_file.settings_path())
    depth = theming.environment_depth(options.color or decided.colour or "auto")
    light = theming.prefers_light(os.environ)
    theme = options.theme or decided.theme or ("light" if light else "dark")
    terminal = theming.Terminal(
        depth,
        ascii=options.ascii or bool(decided.ascii) or draws_ascii_only(),
        low_bandwidth=options.low_bandwidth or bool(decided.low_bandwidth),
    )
    return Look(
        theming.palette_for(theme, depth),
        terminal,
        mouse=decided.mouse is not False and not options.no_mouse,
        zone=options.zone,
        keys=decided.keys,
    )


def on_terminal() -> bool:
    """Whether there is a terminal that can show the viewer."""
    return os.isatty(STDOUT) and not theming.is_dumb(os.environ)


def show(
    captures: list[str],
    text: str | None,
    how: Look,
    *,
    follow: bool = False,
    rules: Sequence[str] = (),
    live: "Live | None" = None,
    sources: Sequence[str] = (),
    notes: str = "",
    asks: "Callable[[Capture], Question] | None" = None,
    hint: str = "",
) -> Status:
    """Run the viewer; `live` says where a capture comes from that is being made.

    Bookmarks are kept beside `sources`, or in `notes` where that is named. `asks` makes the
    question with which the page that compares is opened. `hint` stands in the cursor line until the
    first key.

    Raises:
        Refused: a capture, the filter or a rule cannot be taken; said before the screen is touched.
    """
    captures = _keyboard_from_terminal(captures)
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
    from scaptui.app import Opened, view

    # Opened after that: reading keeps all cores busy, and the first picture would wait for it.
    keep = None if live is None else live.keep
    capture = open_behind(captures, follow=follow, keep=keep)
    if live is None and not follow:
        indexes.keep_behind(capture)
    if live is not None:
        # The core has its own descriptor: the stream ends for the helper when that is closed.
        os.close(live.stream)
    opened = Opened.of(
        capture,
        text,
        how.zone,
        follow=follow,
        rules=rules,
        live=live,
        sources=sources,
        notes=notes,
        question=asks(capture) if asks is not None else None,
        hint=hint,
    )
    with _drawn_on_stdout():
        ended = view(opened, how.palette, how.terminal, mouse=how.mouse, keys=how.keys)
    if ended.signal:
        raise EndedBySignal(ended.signal)
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
