"""The page of settings: what is written beside it, and every command with its keys."""

from collections.abc import Mapping
from itertools import groupby
from typing import Final

import scaptui.app as _app  # with its commands the list is whole
from scaptui.escaping import code
from scaptui.screens.every_command import every_command
from scaptui.views.help_keys import Bound

# Parts of the screen, as ids begin with them; those of the whole screen begin with none.
_PARTS: Final = {
    "": "The viewer",
    "bookmarks": "The page of bookmarks",
    "bytes": "Bytes of an event",
    "choice": "Questions with a few answers",
    "colours": "The page of colour rules",
    "columns": "The list of columns",
    "compare": "The page that compares",
    "crashes": "The page of crashes",
    "details": "Details of an event",
    "doctor": "The page about this host",
    "events": "The list of events",
    "fields": "The list of fields",
    "filter": "The filter prompt",
    "findings": "The page of failed calls",
    "help": "Help",
    "latency": "The page of latencies",
    "list": "Lists of every kind",
    "live": "The viewer on what happens now",
    "note": "The editor of notes",
    "picker": "The list of views",
    "processes": "The page of processes",
    "prompt": "Prompts",
    "screen": "Wherever one is",
    "slice": "The form for slices",
    "stream": "The page of a stream",
    "tree": "The process tree",
    "views": "Views",
    "why": "The page that tells why",
}


def commands() -> dict[str, list[Bound]]:
    """All commands by the part of the screen they belong to."""
    rows = sorted(every_command().values(), key=lambda bound: (_part(bound), bound.command))
    return {_PARTS[part]: list(found) for part, found in groupby(rows, key=_part)}


def keys(bound: Bound) -> tuple[str, ...]:
    """Its keys, as settings name them; what is typed letter by letter is none."""
    return tuple(key for key in bound.keys if _app.is_key(key))


def keys_markdown(parts: Mapping[str, list[Bound]]) -> str:
    """A table for each part of the screen."""
    lines: list[str] = []
    for title, rows in parts.items():
        lines += ["", f"### {title}", "", "| command | keys | does |", "|---|---|---|"]
        for row in rows:
            shown = " ".join(code(key) for key in keys(row))
            lines.append(f"| {code(row.command)} | {shown} | {row.words} |")
    return "\n".join([*lines, ""])


def _part(bound: Bound) -> str:
    part, dot, _ = bound.command.partition(".")
    return part if dot else ""
