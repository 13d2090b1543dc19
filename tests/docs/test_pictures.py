"""The pictures of the documents."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.segment import Segment
from rich.style import Style

from tools import pictures

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_shows_four_screens_that_exist() -> None:
    shown = re.findall(r"\((docs/screens/[^)]+\.svg)\)", README)
    assert len(shown) == 4
    assert [name for name in shown if not (ROOT / name).is_file()] == []


def test_there_is_a_picture_of_each_screen_and_no_other() -> None:
    drawn = {path.stem for path in pictures.FOLDER.glob("*.svg")}
    assert drawn == set(pictures.PICTURES)


def test_the_page_of_screens_shows_each_picture_once() -> None:
    page = (ROOT / "docs" / "screens.md").read_text(encoding="utf-8")
    shown = re.findall(r"\(screens/([^)]+)\.svg\)", page)
    assert sorted(shown) == sorted(pictures.PICTURES)


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_a_picture_is_small_and_holds_no_control_character(name: str) -> None:
    text = (pictures.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert [c for c in text if not c.isprintable() and c != "\n"] == []
    assert len(text) < 20_000
    ElementTree.fromstring(text)


def test_texts_stand_at_their_cells_and_backgrounds_behind_them() -> None:
    line = [Segment("  a<b   c"), Segment(" d ", Style(reverse=True))]
    drawn = ElementTree.fromstring(pictures.svg([line], "one"))
    texts = [node for node in drawn.iter() if node.tag.endswith("text")]
    left, wide = pictures.EDGE, pictures.CELL[0]
    assert [node.text for node in texts] == ["a<b", "c", "d"]
    cells = [(float(node.attrib["x"]) - left) / wide for node in texts]
    assert cells == pytest.approx([2, 8, 10], abs=0.02)
    marked = [n for n in drawn.iter() if n.tag.endswith("rect") and "x" in n.attrib]
    assert [float(n.attrib["width"]) for n in marked] == [pytest.approx(3 * wide, abs=0.1)]
