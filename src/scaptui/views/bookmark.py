"""A bookmark, and the text of a file of them."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, cast, get_args

from scaptui.views.cells import Role

Colour = Literal["magenta", "cyan", "yellow", "green", "blue"]
COLOURS: Final[tuple[Colour, ...]] = get_args(Colour)
# Red means that something failed, and nothing else.
ROLES: Final[Mapping[Colour, Role]] = {
    "magenta": "mark",
    "cyan": "accent",
    "yellow": "warning",
    "green": "live",
    "blue": "address",
}
LONGEST_NOTE: Final = 65_536
"""Characters of a note that can be written here."""
LONGEST_NAME: Final = 60
FORMAT: Final = "scaptui notes"
VERSION: Final = 1
_MOST: Final = 100_000
_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Key(NamedTuple):
    """What tells an event apart, also in a slice of its capture and once more was appended."""

    ts: int
    """In ns since the epoch."""
    tid: int
    """-1 or 0 of events of no thread."""
    cpu: int
    type: str
    """As `evt.type` has it."""
    is_exit: bool
    nth: int
    """Which it is of the events that agree in all of this, from 0."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An event that somebody wants to find again.

    Attributes:
        key: The event.
        number: Its number in the capture where it was marked, which another one may not share.
        name: A word for it, may be empty.
        colour: How its sign is drawn.
        note: What is to be said of it, several lines perhaps.
        more: What a newer version wrote of it.
    """

    key: Key
    number: int
    name: str = ""
    colour: Colour = "magenta"
    note: str = ""
    more: Mapping[str, object] = field(default_factory=lambda: _NOTHING, compare=False)

    @property
    def line(self) -> str:
        """Name and first line of the note, as one line."""
        first = self.note.lstrip().partition("\n")[0].rstrip()
        return ": ".join(filter(None, [self.name, first]))


class Damaged(ValueError):
    """The text is no file of bookmarks; the message says where and why."""


def encoded(bookmarks: Iterable[Bookmark]) -> bytes:
    """The file, a line a bookmark, in order of time."""
    rows = [
        json.dumps(
            {
                **mark.more,
                "time": mark.key.ts,
                "tid": mark.key.tid,
                "cpu": mark.key.cpu,
                "type": mark.key.type,
                "dir": "<" if mark.key.is_exit else ">",
                "nth": mark.key.nth,
                "event": mark.number,
                "name": mark.name,
                "colour": mark.colour,
                "note": mark.note,
            },
            ensure_ascii=True,
        )
        for mark in sorted(bookmarks, key=lambda mark: mark.key)
    ]
    head = f'{{"format": {json.dumps(FORMAT)}, "version": {VERSION}, "bookmarks": ['
    return "\n".join([head, ",\n".join(f"  {row}" for row in rows), "]}", ""]).encode()


def decoded(data: bytes) -> list[Bookmark]:
    """The bookmarks of a file.

    Raises:
        Damaged: it is cut short, was changed by hand and is wrong now, or is of a newer version.
    """
    try:
        table = json.loads(data)
    except RecursionError:
        raise Damaged("it is nested too deeply") from None
    except ValueError as error:
        raise Damaged(_where(error)) from None
    if not isinstance(table, dict) or table.get("format") != FORMAT:
        raise Damaged("it is no file of bookmarks")
    version = table.get("version")
    if version != VERSION:
        raise Damaged(f"it is of version {_short(version)}, this program reads {VERSION}")
    rows = table.get("bookmarks")
    if not isinstance(rows, list):
        raise Damaged("it has no list of bookmarks")
    if len(rows) > _MOST:
        raise Damaged(f"it has more than {_MOST:,} bookmarks")
    return [_bookmark(row, f"bookmark {place}") for place, row in enumerate(rows, 1)]


def _bookmark(row: object, where: str) -> Bookmark:
    if not isinstance(row, dict):
        raise Damaged(f"{where} is no object")

    def number(name: str, least: int, most: int) -> int:
        value = row.pop(name, None)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Damaged(f"{where}: {name} is {_short(value)}")
        return value

    def text(name: str, fits: Callable[[str], bool] = lambda _: True) -> str:
        value = row.pop(name, "")
        if not isinstance(value, str) or not fits(value):
            raise Damaged(f"{where}: {name} is {_short(value)}")
        # Half of a pair has no encoding, so it could be shown nowhere.
        return _SURROGATE.sub("\ufffd", value)

    key = Key(
        number("time", 0, 2**64 - 1),
        number("tid", -(2**63), 2**63 - 1),
        number("cpu", 0, 2**16 - 1),
        text("type", bool),
        text("dir", lambda value: value in {"<", ">"}) == "<",
        number("nth", 0, 2**32 - 1),
    )
    colour = text("colour", lambda value: value in {"", *COLOURS}) or COLOURS[0]
    return Bookmark(
        key,
        number("event", 0, 2**32 - 1),
        text("name"),
        cast("Colour", colour),
        text("note"),
        MappingProxyType(row),
    )


def _where(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg[:1].lower()}{error.msg[1:]}"
    return "it is no UTF-8" if isinstance(error, UnicodeDecodeError) else "a number is too long"


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:40]}..."
