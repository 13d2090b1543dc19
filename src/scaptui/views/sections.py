"""Tables with headings, written as plain text or as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from scaptui.escaping import markdown, one_line
from scaptui.views.format import table

Written = Literal["text", "markdown"]

# Characters of a cell of captured text: both ends of a longer one stay.
_CELL: Final = 60


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a sentence and a table.

    Attributes:
        title: The heading.
        told: Lines below it; captured text in them is not escaped yet.
        head: Names of the columns.
        rows: Cells, as captured.
        left: Columns that stand left.
    """

    title: str
    told: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: Sequence[Sequence[str]] = ()
    left: frozenset[int] = field(default_factory=frozenset)


def written(
    title: str, told: Sequence[str], sections: Sequence[Section], how: Written
) -> list[str]:
    """All of it as lines; controls of captured text are escaped."""
    escape = markdown if how == "markdown" else one_line
    mark = "#" if how == "markdown" else ""
    lines = [f"{mark} {escape(title)}".lstrip(), "", *(escape(line) for line in told)]
    for section in sections:
        lines += ["", f"{mark}{mark} {escape(section.title)}".lstrip()]
        if section.told:
            lines += (
                ["", *(escape(line) for line in section.told)]
                if mark
                else [*(f"  {escape(line)}" for line in section.told)]
            )
        if section.rows:
            rows = [[escape(_fit(cell)) for cell in row] for row in section.rows]
            if how == "markdown":
                lines += ["", *table(list(section.head), rows, left=set(section.left))]
            else:
                lines += _columns([list(section.head), *rows], section.left)
    return lines


def _fit(cell: str) -> str:
    if len(cell) <= _CELL:
        return cell
    half = (_CELL - 1) // 2
    return f"{cell[:half]}…{cell[-half:]}"


def _columns(rows: Sequence[Sequence[str]], left: frozenset[int]) -> list[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(
            f"{cell:<{width}}" if at in left else f"{cell:>{width}}"
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
