"""Tables that are Markdown, and read well as they are."""

from collections.abc import Sequence


def table(lines: Sequence[Sequence[str]]) -> str:
    """Lines of cells, the heading first."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    ruled = [lines[0], ["-" * width for width in widths], *lines[1:]]
    padded = [[cell.ljust(widths[n]) for n, cell in enumerate(line)] for line in ruled]
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)
