"""Filters with names: those everybody has, and one's own in a file."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaptui.errors import FilterError, Refused
from scaptui.filter.core import understood
from scaptui.filter.dialects import Dialect, normalised
from scaptui.filter.saved import Saved, expanded, save, saved_filters, typed_name
from scaptui.filter.shipped import SHIPPED
from scaptui.views.nothing import FAMILIES

KNOWN = {
    "io": Saved("io", "evt.is_io == True"),
    "two": Saved("two", "a=1 or b=2"),
    "nested": Saved("nested", "@two and c=3"),
    "self": Saved("self", "@self"),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "scaptui" / "filters.toml"


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.name)
def test_what_is_shipped_is_right_in_wireshark_s_dialect(shipped: Saved) -> None:
    meant = understood(shipped.text)
    assert not meant.notes
    assert (
        understood(normalised(meant.expression, Dialect.WIRESHARK)).expression == meant.expression
    )
    assert "==" in shipped.text or " in {" in shipped.text


def test_all_buttons_of_stratoshark_are_there() -> None:
    names = {each.name for each in SHIPPED}
    assert len(names) == len(SHIPPED) == 22
    for part, count in {"cmd": 2, "file": 7, "net": 5, "io": 2}.items():
        assert sum(name.split("-")[0] == part for name in names) == count, part


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.name)
def test_what_is_shipped_names_all_calls_that_do_the_same(shipped: Saved) -> None:
    named = set(re.findall(r'"(\w+)"', shipped.text)) if "evt.type" in shipped.text else set()
    for family in FAMILIES:
        assert not family & named or family <= named


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("@io", "evt.is_io == True"),
        (" @io ", " evt.is_io == True "),
        ("@two and x=1", "(a=1 or b=2) and x=1"),
        ("!(@io)", "!((evt.is_io == True))"),
        ("!@io", "!(evt.is_io == True)"),
        ("x=1&&@io", "x=1&&(evt.is_io == True)"),
        ("@nested", "(a=1 or b=2) and c=3"),
        ("fd.name='@io'", "fd.name='@io'"),
        ('fd.name="a \\" @io"', 'fd.name="a \\" @io"'),
        ("user.name=me@io", "user.name=me@io"),
        ("@proc.name", "@proc.name"),
        ("", ""),
    ],
)
def test_a_name_stands_for_its_filter(text: str, whole: str) -> None:
    assert expanded(text, KNOWN) == whole


def test_a_name_nobody_gave_says_where_and_what_is_near() -> None:
    with pytest.raises(FilterError) as error:
        expanded("x=1 and @oi", KNOWN)
    assert error.value.column == 9
    assert "there is no saved filter 'oi'" in error.value.message
    assert "^" in error.value.excerpt


def test_a_circle_ends() -> None:
    with pytest.raises(Refused, match="stand for each other"):
        expanded("@self", KNOWN)


@given(st.text(max_size=60))
def test_any_text_comes_back_or_is_refused(text: str) -> None:
    try:
        whole = expanded(text, KNOWN)
    except Refused:
        return
    assert whole == text or "@" in text


@pytest.mark.parametrize(
    ("text", "cursor", "found"),
    [
        ("@", 1, (0, "")),
        ("@fa", 3, (0, "fa")),
        ("a=1 and (@fa", 12, (9, "fa")),
        ("a='@fa", 6, None),
        ("a=x@fa", 6, None),
        ("@fa ", 4, None),
    ],
)
def test_where_a_name_is_typed(text: str, cursor: int, found: tuple[int, str] | None) -> None:
    assert typed_name(text, cursor) == found


def test_without_a_file_there_are_those_that_are_shipped(path: Path) -> None:
    assert list(saved_filters(path)) == [each.name for each in SHIPPED]


@given(st.dictionaries(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", fullmatch=True),
       st.text(st.characters(exclude_categories=["Cs"]), max_size=60), max_size=5))  # fmt: skip
def test_what_is_saved_is_read(
    tmp_path_factory: pytest.TempPathFactory, filters: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("saved") / "filters.toml"
    kept = {}
    for name, text in filters.items():
        try:
            save(name, text, path)
        except Refused:
            assert not text.strip()
        else:
            kept[name] = " ".join(text.split()) if {"\n", "\r"} & set(text) else text.strip()
    assert {name: each.text for name, each in saved_filters(path).items() if each.is_own} == kept


def test_what_stands_beside_it_stays(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('# mine\na = "x=1" # one\n\n# last\n')
    save("b", 'proc.name = "n\\x41"', path)
    text = path.read_text()
    assert text.startswith('# mine\na = "x=1" # one\n\n# last\nb = ')
    assert tomllib.loads(text)["b"] == 'proc.name = "n\\x41"'
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_name_that_is_taken_is_replaced_only_when_that_is_meant(path: Path) -> None:
    save("a", "x=1", path)
    with pytest.raises(Refused, match="there is a saved filter 'a' already"):
        save("a", "x=2", path)
    save("a", "x=2", path, replaces=True)
    assert path.read_text() == 'a = "x=2"\n'
    # One's own takes the place of one that is shipped.
    save("failed", "x=3", path)
    assert saved_filters(path)["failed"].text == "x=3"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = ", "invalid value"),
        ("a = 1", "'a' is no filter"),
        ("a = ''", "'a' is no filter"),
        ('"a b" = "x=1"', "'a b' is no name"),
        ("[a]\nb = 'x'", "'a' is no filter"),
        ("a = \xff", "no UTF-8"),
    ],
)
def test_a_file_with_a_mistake_is_refused_and_left(text: str, words: str, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Refused, match=words) as refused:
        saved_filters(path)
    assert str(path) in refused.value.message
    with pytest.raises(Refused):
        save("b", "x=1", path)
    assert path.read_bytes() == text.encode("latin-1")


def test_a_filter_over_several_lines_is_not_torn(path: Path) -> None:
    path.parent.mkdir()
    before = 'a = """\nx=1 and\ny=2"""\n'
    path.write_text(before)
    assert saved_filters(path)["a"].text == "x=1 and y=2"
    with pytest.raises(Refused, match="only its author can change"):
        save("a", "x=1", path, replaces=True)
    assert path.read_text() == before


@pytest.mark.parametrize("name", ["", "a b", "-a", "a.b", "x" * 41, "@a", "ü", "../x"])
def test_a_name_that_cannot_be_typed_is_refused(name: str, path: Path) -> None:
    with pytest.raises(Refused, match="is no name"):
        save(name, "x=1", path)
