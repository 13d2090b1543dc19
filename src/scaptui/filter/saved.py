"""Filters with names: those everybody has, and one's own in filters.toml.

api-errors = "proc.name = api and evt.failed = true"

`@api-errors` stands for it wherever a filter is typed, also as a part of one.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from scaptui.errors import FilterError, Refused
from scaptui.filter.excerpt import pointed
from scaptui.filter.limits import LONGEST
from scaptui.filter.nearest import did_you_mean
from scaptui.filter.shipped import SHIPPED
from scaptui.filter.source import Span
from scaptui.kept_files import locked, read_whole, replace_whole
from scaptui.state_files import config_directory
from scaptui.toml_files import MOST_BYTES, read_table

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
# How many filters may stand in one another.
_DEEPEST: Final = 8
# Quoted strings, so that an @ in them is theirs; then what stands for a saved filter.
_PLACE: Final = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)"""
    r"""|(?<![^\s(!&|])@(?P<name>[A-Za-z0-9][A-Za-z0-9_-]*)(?![\w.-])"""
)
_TYPED: Final = re.compile(r"(?<![^\s(!&|])@([A-Za-z0-9_-]*)$")


class Saved(NamedTuple):
    """A filter with a name; `is_own` when it is out of the user's file."""

    name: str
    text: str
    doc: str = ""
    is_own: bool = False


def filters_path() -> Path:
    """Where one's own are."""
    return config_directory() / "filters.toml"


def saved_filters(path: Path | None = None) -> dict[str, Saved]:
    """All of them by their names, one's own first; those take the place of others of their name.

    Raises:
        Refused: the file cannot be read or has a mistake; the message names file, line and name.
    """
    own = _own(filters_path() if path is None else path)
    shipped = {each.name: Saved(each.name, each.text, each.doc) for each in SHIPPED}
    return own | {name: each for name, each in shipped.items() if name not in own}


def expanded(text: str, saved: Mapping[str, Saved] | None = None) -> str:
    """The filter with each `@name` replaced by what it stands for, which may have names in it, too.

    Raises:
        FilterError: there is no saved filter of a name.
        Refused: they cannot be read, or stand for each other in a circle.
    """
    for _ in range(_DEEPEST):
        places = list(_places(text))
        if not places:
            return text
        saved = saved_filters() if saved is None else saved
        text = _once(text, places, saved)
        if len(text) > LONGEST:
            break
    raise Refused("saved filters stand for each other, or come to too long a filter")


def _once(text: str, places: list[tuple[str, Span]], known: Mapping[str, Saved]) -> str:
    pieces: list[str] = []
    done = 0
    for name, span in places:
        found = known.get(name)
        if found is None:
            hint = did_you_mean(name, known) or "`scaptui filters` lists them"
            error = FilterError(f"there is no saved filter {name!r}", span, hint)
            error.excerpt = pointed(text, span)
            raise error
        pieces.append(text[done : span.start])
        is_alone = not (text[: span.start].strip() or text[span.stop :].strip())
        pieces.append(found.text if is_alone else f"({found.text})")
        done = span.stop
    return "".join([*pieces, text[done:]])


def typed_name(text: str, cursor: int) -> tuple[int, str] | None:
    """Where an `@` before the cursor stands, and what was typed behind it; None without one."""
    for quoted in _quotes(text):
        if quoted.start < cursor <= quoted.stop:
            return None
    found = _TYPED.search(text[:cursor])
    return None if found is None else (found.start(), found[1])


def save(name: str, text: str, path: Path | None = None, *, replaces: bool = False) -> Path:
    """Keep a filter under a name; the file.

    What stands in the file beside it stays, comments and all.

    Raises:
        Refused: the name or the filter cannot be kept, the name is taken, or the file cannot be
            written.
    """
    path = filters_path() if path is None else path
    if not NAME.fullmatch(name):
        raise Refused(f"{name!r} is no name", "letters, digits, _ and -, at most 40: api-errors")
    text = " ".join(text.split()) if "\n" in text or "\r" in text else text.strip()
    if not text or len(text) > LONGEST:
        raise Refused("there is no filter to save" if not text else "the filter is too long")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise Refused("the filter holds bytes that are no UTF-8", "write them as \\xff in quotes")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(path.parent):
            known = _own(path)
            if name in known and not replaces:
                raise Refused(f"there is a saved filter {name!r} already", "take another name")
            data = read_whole(path, MOST_BYTES) or b""
            replace_whole(path, _with(data.decode(), name, text, known, path).encode(), 0o600)
    except OSError as error:
        raise Refused(f"cannot write {str(path)!r}: {error.strerror}") from error
    return path


def _with(before: str, name: str, text: str, known: Mapping[str, Saved], path: Path) -> str:
    """The file with one filter more, or another text for it."""
    row = f"{name} = {_toml(text)}"
    lines = before.splitlines()
    pattern = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=")
    at = [place for place, line in enumerate(lines) if pattern.match(line)]
    after = [*lines, row] if not at else [*lines[: at[0]], row, *lines[at[0] + 1 :]]
    written = "\n".join([*after, ""])
    wanted = {each.name: each.text for each in known.values()} | {name: text}
    try:
        is_right = tomllib.loads(written) == wanted
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise Refused(f"{str(path)!r} is written in a way that only its author can change")
    return written


def _toml(text: str) -> str:
    escaped = (_escaped(character) for character in text)
    return '"' + "".join(escaped) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return f"\\U{ord(character):08x}"


def _own(path: Path) -> dict[str, Saved]:
    table = read_table(path, 'name = "filter"') or {}
    found: dict[str, Saved] = {}
    for name, text in table.items():
        if not NAME.fullmatch(name):
            hint = "letters, digits, _ and -, at most 40"
            raise Refused(f"{path}: {name!r} is no name of a filter", hint)
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
            raise Refused(f"{path}: {name!r} is no filter", f'{name} = "proc.name = nginx"')
        found[name] = Saved(name, " ".join(text.split()) if "\n" in text else text, is_own=True)
    return found


def _places(text: str) -> Iterator[tuple[str, Span]]:
    for found in _PLACE.finditer(text):
        if found["name"]:
            yield found["name"], Span(*found.span())


def _quotes(text: str) -> Iterator[Span]:
    for found in _PLACE.finditer(text):
        if found["quoted"]:
            yield Span(*found.span())
