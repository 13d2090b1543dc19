"""`scaptui view` and `scaptui views`, as a person and as a program reads them."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.core.building import Building
from tests.running import Run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Two programs: one reads a file, both fail to open another."""
    building = Building(tmp_path / "small.scap")
    building.process(7, "cat", args=["/etc/hosts"])
    building.process(8, "=tail")
    building.descriptor(7, 3, "file", "/etc/hosts")
    for _ in range(3):
        building.call(7, "read", fd=3, res=1_500, size=4_096, data=b"x")
    building.call(8, "openat", fd=-2, dirfd=-100, name="/nope")
    building.call(7, "openat", fd=-2, dirfd=-100, name="/nope")
    return building.close()


def test_files_are_told_with_bytes_and_failures(scaptui: Run, small: Path) -> None:
    said = scaptui("view", small, "files")
    assert said.status == 0
    assert said.lines == [
        "FILE         IN OUT OPS OPENS FAIL  TIME",
        "/nope         0   0   2     2    2 2.0us",
        "/etc/hosts 4.5k   0   3     0    0 3.0us",
        "all 2      4.5k   0   5     2    2 5.0us",
    ]


def test_a_filter_says_which_events_count(scaptui: Run, small: Path) -> None:
    said = scaptui("view", small, "files", "proc.name=cat", "--format", "json")
    assert [(row["file"], row["fail"]) for row in json.loads(said.out)] == [
        ("/nope", 1),
        ("/etc/hosts", 0),
    ]
    none = scaptui("view", small, "files", "proc.name=dog")
    assert none.status == 1
    assert "nothing matched" in none.err


def test_rows_are_sorted_by_any_column_and_cut(scaptui: Run, small: Path) -> None:
    said = scaptui("view", small, "files", "--sort", "in", "-n", "1")
    assert said.lines[1].startswith("/etc/hosts")
    assert said.lines[-1].startswith("all 2")
    turned = scaptui("view", small, "files", "--sort", "+in", "-n", "1")
    assert turned.lines[1].startswith("/nope")
    wrong = scaptui("view", small, "files", "--sort", "weight")
    assert wrong.status == 2
    assert "columns of files are: file, in, out" in wrong.err


def test_a_column_is_found_however_it_is_written(scaptui: Run, small: Path) -> None:
    asked = scaptui("view", small, "files", "--sort", "in")
    assert scaptui("view", small, "files", "--sort", "IN").out == asked.out
    turned = scaptui("view", small, "files", "--sort", "+in")
    assert scaptui("view", small, "files", "--sort", "+IN").out == turned.out


@pytest.mark.parametrize("most", ["-1", "0", "x"])
def test_fewer_rows_than_one_are_refused(scaptui: Run, small: Path, most: str) -> None:
    said = scaptui("view", small, "files", "-n", most)
    assert said.status == 2
    assert f"'{most}' is no number of one or more" in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("files",), "files counts what happened"),
        (("latency",), "latency counts what happened"),
        (("processes", "-n", "2"), "--at is for the process tree"),
        (("processes", "--sort", "pid"), "--at is for the process tree"),
    ],
)
def test_what_is_not_of_a_moment_is_not_as_of_an_event(
    scaptui: Run, small: Path, words: tuple[str, ...], message: str
) -> None:
    said = scaptui("view", small, *words, "--at", "3")
    assert (said.status, said.out) == (2, "")
    assert message in said.err
    assert "evt.num<=N in the filter" in said.err


def test_a_locale_without_unicode_gets_signs_in_ascii(scaptui: Run, tmp_path: Path) -> None:
    building = Building(tmp_path / "tree.scap")
    building.process(7, "parent")
    building.process(8, "žluť", ptid=7)
    building.call(8, "close", fd=3, res=0)
    path = building.close()
    shown = scaptui("view", path, "processes", env={"LC_ALL": "C.UTF-8"})
    assert "└─ žluť" in shown.out
    shown = scaptui("view", path, "processes", env={"LC_ALL": "C"})
    assert "'- žluť" in shown.out
    assert scaptui("view", path, "latency", env={"LC_ALL": "C"}).out.isascii()


def test_csv_is_exact_and_no_formula(scaptui: Run, small: Path) -> None:
    said = scaptui("view", small, "programs", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert [(row["name"], row["file"], row["fail"]) for row in rows] == [
        ("cat", "4500", "1"),
        ("'=tail", "0", "1"),
    ]


def test_processes_are_a_tree_or_a_table(scaptui: Run, small: Path) -> None:
    assert "PROCESS" in scaptui("view", small, "processes").lines[0]
    table = scaptui("view", small, "processes", "--sort", "fail", "-n", "1")
    assert table.lines[0].startswith("NAME ")


def test_what_exists_is_told_as_of_an_event(scaptui: Run, tmp_path: Path) -> None:
    building = Building(tmp_path / "fds.scap")
    building.process(7)
    building.exit(7, "openat", fd=5, dirfd=-100, name="/tmp/a")
    building.exit(7, "close", res=0, fd=5)
    path = building.close()
    assert "/tmp/a" in scaptui("view", path, "lsof", "--at", "1").out
    assert scaptui("view", path, "lsof").status == 1


def test_http_requests_are_joined_with_their_answers(scaptui: Run, tmp_path: Path) -> None:
    building = Building(tmp_path / "http.scap")
    building.process(7, "web")
    building.descriptor(
        7, 4, "ip", sip="10.0.0.1", sport=4_000, dip="10.0.0.2", dport=80, l4proto="tcp"
    )
    building.exit(7, "read", fd=4, res=40, data=b"GET /a?b HTTP/1.1\r\nHost: x.org\r\n\r\n")
    building.exit(7, "write", fd=4, res=9, data=b"not the answer")
    building.exit(7, "write", fd=4, res=60, data=b"HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\n")
    building.exit(7, "read", fd=4, res=40, data=b"POST /never HTTP/1.1\r\n\r\n")
    said = json.loads(scaptui("view", building.close(), "http", "--format", "json").out)
    told = [(r["method"], r["host"], r["path"], r["status"], r["took"], r["length"]) for r in said]
    assert told == [
        ("GET", "x.org", "/a?b", 404, 2_000, 5),
        ("POST", None, "/never", None, None, None),
    ]
    assert said[0]["side"] == "server"


def test_views_are_listed_and_found(scaptui: Run) -> None:
    every = scaptui("views")
    assert every.status == 0
    assert any(line.startswith("files ") for line in every.lines)
    found = scaptui("views", "port")
    assert [line.split()[0] for line in found.lines] == ["server-ports", "listening"]
    assert scaptui("views", "weather").status == 1


def test_a_misspelt_view_is_corrected(scaptui: Run, small: Path) -> None:
    said = scaptui("view", small, "flies")
    assert said.status == 2
    assert "did you mean files?" in said.err
