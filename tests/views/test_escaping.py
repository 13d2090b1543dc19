import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaptui import escaping


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢", "plain é 漢"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x9b2J", "\\x9b2J"),
        ("evil\u202etxt.exe", "evil\\u{202e}txt.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u{200b}width\\u{feff}"),
        ("\x7f", "\\x7f"),
    ],
)
def test_one_line_escapes_what_a_terminal_would_obey(text: str, shown: str) -> None:
    assert escaping.one_line(text) == shown


@given(st.text())
def test_one_line_is_one_line_without_controls(text: str) -> None:
    shown = escaping.one_line(text)
    assert all(character >= " " and not "\x7f" <= character <= "\x9f" for character in shown)
    assert len(shown.splitlines()) <= 1


def test_a_pipe_keeps_newline_and_tab_and_loses_escapes() -> None:
    assert escaping.for_pipe("a\tb\n\x1b[0m\x85") == "a\tb\n\\x1b[0m\\x85"


def test_bytes_that_are_no_utf8_are_shown_by_their_number() -> None:
    assert escaping.decoded(b"caf\xe9") == "caf\\xe9"


@pytest.mark.parametrize(
    ("text", "code"), [("a|b", "`a\\|b`"), ("a`b", "``a`b``"), ("`x`", "`` `x` ``")]
)
def test_code_holds_bars_and_backquotes(text: str, code: str) -> None:
    assert escaping.code(text) == code


def test_markdown_marks_in_captured_text_do_nothing() -> None:
    assert escaping.markdown("[x](y) *b* <i>") == "\\[x\\](y) \\*b\\* \\<i\\>"
    assert escaping.markdown("_a_ k8s_nginx_0") == "\\_a\\_ k8s_nginx_0"


@pytest.mark.parametrize(
    ("text", "cell"),
    [("=1+1", "'=1+1"), ("-5", "-5"), ("@x", "'@x"), ('say "a,b"', '"say ""a,b"""'), ("a", "a")],
)
def test_a_csv_cell_is_no_formula(text: str, cell: str) -> None:
    assert escaping.csv_cell(text) == cell
