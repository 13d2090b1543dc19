"""Long, deep and hostile filters: an answer or a clear refusal, never a crash."""

import sys
from contextlib import suppress
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaptui.errors import FilterError
from scaptui.filter.completion import complete
from scaptui.filter.dialects import Dialect, NoForm, normalised
from scaptui.filter.expression import And, Or, clauses
from scaptui.filter.parser import Parsed, parse
from scaptui.filter.wire import wire
from tests.filter.table import VOCABULARY, read


def test_a_hundred_brackets_are_read() -> None:
    assert read("(" * 100 + "fd.num=1" + ")" * 100) == read("fd.num=1")


def test_a_hundred_levels_of_meaning_are_read_written_and_printed() -> None:
    text = "fd.num=0"
    for level in range(1, 100):
        text = f"({text}) {'and' if level % 2 else 'or'} fd.num={level}"
    expression = read(text)
    assert isinstance(expression, And | Or)
    assert len(clauses(expression)) == 100
    assert wire(expression).count('"test"') == 100
    assert read(normalised(expression, Dialect.SYSDIG)) == expression


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(" * 101 + "fd.num=1" + ")" * 101, "brackets are nested more than 100 levels deep"),
        ("tolower(" * 11 + "proc.name" + ")" * 11 + "=a", "functions are nested more than 10"),
        ("{" * 11 + "fd.num" + "}" * 11 + "==1", "functions are nested more than 10"),
        ("fd.num" + " + 1" * 30 + " == 3", "more than 20 arithmetic operators in a row"),
        ("not(fd.num=1 or " * 90 + "fd.num=2" + ")" * 90, "nested more than 100 levels deep"),
        ("fd.num=1 or " * 5000 + "fd.num=2", "more than 20,000"),
    ],
    ids=["brackets", "functions", "groups", "arithmetic", "meaning", "length"],
)
def test_what_is_too_deep_or_too_long_is_refused(text: str, message: str) -> None:
    with pytest.raises(FilterError) as caught:
        read(text)
    assert message in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        ")" * 10_000,
        "!" * 9_990 + "fd.name",
        "not " * 2_400 + "fd.name",
        "-" * 9_000 + "1 == fd.num",
        '"' * 10_001,
        "'" * 10_000,
        "[" * 10_000,
        "proc.name" + "[" * 9_000,
        "proc.name" + "[0]" * 3_000,
        "a." * 5_000,
        "fd.num in {" + "1 " * 4_900 + "}",
        "fd.num in {" + "1.." * 3_000 + "}",
        "fd.num" + "<fd.num" * 1_400,
        "fd.name" + "^^fd.name" * 1_000,
        "tolower(" * 1_200,
        "join(" + "(" * 90,
        "=" * 10_000,
        "&" * 10_000,
        "proc.name=" + "a" * 9_990,
        "proc.name=" + "a&" * 4_990,
        "proc.name=a " + "\\" * 9_000,
        "fd.num=" + "1" * 9_990,
        "fd.num=1e" + "9" * 9_990,
        "fd.cip=" + "1." * 4_990,
        "fd.cip=" + ":" * 9_990,
        "fd.num + " * 1_000 + "1 == 1",
    ],
    ids=lambda text: text[:14],
)
def test_long_nonsense_is_answered_quickly(text: str) -> None:
    began = perf_counter()
    with suppress(FilterError):
        wire(read(text))
    assert perf_counter() - began < 3


def test_ten_thousand_characters_of_sense_are_read() -> None:
    text = " or ".join(f"(proc.name=p{n} and fd.num={n})" for n in range(300))
    assert len(text) > 9_000
    assert len(clauses(read(text))) == 600


def test_a_filter_of_two_clauses_is_read_in_an_instant() -> None:
    text = 'proc.name == "nginx" && evt.failed == True'
    read(text)
    times = []
    for _ in range(20):
        began = perf_counter()
        read(text)
        times.append(perf_counter() - began)
    assert min(times) < 0.01


def test_reading_leaves_room_on_the_stack() -> None:
    call = "tolower(" * 10 + "proc.name" + ")" * 10
    deepest = f"{call} = {call}"
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_depth() + 500)
    try:
        read(deepest)
    finally:
        sys.setrecursionlimit(limit)


def _depth() -> int:
    frame, depth = sys._getframe(), 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


PIECES = st.sampled_from(
    [
        "proc.name", "fd.num", "fd.cip", "evt.type", "evt.arg", "evt.buffer", "evt.rawarg.res",
        "fd.types", "proc.aname", "frame.time_relative", "fd.cip.v4", "macro", "and", "or", "not",
        "xor", "&&", "||", "!", "^^", "(", ")", "{", "}", "[", "]", "[0]", "[0:2]", "[x]", ",",
        "=", "==", "===", "!=", "!==", "<", "<=", ">", ">=", "~", "&", "+", "-", "*", "/", "%",
        "..", "contains", "icontains", "bcontains", "startswith", "glob", "regex", "matches", "in",
        "intersects", "pmatch", "exists", "oneof", "anyof", "allof", "any", "all", "val(",
        "tolower(", "len(", "join(", "getopt(", "max(", "ip_rfc1918(", "@", "$", "${", "#", '"',
        "'", "\\", 'r"', '"a b"', "nginx", "10.0.0.1", "10.0.0.0/8", "::1", "1..5", "-2", "0x1f",
        "1.5", "true", "47:45:54", "1s", "open", " ", "  ", "\n", "\t", "\x00", "日", "\ud800", "é",
    ]
)  # fmt: skip
SPACED = st.lists(PIECES, max_size=14).map(" ".join)
TIGHT = st.lists(PIECES, max_size=14).map("".join)


def outcome(text: str) -> tuple[Parsed | None, FilterError | None]:
    try:
        return parse(text, VOCABULARY), None
    except FilterError as error:
        return None, error


@settings(max_examples=600, deadline=None)
@given(SPACED | TIGHT | st.text(max_size=60))
def test_any_text_is_a_filter_or_a_filter_error(text: str) -> None:
    parsed, error = outcome(text)
    if error is not None:
        start, stop = error.span
        assert 0 <= start < stop <= len(text) + 1
        assert error.message.isprintable()
        assert "\n" in error.excerpt
    if parsed is not None:
        wire(parsed.expression)
        for dialect in Dialect:
            with suppress(NoForm):
                printed = normalised(parsed.expression, dialect)
                assert read(printed) == parsed.expression


@settings(max_examples=300, deadline=None)
@given(SPACED | TIGHT | st.text(max_size=40), st.integers(-2, 60))
def test_completion_answers_at_any_place_of_any_text(text: str, cursor: int) -> None:
    found = complete(text, cursor, VOCABULARY)
    assert 0 <= found.replaces.start <= found.replaces.stop <= len(text)
