"""What terminals can show, and the themes: files that give each role of a line its style.

A theme names roles, never widgets, so one file colours every screen. Numbered colours of 256
look alike in terminals of 24 bits, so themes need no third set.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Literal, get_args

from rich.color import Color, ColorParseError
from rich.style import Style

from scaptui.errors import Refused

Depth = Literal[0, 16, 256]
Colour = Literal["auto", "never", "16", "256"]
THEMES: Final = ("dark", "light", "high-contrast")

# Roles of pieces (views.cells.Role), and what widgets add: the heading of the focused pane, the
# selection of the others, pop-ups.
ROLES: Final = (
    "text",
    "muted",
    "accent",
    "heading",
    "focus",
    "selection",
    "elsewhere",
    "failed",
    "warning",
    "path",
    "address",
    "mark",
    "live",
    "match",
    "popup",
)
_ATTRIBUTES: Final = ("bold", "dim", "underline", "reverse")
# Terminals that show no colour, whatever their description says of attributes.
_COLOURLESS: Final = re.compile(r"vt\d+|.*-m(ono)?$")


@dataclass(frozen=True)
class Terminal:
    """What the terminal can show, and how much may be sent to it.

    Attributes:
        depth: How many colours: 0, 16 or 256 (which stands for more, too).
        ascii: Only ASCII may be drawn.
        low_bandwidth: At most one picture a second while something is read or live.
    """

    depth: Depth = 256
    ascii: bool = False
    low_bandwidth: bool = False


@dataclass(frozen=True)
class Palette:
    """A style for every role.

    Attributes:
        name: The theme's name.
        dark: Whether it is meant for dark backgrounds.
        styles: Style of each role.
    """

    name: str
    dark: bool
    styles: Mapping[str, Style]

    def style(self, role: str, *, bold: bool = False) -> Style:
        """The style of a role; `bold` on top of it."""
        style = self.styles[role]
        return style + _BOLD if bold else style


_BOLD: Final = Style(bold=True)


def colour_depth(asked: Colour, environment: Mapping[str, str]) -> Depth:
    """How many colours to use: what was asked for, else what the environment says."""
    if asked == "never":
        return 0
    if asked != "auto":
        return 16 if asked == "16" else 256
    term = environment.get("TERM", "")
    # no-color.org: any value but the empty one.
    if environment.get("NO_COLOR") or term in ("", "dumb") or _COLOURLESS.fullmatch(term):
        return 0
    if environment.get("COLORTERM") in ("truecolor", "24bit") or "256color" in term:
        return 256
    return 256 if term.endswith("-direct") else 16


def is_dumb(environment: Mapping[str, str]) -> bool:
    """Whether the terminal cannot place a cursor, so that only text can be sent to it."""
    return environment.get("TERM", "") in ("", "dumb", "unknown")


def prefers_light(environment: Mapping[str, str]) -> bool:
    """Whether the terminal says that its background is light (rxvt, Konsole and others do)."""
    background = environment.get("COLORFGBG", "").rpartition(";")[2]
    return background in ("7", "15")


def palette_for(theme: str, depth: Depth) -> Palette:
    """The theme's styles as far as the terminal has colours for them.

    Raises:
        Refused: there is no such theme, or its file has a mistake.
    """
    if depth == 0:
        return load("mono")
    return load("16") if depth == 16 else load(theme)


def load(name: str) -> Palette:
    """Read a theme's file.

    Raises:
        Refused: there is no such theme, or its file has a mistake; the message names the place.
    """
    try:
        text = (files("scaptui") / "themes" / f"{name}.toml").read_text("utf-8")
    except OSError as error:
        raise Refused(f"there is no theme {name!r}", "themes are " + ", ".join(THEMES)) from error
    return parse(name, text)


def parse(name: str, text: str) -> Palette:
    """A theme from the text of its file.

    Raises:
        Refused: it is no TOML, a role is missing or unknown, or a style has an unknown word.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"theme {name!r}: {error}") from error
    roles = table.get("roles", {})
    for role in roles:
        if role not in ROLES:
            raise Refused(f"theme {name!r}: no role is called {role!r}", ", ".join(ROLES))
    for role in ROLES:
        if role not in roles:
            raise Refused(f"theme {name!r}: the role {role!r} has no style")
    styles = {role: _style(name, role, str(words)) for role, words in roles.items()}
    return Palette(name, bool(table.get("dark", True)), styles)


def environment_depth(asked: Colour) -> Depth:
    """How many colours to use on the terminal of this process."""
    return colour_depth(asked, os.environ)


def colours() -> tuple[str, ...]:
    """What `--color` takes."""
    return get_args(Colour)


def _style(theme: str, role: str, words: str) -> Style:
    style = Style()
    for word in words.split():
        if word in _ATTRIBUTES:
            style += Style.parse(word)
            continue
        try:
            colour = Color.parse(f"color({word})" if word.isdigit() else word)
        except ColorParseError as error:
            raise Refused(
                f"theme {theme!r}: {word!r} of role {role!r} is no colour",
                "colours are 0 to 255 or names, attributes are " + ", ".join(_ATTRIBUTES),
            ) from error
        # The terminal's own colour needs no words at all.
        style += Style() if colour.is_default else Style.from_color(colour)
    return style
