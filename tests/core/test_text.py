"""Captured text: whoever was captured chose its bytes."""

import json

import pytest

from scaptui.demo.process import AT_FDCWD
from tests.core.asking import column, lines, numbers, opened, printed, tree
from tests.core.building import Building

CLEARS_THE_SCREEN = "\x1b[2J\x1b[H"


def _opens(building: Building, name: str | bytes) -> None:
    building.process(7)
    building.exit(7, "openat", fd=3, dirfd=AT_FDCWD, name=name, flags=1)


@pytest.mark.parametrize("escape", ["terminal", "pipe"])
def test_no_escape_sequence_reaches_an_output(building: Building, escape: str) -> None:
    _opens(building, f"/tmp/{CLEARS_THE_SCREEN}x")
    text = printed(opened(building.close()), "%fd.name %evt.args", escape=escape)
    assert b"\x1b" not in text
    assert rb"/tmp/\x1b[2J\x1b[Hx" in text


def test_raw_output_is_left_alone(building: Building) -> None:
    _opens(building, f"/tmp/{CLEARS_THE_SCREEN}x")
    text = printed(opened(building.close()), "%fd.name", escape="raw")
    assert text == b"/tmp/\x1b[2J\x1b[Hx\n"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"/a\nb", rb"/a\nb"),
        (b"/a\tb", rb"/a\tb"),
        (b"/a\xff\xfeb", rb"/a\xff\xfeb"),
        (b"/a\x7fb", rb"/a\x7fb"),
        ("/a\u202eb".encode(), rb"/a\u{202e}b"),
        ("/größe".encode(), "/größe".encode()),
    ],
)
def test_a_terminal_gets_one_line_of_visible_characters(
    building: Building, name: bytes, shown: bytes
) -> None:
    _opens(building, name)
    assert printed(opened(building.close()), "%fd.name", escape="terminal") == shown + b"\n"


def test_bytes_that_are_no_utf8_pass_a_pipe(building: Building) -> None:
    _opens(building, b"/a\xff\xfe")
    assert printed(opened(building.close()), "%fd.name") == b"/a\xff\xfe\n"


@pytest.mark.parametrize("name", [b"/a\xff", b'/a"b', b"/a\\b", b"/a\nb\x1b", "/ü\u2028".encode()])
def test_json_stays_json_whatever_a_file_is_called(building: Building, name: bytes) -> None:
    _opens(building, name)
    text = printed(opened(building.close()), "fd.name", kind="jsonl").decode()
    assert len(text.splitlines()) == 1 or "\u2028" in text
    assert json.loads(text)["fd.name"].startswith("/")


def test_a_name_that_is_no_utf8_is_found_by_its_bytes(building: Building) -> None:
    _opens(building, b"/caf\xe9")
    building.exit(7, "openat", fd=4, dirfd=AT_FDCWD, name="/café", flags=1)
    capture = opened(building.close())
    assert numbers(capture, 'fd.name = "/caf\\xe9"') == [1]
    assert numbers(capture, "fd.name = /café") == [2]
    assert numbers(capture, "fd.name startswith /caf") == [1, 2]


def test_a_process_name_may_be_any_bytes(building: Building) -> None:
    building.process(7, b"\xff\xfe\n", exepath=b"/bin/\xff")
    building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    assert tree(capture)[7][0].name == b"\xff\xfe\n"
    assert printed(capture, "%proc.name", escape="terminal") == b"\\xff\\xfe\\n\n"


def test_arguments_of_64_kib_are_read_whole(building: Building) -> None:
    word = "x" * 1023
    building.process(7)
    building.exit(
        7, "execve", res=0, exe="echo", comm="echo", tid=7, pid=7, args=[word] * 63 + ["end"]
    )
    building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    cmdline = column(capture, "proc.cmdline", "evt.type=close")[0]
    assert cmdline == " ".join(["echo", *[word] * 63, "end"])
    assert numbers(capture, "proc.args endswith end") == [1, 2]
    assert column(capture, "proc.cmdnargs") == [64, 64]


def test_payload_of_64_kib_is_read_whole(building: Building) -> None:
    data = b"a" * 65_000 + b"needle"
    building.process(7)
    building.descriptor(7, 3, "file", "/data")
    building.exit(7, "write", res=len(data), fd=3, data=data, size=len(data))
    capture = opened(building.close())
    assert numbers(capture, "evt.buffer contains needle") == [1]
    assert column(capture, "evt.buflen") == [65_006]


@pytest.mark.parametrize(
    ("buffers", "shown"),
    [
        ("dots", "GET /\\x0d..é".replace("\\x0d", ".").replace("é", "..")),
        ("base64", "R0VUIC8NCgDDqQ=="),
    ],
)
def test_payload_is_written_in_the_form_asked_for(
    building: Building, buffers: str, shown: str
) -> None:
    building.process(7)
    building.descriptor(7, 3, "file", "/data")
    building.exit(7, "write", res=10, fd=3, data=b"GET /\r\n\0\xc3\xa9", size=10)
    assert lines(opened(building.close()), "%evt.buffer", buffers=buffers) == [shown]


def test_a_name_of_a_user_is_escaped_too(building: Building) -> None:
    building.user(1000, f"eve{CLEARS_THE_SCREEN}")
    building.process(7, uid=1000)
    building.exit(7, "close", res=0, fd=3)
    assert b"\x1b" not in printed(opened(building.close()), "%user.name", escape="terminal")


def test_csv_quotes_what_needs_quotes(building: Building) -> None:
    _opens(building, '/a,"b"\nc')
    text = printed(opened(building.close()), "fd.name,evt.num", kind="csv").decode()
    assert text.endswith('"/a,""b""\nc",1\n')


def test_a_cell_of_a_table_cannot_begin_a_formula(building: Building) -> None:
    building.process(7, "=HYPERLINK(1)")
    building.exit(7, "close", res=0, fd=3)
    text = printed(opened(building.close()), "proc.name", kind="csv").decode().splitlines()
    assert not text[1].lstrip('"').startswith("=")


def test_a_tab_in_a_name_does_not_make_a_column_of_tsv(building: Building) -> None:
    _opens(building, "/a\tb\nc")
    text = printed(opened(building.close()), "fd.name,evt.num", kind="tsv").decode()
    assert text.splitlines()[1].split("\t") == ["/a\\tb\\nc", "1"]
