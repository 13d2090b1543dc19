"""Rules that colour rows of the list: the first whose filter selects an event gives it its colour.

A letter in the gutter says which rule it is, so nothing is told by colour alone. They are kept in
colours.toml beside the settings; without it there are those that Stratoshark has:

[[rule]]
name = "failed calls"
filter = "@failed"
role = "failed"            # failed, warning, accent, path, address, mark, live, muted, heading
on = true                  # may be left out
"""

import json
from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase
from typing import Final, NamedTuple, cast

from scaptui._core import Capture, Colouring
from scaptui.capture.opening import Filter, compile_filter
from scaptui.errors import Refused
from scaptui.filter.nearest import did_you_mean
from scaptui.kept_files import locked, replace_whole
from scaptui.state_files import config_directory
from scaptui.toml_files import read_table
from scaptui.views.cells import Line, Piece, Role, glimpse

ROLES: Final[tuple[Role, ...]] = (
    "failed", "warning", "accent", "path", "address", "mark", "live", "muted", "heading",
)  # fmt: skip
MOST: Final = len(ascii_lowercase)
"""Rules there may be: each has a letter."""
LONGEST_NAME: Final = 40
# Answers that are remembered: the rows of some screens.
_REMEMBERED: Final = 4_096


class Rule(NamedTuple):
    """One rule.

    Attributes:
        name: What it is about.
        text: Its filter.
        role: How its rows look.
        is_on: Whether it is asked at all.
    """

    name: str
    text: str
    role: Role
    is_on: bool = True


DEFAULTS: Final = (
    Rule("failed calls", "@failed", "failed"),
    Rule("notifications", "@falco", "warning"),
    Rule("commands", "@cmd", "live"),
    Rule("new processes", 'evt.type in {"clone", "clone3", "fork", "vfork"}', "heading"),
    Rule("sockets", 'evt.type in {"connect", "accept", "accept4", "socket", "bind"}', "address"),
    Rule("net writes", '@net-io && evt.is_io_write == True', "accent"),
    Rule("net reads", "@net-io", "accent"),
    Rule("file opens", "@file-opens", "path"),
    Rule("file writes", "@file-writes", "path"),
    Rule("file reads", "@file-io", "path"),
    Rule("closes", 'evt.type == "close"', "muted"),
)  # fmt: skip


class ColourRules:
    """Rules ready to be asked of the events in view.

    Raises:
        Refused: a filter of one cannot be understood; the message names the rule.
    """

    def __init__(self, capture: Capture, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._asked = [place for place, rule in enumerate(self.rules) if rule.is_on]
        filters = [compiled(self.rules[place]) for place in self._asked]
        self._colouring = Colouring(capture, filters)
        self._known: dict[int, int | None] = {}

    def among(self, numbers: Sequence[int]) -> dict[int, tuple[str, Role]]:
        """Letter and role of those events that a rule is about."""
        new = [number for number in numbers if number not in self._known]
        if len(self._known) + len(new) > _REMEMBERED:
            self._known.clear()
            new = list(numbers)
        if new:
            self._known.update(zip(new, self._colouring.first_of(new), strict=True))
        found: dict[int, tuple[str, Role]] = {}
        for number in numbers:
            at = self._known[number]
            if at is not None:
                place = self._asked[at]
                found[number] = (sign(place), self.rules[place].role)
        return found

    def legend(self) -> Line:
        """What each letter stands for."""
        pieces = [Piece(" colours")]
        for place in self._asked:
            rule = self.rules[place]
            pieces += [Piece(f"  {sign(place)}", rule.role), Piece(f" {glimpse(rule.name)}")]
        return tuple(pieces)


def sign(place: int) -> str:
    """The letter of a rule."""
    return ascii_lowercase[place % MOST]


def compiled(rule: Rule) -> Filter:
    """The filter of a rule.

    Raises:
        Refused: it cannot be understood; the message names the rule.
    """
    from scaptui.filter.core import understood
    from scaptui.filter.wire import wire

    try:
        return compile_filter(wire(understood(rule.text).expression))
    except Refused as error:
        raise Refused(f"colour rule {rule.name!r}: {error.message}", error.hint) from error


def rules_path() -> Path:
    """Where one's own are."""
    return config_directory() / "colours.toml"


def read_rules(path: Path | None = None) -> tuple[Rule, ...]:
    """The rules of the file, without one those everybody has.

    Raises:
        Refused: the file cannot be read or has a mistake; the message names the rule. One line
            of the screen has to do, so where the file is comes last.
    """
    path = rules_path() if path is None else path
    try:
        return _read(path)
    except Refused as error:
        _, place, wrong = error.message.partition(f"{path}: ")
        if not place:
            raise
        raise Refused(f"{path.name}: {wrong}", f"{error.hint} ({path})") from error


def _read(path: Path) -> tuple[Rule, ...]:
    table = read_table(path, "a rule begins with [[rule]]")
    if table is None:
        return DEFAULTS
    rows = table.pop("rule", [])
    if table or not isinstance(rows, list) or len(rows) > MOST:
        raise Refused(
            f"{path}: it is no list of at most {MOST} rules", "a rule begins with [[rule]]"
        )
    return tuple(_rule(row, f"{path}: rule {place}") for place, row in enumerate(rows, 1))


def save_rules(rules: Sequence[Rule], path: Path | None = None) -> Path:
    """Keep rules in the file, in place of those there; the file.

    Raises:
        Refused: it cannot be written.
    """
    path = rules_path() if path is None else path
    rows = [
        "\n".join(
            [
                "[[rule]]",
                f"name = {_toml(rule.name)}",
                f"filter = {_toml(rule.text)}",
                f'role = "{rule.role}"',
                f"on = {'true' if rule.is_on else 'false'}",
                "",
            ]
        )
        for rule in rules
    ]
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(path.parent):
            replace_whole(path, "\n".join(rows).encode("utf-8", "replace"), 0o600)
    except OSError as error:
        raise Refused(f"cannot write {str(path)!r}: {error.strerror}") from error
    return path


def _rule(row: object, where: str) -> Rule:
    if not isinstance(row, dict):
        raise Refused(f"{where} is no table", "a rule begins with [[rule]]")
    unknown = row.keys() - {"name", "filter", "role", "on"}
    if unknown:
        raise Refused(f"{where} has {min(unknown)!r}", "a rule has name, filter, role and on")
    name, text, role, is_on = (row.get(key) for key in ("name", "filter", "role", "on"))
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
        raise Refused(f"{where} has no name", f"a name has at most {LONGEST_NAME} characters")
    if not isinstance(text, str) or not text.strip():
        raise Refused(f"{where}, {name!r}, has no filter", 'filter = "evt.failed = true"')
    if role not in ROLES:
        near = did_you_mean(str(role), ROLES) or "roles are " + ", ".join(ROLES)
        raise Refused(f"{where}, {name!r}, has the role {role!r}", near)
    if is_on is not None and not isinstance(is_on, bool):
        raise Refused(f"{where}, {name!r}: on is {is_on!r}", "on is true or false")
    return Rule(" ".join(name.split()), text, cast("Role", role), is_on is not False)


def _toml(text: str) -> str:
    # JSON's strings are TOML's, but for DEL, which TOML wants escaped.
    return json.dumps(text).replace("\x7f", "\\u007f")
