"""Finding views by name."""

from typing import Final

from scaptui.errors import Refused
from scaptui.filter.nearest import did_you_mean
from scaptui.views.view_columns import View
from scaptui.views.view_table import VIEWS

NAMES: Final = tuple(view.name for view in VIEWS)


def view_named(name: str) -> View:
    """The view of a name.

    Raises:
        Refused: there is none; the nearest is offered.
    """
    for view in VIEWS:
        if view.name == name:
            return view
    hint = f"{did_you_mean(name, NAMES)} views are: {', '.join(NAMES)}".lstrip()
    raise Refused(f"there is no view {name!r}", hint)


def column_named(view: View, name: str) -> str:
    """The name of a column or key of a view, however its letters are written.

    Raises:
        Refused: there is none; the hint names those there are.
    """
    names = [cell.name for cell in view.cells]
    if name.lower() in names:
        return name.lower()
    hint = f"columns of {view.name} are: {', '.join(names)}"
    raise Refused(f"{view.name} has no column {name!r}", hint)
