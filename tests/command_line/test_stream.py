"""`scaptui stream` on captures that the suite makes."""

import json
from pathlib import Path

import pytest

from tests.core.building import Building
from tests.running import run_program


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shell that writes a file twice under one number, and a child that complains."""
    building = Building(tmp_path_factory.mktemp("stream") / "two.scap")
    building.process(7, "sh")
    building.exit(7, "open", fd=3, name="/tmp/one", flags=2)
    building.exit(7, "write", res=9, fd=3, size=9, data=b"one\nline\n")
    building.exit(7, "close", res=0, fd=3)
    building.exit(7, "open", fd=3, name="/tmp/two", flags=2)
    building.exit(7, "write", res=100, fd=3, size=100, data=b"\x1b[2Jcut")
    building.exit(7, "close", res=0, fd=3)
    building.clone(7, 8, "cat")
    building.exit(8, "write", res=6, fd=2, size=6, data=b"oh no\n")
    building.exit(8, "write", res=3, fd=1, size=3, data=b"out")
    return building.close()


def test_text_has_events_times_ways_and_sizes(path: Path) -> None:
    said = run_program("stream", path, "--event", "2")
    assert said.status == 0
    assert said.lines[0] == "sh 7/3"
    assert said.lines[1].startswith("file  /tmp/one  open 2.0us  closed")
    assert said.lines[3:7] == [
        "       1       0  open          by sh 7/3",
        "       2   1.0us  ───▸       9  one",
        "                                line",
        "       3   2.0us  close         by sh 7/3",
    ]
    assert said.lines[-2:] == ["written  9 bytes, all captured", "read     nothing"]


def test_of_a_number_used_twice_the_last_is_shown_and_the_others_are_named(path: Path) -> None:
    said = run_program("stream", path, "--fd", "7/3")
    assert "/tmp/two" in said.lines[1]
    assert "7/3 stood for 2 streams" in said.err
    assert "2, 5" in said.err
    assert "/tmp/one" in run_program("stream", path, "--fd", "7:3", "--at", "2").lines[1]


def test_what_is_not_captured_is_said_and_controls_are_inert(path: Path) -> None:
    said = run_program("stream", path, "--event", "5")
    assert "\\x1b[2Jcut" in said.out
    assert "\x1b" not in said.out
    assert "… 93 of 100 bytes not captured" in said.out
    assert "written  100 bytes, 7 captured" in said.lines


def test_hex_has_bytes_and_characters(path: Path) -> None:
    said = run_program("stream", path, "--event", "2", "--format", "hex")
    assert "6f 6e 65 0a" in said.out
    assert "one.line." in said.out


def test_raw_bytes_are_as_they_were(path: Path) -> None:
    assert run_program("stream", path, "--event", "5", "--format", "raw").out == "\x1b[2Jcut"
    said = run_program("stream", path, "--event", "5", "--format", "raw", "--side", "in")
    assert said.out == ""


def test_json_has_everything(path: Path) -> None:
    data = json.loads(run_program("stream", path, "--event", "5", "--format", "json").out)
    assert data["ends"][0]["name"] == "/tmp/two"
    assert [piece["call"] for piece in data["pieces"]] == ["open", "write", "close"]
    write = data["pieces"][1]
    assert (write["moved"], write["captured"], write["text"]) == (100, 7, "\x1b[2Jcut")
    assert write["data"] == "G1sySmN1dA=="


def test_the_streams_of_a_process_are_listed(path: Path) -> None:
    said = run_program("stream", path, "--process", "7")
    assert [line.split() for line in said.lines] == [
        ["EVENT", "FD", "CALLS", "KIND", "NAME"],
        ["2", "3", "1", "file", "/tmp/one"],
        ["5", "3", "1", "file", "/tmp/two"],
    ]


def test_the_output_of_a_tree_tells_stdout_from_stderr(path: Path) -> None:
    said = run_program("stream", path, "--output", "7")
    assert said.lines[0] == "sh 7 and all below it  stdout and stderr"
    assert any(line.split()[-4:] == ["err", "6", "oh", "no"] for line in said.lines)
    assert any(line.split()[-3:] == ["out", "3", "out"] for line in said.lines)
    errors = run_program("stream", path, "--output", "7", "--side", "err", "--format", "raw")
    assert errors.out == "oh no\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "no stream named"),
        (["--event", "99"], "there is no event 99"),
        (["--event", "7"], "event 7 works on no descriptor"),
        (["--fd", "7/9"], "nothing went through descriptor 9 of process 7"),
        (["--fd", "seven"], "'seven' names no descriptor"),
        (["--process", "99"], "process 99 has no events"),
        (["--output", "99"], "there is no process 99"),
        (["--event", "2", "--at", "3"], "--at goes with --fd"),
        (["--output", "7", "--request"], "--request goes with --event"),
        (["--event", "2", "proc.name=sh"], "there is no file 'proc.name=sh'"),
    ],
)
def test_what_names_no_stream_is_refused(path: Path, words: list[str], message: str) -> None:
    said = run_program("stream", path, *words)
    assert said.status == 2
    assert message in said.err


def test_a_stream_without_data_is_nothing(path: Path, tmp_path: Path) -> None:
    building = Building(tmp_path / "none.scap")
    building.process(7)
    building.exit(7, "open", fd=3, name="/x", flags=1)
    said = run_program("stream", building.close(), "--event", "1")
    assert (said.status, said.lines[-1]) == (1, "read     nothing")
