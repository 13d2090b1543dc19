"""Colour rules: their file, which rows they colour, and that nothing is told by colour alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui.errors import Refused
from scaptui.views.cells import line_text
from scaptui.views.colour_page import ColourPage
from scaptui.views.colour_rules import (
    DEFAULTS,
    MOST,
    ROLES,
    ColourRules,
    Rule,
    read_rules,
    save_rules,
)
from tests.screens.hostile import NAMES
from tests.views.listing import event_list, read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "scaptui" / "colours.toml"


def test_the_defaults_colour_the_gateway_error(real: Callable[[str], Path]) -> None:
    capture = read(real("502Error.scap"))
    model = event_list(capture, height=12)
    model.colour_rules = ColourRules(capture, DEFAULTS)
    gutters = [line_text(row.line)[:3] for row in model.lines()]
    assert gutters == [">d ", "   ", " e ", " a!", " k ", " e ", " a!", " k "] + ["   "] * 4
    failed = model.lines()[3].line
    assert {piece.role for piece in failed if piece.text.strip()} == {"failed", "muted"}


def test_the_first_rule_that_selects_an_event_colours_it(crashloop: Path) -> None:
    capture = read(crashloop)
    opens, failed = Rule("o", "evt.type=openat", "path"), Rule("f", "evt.num=220", "failed")
    assert ColourRules(capture, [opens, failed]).among([220]) == {220: ("a", "path")}
    assert ColourRules(capture, [failed, opens]).among([220]) == {220: ("a", "failed")}
    off = opens._replace(is_on=False)
    assert ColourRules(capture, [off, failed]).among([220]) == {220: ("b", "failed")}


def test_a_bookmark_goes_before_a_letter(crashloop: Path) -> None:
    capture = read(crashloop)
    model = event_list(capture)
    model.colour_rules = ColourRules(capture, [Rule("all", "evt.num>0", "live")])
    model.marks = {model.selection.number(1) or 0: "mark"}
    assert [line_text(row.line)[1] for row in model.lines()][:3] == ["a", "●", "a"]


def test_a_filter_that_is_wrong_is_told_with_its_rule(crashloop: Path) -> None:
    with pytest.raises(Refused, match="colour rule 'mine': "):
        ColourRules(read(crashloop), [Rule("mine", "proc.nam=x", "live")])


def test_without_a_file_there_are_those_everybody_has(path: Path) -> None:
    assert read_rules(path) == DEFAULTS
    assert len(DEFAULTS) == 11


def test_what_is_saved_is_read(path: Path) -> None:
    rules = [
        Rule(f"n{at} \"'\\ é", f'fd.name="\\x1b\x7f{at}"', role, is_on=at % 2 == 0)
        for at, role in enumerate(ROLES)
    ]
    save_rules(rules, path)
    assert read_rules(path) == tuple(rules)
    assert path.stat().st_mode & 0o777 == 0o600
    save_rules([], path)
    assert read_rules(path) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rule = 1", "no list"),
        ("x = 1", "no list"),
        ("[[rule]]", "rule 1 has no name"),
        ("[[rule]]\nname = 'a'", "has no filter"),
        ("[[rule]]\nname = 'a'\nfilter = 'x=1'\nrole = 'faild'", "has the role 'faild'"),
        ("[[rule]]\nname = 'a'\nfilter = 'x=1'\nrole = 'live'\non = 1", "on is 1"),
        ("[[rule]]\ncolour = 'red'", "has 'colour'"),
        ("[[rule", "rule 1|expected|line 1"),
        ("[[rule]]\n" * (MOST + 1), "at most 26"),
        ("\xff", "no UTF-8"),
    ],
)
def test_a_file_with_a_mistake_is_refused(text: str, words: str, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Refused, match=words) as refused:
        read_rules(path)
    assert refused.value.message.startswith("colours.toml: ")
    assert refused.value.hint.endswith(f" ({path})")


def test_rules_are_put_in_order_changed_added_and_taken_away() -> None:
    page = ColourPage([Rule("a", "evt.num=1", "live"), Rule("b", "evt.num=2", "path")])
    page.shift(1)
    assert [rule.name for rule in page.rules] == ["b", "a"]
    page.shift(1)
    assert page.cursor == 1
    page.toggle()
    page.next_role()
    page.name(" x  y ")
    page.filter("@failed")
    assert page.current == Rule("x y", "@failed", "muted", is_on=False)
    with pytest.raises(Refused):
        page.filter("proc.nam=x")
    assert page.current is not None
    assert page.current.text == "@failed"
    with pytest.raises(Refused):
        page.name(" ")
    page.add("evt.num=3")
    assert [rule.text for rule in page.rules] == ["evt.num=2", "evt.num=3", "@failed"]
    for _ in range(5):
        page.remove()
    assert page.current is None
    assert "no rules" in line_text(page.lines(80, 10)[0][1])


def test_there_are_no_more_rules_than_letters() -> None:
    page = ColourPage([Rule("a", "evt.num=1", "live")] * MOST)
    with pytest.raises(Refused, match="26 rules"):
        page.add("evt.num=2")


@pytest.mark.parametrize("cells", [40, 60, 80, 200])
@pytest.mark.parametrize("name", sorted(NAMES))
def test_hostile_rules_are_inert(name: str, cells: int) -> None:
    hostile = NAMES[name].decode("utf-8", "replace")
    page = ColourPage([Rule(hostile, hostile, "live"), Rule("b", "x", "path")])
    lines, _ = page.lines(cells, 10)
    assert all(line_text(line).isprintable() for line in lines)
