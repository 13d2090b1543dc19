"""The keys that the footer of the page of processes tells."""

from collections.abc import Mapping
from typing import Final, Literal

from scaptui.views.key_names import key_name

PaneName = Literal["tree", "facts"]
_Keys = tuple[tuple[str, str, str], ...]
# The most useful bindings, with their words on narrow and on wide screens; no words, no place.
_TREE: Final[_Keys] = (
    ("tree.scope", "events", "events"),
    ("tree.files", "files", "files"),
    ("tree.environment", "env", "environment"),
    ("tree.all", "", "unfold all"),
    ("tree.parent", "", "parent"),
    ("tree.ended", "ended", "hide ended"),
    ("tree.sort", "sort", "sort"),
    ("tree.tag", "tag", "tag"),
    ("tree.follow", "follow", "follow"),
    ("screen.filter", "", "filter"),
)
_FACTS: Final[_Keys] = (
    ("list.down", "line", "line down"),
    ("list.page_down", "page", "page down"),
    ("list.and", "and", "filter on this value"),
    ("list.and_not", "not", "filter it out"),
    ("screen.zoom", "alone", "this pane alone"),
    ("processes.pane", "tree", "tree"),
)
_KEYS: Final[Mapping[PaneName, _Keys]] = {"tree": _TREE, "facts": _FACTS}


def footer_keys(pane: PaneName, keys: Mapping[str, str], *, wide: bool) -> list[tuple[str, str]]:
    """Keys and words for a pane; `keys` are those of its bindings by id, as Textual names them."""
    named = {command: key_name(key) for command, key in keys.items()}
    told = [
        (named[command], words)
        for command, narrow_words, wide_words in _KEYS[pane]
        if (words := wide_words if wide else narrow_words) and command in named
    ]
    help_key, close = named.get("screen.help", ""), named.get("processes.close", "")
    if wide:
        return [(help_key, "help"), *told, (close, "close")]
    return [*told, (f"{help_key} {close}", "")]
