import pytest

from scaptui.views.branches import Branches


@pytest.mark.parametrize(
    ("row", "lines"),
    [(0, ""), (1, "├─"), (2, "│ └─"), (3, "└─"), (4, "  ├─"), (5, "  └─"), (6, "")],
)
def test_lines_lead_from_each_parent_to_its_children(row: int, lines: str) -> None:
    assert Branches([None, 0, 1, 0, 3, 3, None]).before(row) == lines


def test_outer_levels_give_way_when_a_tree_is_deep() -> None:
    chain = Branches([None, *range(10_000)])
    assert chain.before(3, levels=3) == "    └─"
    assert chain.before(4, levels=3) == "…     └─"
    assert len(chain.before(10_000)) < 100
