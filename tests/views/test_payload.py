"""The bytes pane: what was captured, how it is drawn, what is missing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaptui._core import Event
from scaptui.views.cells import line_text, line_width
from scaptui.views.payload import FORMS, Dump, Form, Payload, payload_heading
from tests.views.listing import read

Real = Callable[[str], Path]


def texts(payload: Payload, form: Form, cells: int = 80) -> list[str]:
    dump = Dump(payload, form, cells)
    return [line_text(line).rstrip() for line in dump.lines(0, dump.rows)]


def test_the_bytes_of_a_real_event(real: Real) -> None:
    found = Event(read(real("502Error.scap")), 13485).payload()
    assert found is not None
    payload = Payload(*found)
    assert line_text(payload_heading(payload, 80)) == (
        "─ bytes ────────────────────────────────── 80 of 204 captured, cut by snaplen ─ "
    )
    assert texts(payload, "hex") == [
        "   0000  48 54 54 50 2f 31 2e 30  20 35 30 32 20 42 61 64  HTTP/1.0 502 Bad",
        "   0010  20 47 61 74 65 77 61 79  0d 0a 43 61 63 68 65 2d   Gateway..Cache-",
        "   0020  43 6f 6e 74 72 6f 6c 3a  20 6e 6f 2d 63 61 63 68  Control: no-cach",
        "   0030  65 0d 0a 43 6f 6e 6e 65  63 74 69 6f 6e 3a 20 63  e..Connection: c",
        "   0040  6c 6f 73 65 0d 0a 43 6f  6e 74 65 6e 74 2d 54 79  lose..Content-Ty",
        "   0050  … 124 bytes not captured",
    ]


def test_as_text_lines_end_where_the_payload_ends_them() -> None:
    assert texts(Payload(b"GET /\r\nHost: a\r\n\r\nend", 20), "text") == [
        "   0000  GET /",
        "   0007  Host: a",
        "   0010",
        "   0012  end",
    ]


def test_no_control_of_the_payload_is_drawn() -> None:
    evil = b"\x1b[2J\x9b\xe2\x80\xaeabc\x07"
    assert texts(Payload(evil, 12), "ascii") == ["   0000  .[2J....abc."]
    assert texts(Payload(evil, 12), "text") == ["   0000  \\x1b[2J\\x9b\\u{202e}abc\\x07"]


@given(st.binary(max_size=400), st.sampled_from(FORMS), st.integers(min_value=40, max_value=170))
def test_every_line_fits_and_every_byte_has_its_line(data: bytes, form: Form, cells: int) -> None:
    dump = Dump(Payload(data, len(data) + 5), form, cells)
    lines = dump.lines(0, dump.rows)
    assert {line_width(line) for line in lines} == {cells}
    offsets = [int(line_text(line).split()[0], 16) for line in lines]
    assert offsets == sorted(set(offsets)) or not data
    assert offsets[-1] == len(data)


def test_letters_of_one_character_stay_together() -> None:
    for line in texts(Payload(("é" * 200).encode(), None), "text", 60):
        assert "\\x" not in line


def test_a_window_into_a_long_payload_shows_its_part_only() -> None:
    dump = Dump(Payload(bytes(1_000_000), 1_000_000), "hex", 80)
    assert dump.rows == 62_500
    assert line_text(dump.lines(62_499, 62_600)[0]).startswith("   f4230  00 00")


def test_what_a_search_found_is_marked_in_both_columns() -> None:
    line = Dump(Payload(b"..Host..", 8, sought=b"hOST"), "hex", 80).lines(0, 1)[0]
    assert [p.text for p in line if p.role == "match"] == ["48", "6f", "73", "74", "Host"]


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (Payload(b"abc", 3), "3 bytes, whole"),
        (Payload(b"a", 1), "1 byte, whole"),
        (Payload(b"", 0), "no bytes"),
        (Payload(b"", 12), "0 of 12 captured, cut by snaplen"),
        (None, "this event carries no bytes"),
    ],
)
def test_the_heading_says_how_much_there_is(payload: Payload | None, words: str) -> None:
    assert f" {words} " in line_text(payload_heading(payload, 80))
