"""Line 24: which keys each pane tells of, the most useful first, and how they are told."""

from typing import Any, Final

from textual.screen import Screen

from scaptui.views.help import key_name

# Bindings by their id, with short words.
Keys = tuple[tuple[str, str], ...]

LIST_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("screen.filter", "filter"),
    ("screen.find", "find"),
    ("events.failure", "failure"),
    ("events.thread", "thread"),
    ("screen.details", "details"),
    ("screen.processes", "process"),
    ("events.descriptor", "descriptor"),
    ("events.partner", "pair"),
    ("screen.payload", "bytes"),
    ("screen.why", "why"),
    ("events.raw", "raw rows"),
    ("events.time", "times"),
    ("screen.close", ""),
)

DETAILS_KEYS: Final[Keys] = (
    ("details.and", "and"),
    ("details.and_not", "not"),
    ("details.or", "or"),
    ("details.replace", "only"),
    ("details.unfold", "all fields"),
    ("screen.zoom", "alone"),
    ("screen.payload", "bytes"),
    ("screen.close", "list"),
)
COLUMNS_KEYS: Final[Keys] = (
    ("columns.toggle", "on/off"),
    ("columns.right", "right"),
    ("columns.left", "left"),
    ("columns.wider", "wider"),
    ("columns.narrower", "less"),
    ("columns.find", "find"),
    ("columns.keep", "keeps"),
    ("columns.restore", "as before"),
)
PAYLOAD_KEYS: Final[Keys] = (
    ("screen.payload", "hex, ascii, text"),
    ("bytes.page_down", "page"),
    ("screen.zoom", "alone"),
    ("screen.details", "details"),
    ("screen.close", "list"),
)


def told(screen: Screen[Any], wanted: Keys) -> Keys:
    """The keys that do these things now, wherever they were put, with their words."""
    keys: dict[str | None, str] = {}
    for key, active in screen.active_bindings.items():
        keys.setdefault(active.binding.id, key_name(key))
    return tuple((keys[name], words) for name, words in wanted if name in keys)
