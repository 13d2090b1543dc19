"""The tables of the documents."""

import re
from itertools import groupby
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_rows_of_a_table_have_as_many_cells_as_its_heading(page: Path) -> None:
    lines = page.read_text("utf-8").splitlines()
    for is_table, rows in groupby(lines, key=lambda line: line.startswith("|")):
        if is_table:
            heading, *rest = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
            assert set(rest) == {heading}
