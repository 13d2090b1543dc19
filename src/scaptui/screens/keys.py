"""Line 24: which keys each pane tells of, the most useful first, and how they are told."""

from typing import Any, Final

from textual.binding import Binding, BindingType
from textual.screen import Screen

from scaptui.views.key_names import key_name
from scaptui.views.view_columns import ALT_DIGITS
from scaptui.views.view_table import VIEWS
from scaptui.widgets.prompt import Prompt

# Bindings by their id, with short words; two that belong together with a blank between.
Keys = tuple[tuple[str, str], ...]

LIST_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("screen.filter", "filter"),
    ("screen.find", "find"),
    ("events.failure", "failure"),
    ("events.mark", "mark"),
    ("screen.stream", "stream"),
    ("screen.details", "details"),
    ("screen.processes", "process"),
    ("events.descriptor", "descriptor"),
    ("events.partner", "pair"),
    ("screen.payload", "bytes"),
    ("screen.why", "why"),
    ("events.thread", "thread"),
    ("events.raw", "raw rows"),
    ("events.time", "times"),
    ("screen.views", "views"),
    ("screen.close", ""),
)

# Pages of what a filter chose can do without it.
DROPS_FILTER: Final = Binding("0", "drop_filter", "drop the filter", id="screen.drop_filter")

# Where there is room for longer words; details are beside the list there.
WIDE_LIST_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("screen.filter", "filter"),
    ("screen.find", "find"),
    ("events.failure", "failure"),
    ("events.mark", "mark"),
    ("events.thread", "same thread"),
    ("events.descriptor", "same descriptor"),
    ("events.partner", "pair"),
    ("screen.stream", "stream"),
    ("screen.payload", "bytes"),
    ("screen.processes", "process"),
    ("screen.why", "why"),
    ("screen.views", "views"),
    ("screen.close", "close"),
)

DETAILS_KEYS: Final[Keys] = (
    ("screen.pane", "pane"),
    ("details.and", "and"),
    ("details.and_not", "not"),
    ("details.copy", "copy"),
    ("details.explain", "explain"),
    ("details.unfold", "all fields"),
    ("screen.payload", "bytes"),
    ("screen.details", "close"),
)
COLUMNS_KEYS: Final[Keys] = (
    ("columns.toggle", "on/off"),
    ("columns.right columns.left", "move"),
    ("columns.wider columns.narrower", "width"),
    ("columns.find", "search fields"),
    ("columns.keep", "keeps"),
    ("columns.restore", "as before"),
)
CHOICE_KEYS: Final[Keys] = (("choice.cancel", "as before"),)
PAYLOAD_KEYS: Final[Keys] = (
    ("screen.payload", "hex, ascii, text"),
    ("screen.pane", "pane"),
    ("bytes.page_down", "page"),
    ("screen.zoom", "alone"),
    ("screen.details", "details"),
    ("screen.close", "list"),
)


def alt_digit(digit: int) -> str:
    """Alt and a digit as keys of a binding."""
    return f"alt+{digit},{ALT_DIGITS[digit]}"


EVENTS_KEYS: Final = alt_digit(1)


def opened_by_digits() -> list[BindingType]:
    """Alt and a digit opens a view, on every screen that has views."""
    return [
        Binding(
            alt_digit(view.pane),
            f"views('{view.name}')",
            f"view of {view.title}",
            id=f"views.{view.name}",
        )
        for view in VIEWS
        if view.pane
    ]


def prompt_keys(prompt: Prompt) -> Keys:
    """Enter does what the prompt was opened for."""
    return (("prompt.take", prompt.enter), ("prompt.cancel", "as before"))


def told(screen: Screen[Any], wanted: Keys) -> Keys:
    """The keys that do these things now, wherever they were put, with their words."""
    keys: dict[str | None, str] = {}
    for key, active in screen.active_bindings.items():
        keys.setdefault(active.binding.id, key_name(key))
    found: list[tuple[str, str]] = []
    for names, words in wanted:
        shown = [keys[name] for name in names.split() if name in keys]
        if shown:
            found.append((" ".join(shown), words))
    return tuple(found)
