"""What there is to say about the views: lists, and the page of the documentation."""

from collections.abc import Iterable, Iterator
from typing import Final

from scaptui.views.view_bytes import BYTES, RETURNED
from scaptui.views.view_columns import Column, Key, View
from scaptui.views.view_table import VIEWS


def find_views(pattern: str) -> list[View]:
    """Views with a text in name or question, those with it in the name first; all for none."""
    wanted = pattern.lower()
    in_name = [view for view in VIEWS if wanted in view.name or wanted in view.title]
    in_words = [view for view in VIEWS if view not in in_name and wanted in _words(view).lower()]
    return in_name + in_words


def _words(view: View) -> str:
    return f"{view.question} {view.rows}"


def view_lines(views: Iterable[View]) -> list[str]:
    """A line a view: its name and its question."""
    rows = [(view.name, view.question) for view in views]
    width = max((len(name) for name, _ in rows), default=0)
    return [f"{name:{width}}  {question}" for name, question in rows]


def told(cell: Key | Column) -> str:
    """What a key or column tells, in terms of fields."""
    if isinstance(cell, Key):
        return " or ".join(cell.fields)
    of = " or ".join(cell.field.split("|")) if cell.field else "events"
    match cell.aggregate:
        case "count":
            text = "events"
        case "failed":
            text = "failed events"
        case "distinct":
            text = f"different {of}"
        case "first" | "last" if not cell.field:
            return cell.about or cell.name
        case _:
            text = f"{cell.aggregate} of {of}"
    return f"{text} with {cell.among}" if cell.among else text


_CHISELS: Final = (
    "## Where the sums of sysdig's chisels are others",
    "",
    "On captures all of whose calls sysdig 0.29.3 knows its chisels tell the same numbers. Calls",
    "of types that are newer it passes over:",
    "",
    "- What `accept4`, `dup2` and `dup3` of such captures return it does not know. Reads and",
    "  writes of those descriptors are missing from its sums and lines (also of `fileslower` and",
    "  `httplog`): redirected output, a server's end of a connection. Of a connection on loopback",
    "  it then adds up one end; the views add up both, as it does where it knows both.",
    "- In captures without enter events it takes the descriptor of an earlier call of the thread,",
    "  and so tells of writes into libraries.",
    "- Bytes of `copy_file_range` it counts for the file they came from, the views for that they",
    "  went to.",
    "- `topscalls` and `topscalls_time` end it on these captures (a segmentation fault).",
)


def entered(view: View) -> str:
    """What Enter opens."""
    return f"{view.drill} of the row" if view.drill else "the events behind the row"


def views_markdown() -> str:
    """docs/views.md."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield from (
        "# Views",
        "",
        "Questions people ask of a capture, each answered as a table: `scaptui view FILE VIEW`",
        "prints it, `v` in the viewer chooses one. A filter says which events count. In the viewer",
        "Enter goes on to another view with the row's clause added, Backspace comes back, and `d`",
        "shows the events behind the row. Bytes are what reads, writes, sendfile and",
        "copy_file_range returned, the last for the file that was written alone;",
        "times are between enter and exit, which captures without enter events do not have.",
        "",
    )
    for view in VIEWS:
        yield f"## {view.name}"
        yield ""
        yield f"{view.question} Rows: {view.rows}. Enter: {entered(view)}."
        if view.filter:
            yield ""
            yield f"Looks at: `{view.filter}`"
        yield ""
        yield "| column | tells |"
        yield "|--------|-------|"
        for cell in view.cells:
            said = told(cell)
            about = f" ({cell.about})" if cell.about and said != cell.about else ""
            # Which calls move bytes is told at the top.
            said = said.removesuffix(f" with {BYTES}").replace(f" with {RETURNED} and", " with")
            yield f"| {cell.name} | {said}{about} |".replace("<", "&lt;")
        yield ""
        order = ", then ".join(f"`{name}`" for name in view.sort)
        yield f"Sorted by {order}."
        yield ""
    yield from _CHISELS
