"""Draws the screens of the documents: `make pictures` writes docs/screens/*.svg.

The viewer is driven over the bundled capture as a person would, and what it shows is written down
cell by cell: one text element a run of cells, whose letters are held to their cells.
"""

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from rich.cells import cell_len
from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme

# Decided before Textual is imported, as the viewer does.
os.environ.update(TEXTUAL_ANIMATIONS="none", TEXTUAL_COLOR_SYSTEM="256")

from textual.pilot import Pilot

import scaptui
from scaptui.app import Ended, ScaptuiApp
from scaptui.capture.opening import open_capture
from scaptui.screens.opened import Opened
from scaptui.theming import Terminal, load

CAPTURE: Final = Path(scaptui.__file__).parent / "demo" / "crashloop.scap.gz"
FOLDER: Final = Path(__file__).parent.parent / "docs" / "screens"
SIZE: Final = (100, 30)

# A cell in pixels, and the letters in it.
CELL: Final = (8.4, 18)
FONT: Final = 14
EDGE: Final = 10
"""What a terminal with a dark background shows as its sixteen colours."""
DARK: Final = TerminalTheme(
    (22, 24, 29),
    (216, 218, 222),
    [(40, 44, 52), (224, 108, 117), (152, 195, 121), (229, 192, 123),
     (97, 175, 239), (198, 120, 221), (86, 182, 194), (216, 218, 222)],
    [(124, 130, 142), (240, 130, 138), (170, 215, 140), (240, 208, 140),
     (120, 190, 250), (215, 145, 235), (110, 205, 215), (255, 255, 255)],
)  # fmt: skip

# In place of a key: until what was asked for is drawn.
_WAIT: Final = "wait"


@dataclass(frozen=True)
class Picture:
    """A screen of the documents.

    Attributes:
        filter_text: The filter the viewer is opened with.
        keys: What is pressed then; a pause is made between keys, and behind `_WAIT` a longer one.
    """

    filter_text: str | None
    keys: Sequence[str]


def typed(text: str) -> list[str]:
    """A text as keys."""
    names = {" ": "space", "=": "equals_sign", ".": "full_stop", "!": "exclamation_mark"}
    return [names.get(character, character) for character in text]


PICTURES: Final[dict[str, Picture]] = {
    "events": Picture("container.id!=host", ["e", "e", "e"]),
    "columns": Picture(None, ["D", "C", "j", "j"]),
    "filter": Picture(None, ["f", *typed("proc.name=nginx and evt.type=op")]),
    "error": Picture(None, ["f", *typed("proc.nme=nginx")]),
    "details": Picture("proc.name=nginx and evt.is_io_write=true", ["i", "X"]),
    "why": Picture("proc.name=apache2 and evt.failed=true", []),
    "processes": Picture(None, ["G", "p"]),
    "help": Picture(None, ["question_mark"]),
    "crashes": Picture(None, ["K"]),
    "errors": Picture(None, ["exclamation_mark"]),
    "comparison": Picture("evt.type=execve and proc.name=sleep", ["B", "G", "B"]),
    "differences": Picture("container.id!=host", ["A", _WAIT, "j", "j", "j"]),
    "view": Picture(None, ["v", *typed("containers"), "enter", _WAIT, "enter"]),
    "picker": Picture(None, ["v"]),
    "stream": Picture("evt.type=write and fd.num=2", ["s"]),
    "latency": Picture(None, ["v", *typed("lat"), "enter"]),
    "bookmarks": Picture(
        None,
        [*"1121G", "m", *"1166G", "M", *typed("the first exit"), "enter", _WAIT, "apostrophe"],
    ),
    "slice": Picture("proc.name=nginx", ["W", _WAIT, "enter", _WAIT]),
    "colours": Picture(None, [*"1121G", "L"]),
    "copy": Picture(None, [*"1121G", "c"]),
}


async def draw(name: str, picture: Picture) -> None:
    """Drive the viewer to a screen and write it as docs/screens/NAME.svg."""
    names = [CAPTURE.name]
    opened = Opened.of(open_capture(names), picture.filter_text, "UTC", sources=names)
    app = ScaptuiApp(opened, load("dark"), Terminal())
    async with app.run_test(size=SIZE) as pilot:
        await _rest(pilot)
        for key in picture.keys:
            if key == _WAIT:
                await _rest(pilot)
                continue
            await pilot.press(key)
            await pilot.pause(0.05)
        await _rest(pilot)
        strips = app.screen._compositor.render_strips(app.size)
        lines = [list(strip) for strip in strips]
        (FOLDER / f"{name}.svg").write_text(svg(lines, name), encoding="utf-8")


async def _rest(pilot: Pilot[Ended]) -> None:
    for _ in range(20):
        await pilot.pause(0.05)


def svg(lines: Sequence[Sequence[Segment]], title: str) -> str:
    """Lines of segments as an SVG of a terminal."""
    width = SIZE[0] * CELL[0] + 2 * EDGE
    height = SIZE[1] * CELL[1] + 2 * EDGE
    classes: dict[str, str] = {}
    shapes: list[str] = []
    texts: list[str] = []
    for y, line in enumerate(lines):
        top = EDGE + y * CELL[1]
        for x, cells, back in _backgrounds(line):
            shapes.append(
                f'<rect x="{EDGE + x * CELL[0]:.1f}" y="{top}" width="{cells * CELL[0]:.1f}"'
                f' height="{CELL[1]}" fill="{back}"/>'
            )
        for x, text, style in _runs(line):
            look = f"fill:{_colours(style)[0]}"
            look += ";font-weight:bold" if style.bold else ""
            look += ";text-decoration:underline" if style.underline else ""
            used = classes.setdefault(look, f"c{len(classes)}")
            texts.append(
                f'<text class="{used}" x="{EDGE + x * CELL[0]:.1f}" y="{top + 13.5}"'
                f' textLength="{cell_len(text) * CELL[0]:.1f}">{escape(text)}</text>'
            )
    looks = "".join(f".{used}{{{look}}}" for look, used in classes.items())
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}"'
            f' role="img" aria-label="scaptui, screen: {title}">',
            f"<style>text{{font:{FONT}px 'DejaVu Sans Mono',Menlo,Consolas,monospace;"
            f"white-space:pre}}{looks}</style>",
            f'<rect width="100%" height="100%" rx="6" fill="{_hex(DARK.background_color)}"/>',
            '<g shape-rendering="crispEdges">',
            *shapes,
            "</g>",
            *texts,
            "</svg>\n",
        ]
    )


def _backgrounds(line: Sequence[Segment]) -> Iterator[tuple[int, int, str]]:
    """Column, cells and colour of what stands on another background."""
    x = 0
    for back, group in groupby(line, key=lambda segment: _colours(segment.style)[1]):
        cells = sum(segment.cell_length for segment in group)
        if back is not None:
            yield x, cells, back
        x += cells


def _runs(line: Sequence[Segment]) -> Iterator[tuple[int, str, Style]]:
    """Texts of a line with their column. Wide gaps divide: letters stay in their cells."""
    x = 0
    for text, style, _ in line:
        for part in re.split(r"(  +)", text):
            words = part.strip(" ")
            if words:
                yield x + len(part) - len(part.lstrip(" ")), words, style or Style.null()
            x += cell_len(part)


def _colours(style: Style | None) -> tuple[str, str | None]:
    style = style or Style.null()
    fore = _rgb(style.color, DARK.foreground_color)
    back = _rgb(style.bgcolor, DARK.background_color)
    if style.reverse:
        fore, back = back, fore
    return _hex(fore), None if back == DARK.background_color else _hex(back)


def _rgb(colour: Color | None, default: ColorTriplet) -> ColorTriplet:
    if colour is None or colour.is_default:
        return default
    return colour.get_truecolor(DARK)


def _hex(colour: ColorTriplet) -> str:
    return colour.hex


def main() -> None:
    """Draw all. What is written meanwhile, as bookmarks and a slice, stays with a copy."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, picture in PICTURES.items():
        with tempfile.TemporaryDirectory() as kept, chdir(kept):
            os.environ["XDG_STATE_HOME"] = os.environ["XDG_CONFIG_HOME"] = kept
            shutil.copy(CAPTURE, kept)
            asyncio.run(draw(name, picture))


if __name__ == "__main__":
    main()
