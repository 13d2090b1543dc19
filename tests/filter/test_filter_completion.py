"""What is offered at a cursor."""

import pytest

from scaptui.filter.completion import Completion, complete
from scaptui.filter.source import Span
from tests.filter.table import VOCABULARY


def at(text: str) -> Completion:
    """The completion at the | in the text."""
    before, _, after = text.partition("|")
    return complete(before + after, len(before), VOCABULARY)


def offered(text: str) -> list[str]:
    return [suggestion.text for suggestion in at(text).suggestions]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("|", "field"),
        ("proc.na|", "field"),
        ("(not |", "field"),
        ("proc.name=x and |", "field"),
        ("tolower(|", "field"),
        ("proc.name |", "operator"),
        ("proc.name con|", "operator"),
        ("proc.name=|", "value"),
        ("proc.name= |", "value"),
        ("evt.dir=|", "value"),
        ("evt.type in (open, |", "value"),
        ("evt.type in {|", "value"),
        ("evt.type in |", "list"),
        ("1 < fd.num < |", "value"),
        ("proc.name=x |", "connective"),
        ("(proc.name=x) a|", "connective"),
        ("proc.name %% x and |", "nothing"),
    ],
)
def test_the_place_says_what_is_wanted(text: str, wanted: str) -> None:
    assert at(text).wanted == wanted


def test_fields_that_begin_alike_come_first() -> None:
    assert offered("proc.na|") == ["proc.name"]
    assert offered("name|")[:2] == ["fd.cip.name", "fd.name"]


def test_fields_that_cannot_be_filtered_by_are_not_offered() -> None:
    assert "evt.args" not in offered("evt.|")
    assert "evt.count" not in offered("evt.|")


def test_a_field_that_needs_an_argument_is_offered_up_to_it() -> None:
    assert offered("container.la|") == ["container.label["]
    assert offered("evt.rawa|") == ["evt.rawarg."]
    assert "evt.arg.flags" in offered("evt.arg.fl|")


def test_operators_suit_the_field() -> None:
    assert "contains" in offered("proc.name |")
    assert "contains" not in offered("fd.num |")
    assert offered("fd.num b|") == []


def test_values_that_are_known_are_offered() -> None:
    assert offered("evt.type=op|") == ["open", "openat"]
    assert offered('evt.type="op|') == ["open", "openat"]
    assert offered("evt.failed=|") == ["true", "false"]
    assert offered("evt.dir=|") == ["<", ">"]


def test_a_value_names_its_field_so_that_the_capture_can_be_asked() -> None:
    assert at("fd.num=1 and proc.name=ng|").field == VOCABULARY.fields["proc.name"]
    found = at("proc.env[HOME] contains |")
    assert found.field == VOCABULARY.fields["proc.env"]
    assert found.argument == "HOME"


def test_the_word_around_the_cursor_is_replaced() -> None:
    assert at("proc.name=x and ev|t.ty = open").replaces == Span(16, 22)
    assert at('evt.type="op|').replaces == Span(9, 12)


def test_a_word_alone_may_become_a_connective() -> None:
    assert offered("proc.name=x a|") == ["and"]
