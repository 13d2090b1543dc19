"""What there is to say about the views: lists, and the page of the documentation."""

from collections.abc import Iterable, Iterator

from scaptui.views.view_columns import Column, Key, View
from scaptui.views.view_parts import BYTES
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
        "shows the events behind the row. Bytes are what reads, writes and sendfile returned;",
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
            said = said.removesuffix(f" with {BYTES}")
            yield f"| {cell.name} | {said}{about} |".replace("<", "&lt;")
        yield ""
        order = ", then ".join(f"`{name}`" for name in view.sort)
        yield f"Sorted by {order}."
        yield ""
