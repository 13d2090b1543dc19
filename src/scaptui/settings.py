"""What a user decided once: keys, theme, colours, zone. One TOML file, read at the start.

theme = "light"            # dark, light, high-contrast
colour = "auto"            # auto, never, 16, 256
ascii = true               # draw with ASCII only
low_bandwidth = true       # at most one picture a second
zone = "UTC"               # local, UTC or a name like Europe/Berlin
index = "4G"               # what indexes of captures may have together, or off

[keys]
"screen.filter" = "f,f4"   # the id of a command, and its keys
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, cast, get_args

from scaptui.capture.indexes import HOW_TO_SAY, limit_of
from scaptui.errors import Refused
from scaptui.filter.nearest import did_you_mean
from scaptui.settings_file import HOW_TO_WRITE, read
from scaptui.theming import THEMES, Colour
from scaptui.toml_files import parsed
from scaptui.views.format import zone_named

Theme = Literal["dark", "light", "high-contrast"]
WHERE_COMMANDS_ARE: Final = "docs/settings.md and man scaptui list them all"
_NO_KEYS: Final[Mapping[str, str]] = MappingProxyType({})
# One key as Textual names it: f, F, f4, ctrl+x, question_mark.
_KEY: Final = re.compile(r"(?:(?:ctrl|alt|shift|super)\+)*(?:[a-z0-9_]+|\S)", re.IGNORECASE)
# Keys no terminal can send, by what it sends instead.
_UNSENDABLE: Final = {
    "ctrl+m": "Enter",
    "ctrl+i": "Tab",
    "ctrl+h": "Backspace",
    "ctrl+j": "Enter",
    "ctrl+left_square_bracket": "Esc",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What was decided; None where the environment decides.

    Attributes:
        theme: Name of a theme.
        colour: How many colours, as --color takes it.
        ascii: Whether only ASCII is drawn.
        low_bandwidth: Whether to send little.
        zone: The zone of times.
        keys: Keys of commands by their ids, several separated by commas, as Textual's keymaps
            have them.
        mouse: Whether the mouse is used.
        index: Bytes that indexes of captures may have together, 0 for none of them.
    """

    theme: Theme | None = None
    colour: Colour | None = None
    ascii: bool | None = None
    low_bandwidth: bool | None = None
    zone: str | None = None
    mouse: bool | None = None
    index: int | None = None
    keys: Mapping[str, str] = field(default_factory=lambda: _NO_KEYS)


def load(path: Path) -> Settings:
    """Read the settings; without a file everything is left to the environment.

    Raises:
        Refused: the file cannot be read or has a mistake; the message names file, line and key.
    """
    text = read(path)
    return Settings() if text is None else parse(text, str(path))


def parse(text: str, name: str) -> Settings:
    """Settings out of the text of a file.

    Raises:
        Refused: it is no TOML, or a key or value is not known.
    """
    table = parsed(text, name, HOW_TO_WRITE)
    reader = _Reader(text, name)
    for key in table:
        if key not in _READ:
            known = did_you_mean(key, _READ) or "settings are " + ", ".join(_READ)
            raise reader.refused(key, f"there is no setting {key!r}", known)
    keys = table.get("keys", {})
    if not isinstance(keys, dict):
        raise reader.refused("keys", "keys is a table", '[keys], then "screen.filter" = "f"')
    return Settings(
        theme=cast("Theme | None", reader.word(table, "theme", THEMES)),
        colour=cast("Colour | None", reader.word(table, "colour", get_args(Colour))),
        ascii=reader.truth(table, "ascii"),
        low_bandwidth=reader.truth(table, "low_bandwidth"),
        zone=reader.zone(table),
        mouse=reader.truth(table, "mouse"),
        index=reader.index(table),
        keys=MappingProxyType({key: reader.key(key, value) for key, value in keys.items()}),
    )


def check_keys(
    keys: Mapping[str, str], known: Collection[str], is_key: Callable[[str], bool], path: Path
) -> None:
    """Refuse keys that no terminal has, and keys of commands that do not exist.

    Commands are known only where all panes are, so this is checked once those are there.

    Raises:
        Refused: names file, line and the nearest command.
    """
    for command, named in keys.items():
        message = hint = ""
        if command not in known:
            message = f"there is no command {command!r} to give a key"
            hint = f"{did_you_mean(command, known)} {WHERE_COMMANDS_ARE}".lstrip()
        elif wrong := [key for key in named.split(",") if key and not is_key(key)]:
            message = f"{wrong[0]!r} is no key"
            hint = 'a key is like "f", "f4", "ctrl+x" or "question_mark"'
        if message:
            text = path.read_text("utf-8") if path.is_file() else ""
            raise _Reader(text, str(path)).refused(command, message, hint)


_READ: Final = ("theme", "colour", "ascii", "low_bandwidth", "zone", "mouse", "index", "keys")


class _Reader:
    """Takes values out of a table; what is wrong is told with its line."""

    def __init__(self, text: str, name: str) -> None:
        self._lines = text.splitlines()
        self._name = name

    def refused(self, key: str, message: str, hint: str = "") -> Refused:
        return Refused(f"{self._name}{self._line(key)}: {message}", hint)

    def word(self, table: Mapping[str, object], key: str, words: tuple[str, ...]) -> str | None:
        value = table.get(key)
        if str(value) in words and not isinstance(value, bool):
            return str(value)  # 256, too, without quotes
        if value is None:
            return None
        raise self.refused(key, f"{key} is {value!r}", f"{key} is one of " + ", ".join(words))

    def truth(self, table: Mapping[str, object], key: str) -> bool | None:
        value = table.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise self.refused(key, f"{key} is {value!r}", f"{key} is true or false")

    def zone(self, table: Mapping[str, object]) -> str | None:
        value = table.get("zone")
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.refused("zone", f"zone is {value!r}", 'zone is "local", "UTC" or a name')
        try:
            zone_named(value)
        except Refused as error:
            raise self.refused("zone", error.message, error.hint) from error
        return value

    def index(self, table: Mapping[str, object]) -> int | None:
        value = table.get("index")
        if value is None:
            return None
        bytes_ = limit_of(value) if isinstance(value, str) else None
        if bytes_ is None:
            raise self.refused("index", f"index is {value!r}", HOW_TO_SAY)
        return bytes_

    def key(self, command: str, value: object) -> str:
        """The keys of a command, checked."""
        if not isinstance(value, str) or not value:
            raise self.refused(command, f"{command!r} has no key", 'a key is like "f" or "ctrl+x"')
        # A comma alone is a key, which Textual knows by its name; between others it separates.
        parts = ["comma"] if value == "," else [part.strip() for part in value.split(",")]
        for part in parts:
            if not _KEY.fullmatch(part):
                raise self.refused(command, f"{part!r} is no key", 'a key is like "f" or "ctrl+x"')
            if part.lower() in _UNSENDABLE:
                sent = _UNSENDABLE[part.lower()]
                raise self.refused(command, f"terminals send {part!r} as {sent}", "take another")
        return ",".join(parts)

    def _line(self, key: str) -> str:
        pattern = re.compile(rf"\s*(?:\[\s*)?[\"']?{re.escape(key)}[\"']?\s*(?:=|\])")
        for number, line in enumerate(self._lines, 1):
            if pattern.match(line):
                return f":{number}"
        return ""
