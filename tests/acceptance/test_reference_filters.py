"""What filters select, beside what other readers select: one row of a table a filter and reader.

A row holds how many events a reader selects and a hash of their numbers. Readers apply a filter
before they take in what the event tells, so some selections contradict the very column that the
reader prints when no filter is given. There, what it prints is what counts.
"""

import csv
import gzip
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.core.asking import lines, opened

CAPTURES = (
    "502Error.scap", "crash.mid.scap.gz", "crash.new.scap.gz", "curl_google.scap",
    "http.mid.scap.gz", "invalid-command.mid.scap.gz", "invalid-command.new.scap.gz",
    "libs_sample.scap", "run_as_user_0_container.scap", "shell.mid.scap.gz", "shell.new.scap.gz",
)  # fmt: skip
ABSENT = "<NA>"

Row = dict[str, str]
Printed = dict[int, Row]
Test = Callable[[Row], bool]

# What these ask for is told by events that no reader takes in once the filter has refused them:
# the directory by getcwd, the descriptor of a read by its enter event.
TOLD_BY_REFUSED_EVENTS: dict[str, Test] = {
    "proc.cwd startswith /srv": lambda row: row["proc.cwd"].startswith("/srv"),
    "fd.name_changed=true": lambda row: row["fd.name_changed"] == "true",
    "evt.arg[0] contains /": lambda row: "/" in row["evt.arg[0]"],
    "evt.buflen=0": lambda row: row["evt.buflen"] == "0",
    "evt.buflen > 0x64": lambda row: row["evt.buflen"] != ABSENT and int(row["evt.buflen"]) > 0x64,
}
# Here readers contradict each other, so each event is to be as one of them prints it: whether a
# mapping, a setsockopt or a failed openat has a descriptor, and how many slashes begin the name of
# a file in the root directory.
CONTRADICTED: dict[str, Test] = {
    "not fd.name exists": lambda row: row["fd.name"] == ABSENT,
    "!fd.name": lambda row: row["fd.name"] == ABSENT,
    'evt.type == "read" xor fd.num == 3': lambda row: (
        (row["evt.type"] == "read") != (row["fd.num"] == "3")
    ),
    "fd.name startswith /lib": lambda row: row["fd.name"].replace("//", "/").startswith("/lib"),
    "fd.directory=/etc": lambda row: row["fd.directory"] == "/etc",
    "fd.type=file": lambda row: row["fd.type"] == "file",
}
# Columns that the tests above look at.
COLUMNS = frozenset(
    {"evt.arg[0]", "evt.buflen", "evt.type", "fd.directory", "fd.name", "fd.name_changed"}
    | {"fd.num", "fd.type", "proc.cwd"}
)


class Reference:
    """What readers say about one capture."""

    def __init__(self, folder: Path, capture: str) -> None:
        self._folder = folder
        self._stem = capture.split(".scap")[0]
        self._printed: dict[str, Printed] = {}
        self.digests: dict[str, dict[str, str]] = defaultdict(dict)
        with (folder / "filters.tsv").open(encoding="utf-8") as table:
            for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row["capture"] == capture:
                    digest = row["sha1 of comma-joined evt.num"]
                    self.digests[row["filter"]][row["reference"]] = digest

    def has(self, reader: str) -> bool:
        """Whether it is known what a reader prints."""
        return (self._folder / f"{self._stem}.{reader}.tsv.gz").exists()

    def printed(self, reader: str) -> Printed:
        """The columns of every event as a reader prints them without a filter."""
        if reader not in self._printed:
            self._printed[reader] = dict(_rows(self._folder / f"{self._stem}.{reader}.tsv.gz"))
        return self._printed[reader]


@pytest.mark.parametrize("capture", CAPTURES)
def test_filters_select_what_other_readers_select_or_print(
    real: Callable[[str], Path], capture: str
) -> None:
    path = real(capture)
    reference = Reference(path.parent / "oracle", capture)
    assert reference.digests
    asked = opened(path)
    unlike = []
    for text, digests in reference.digests.items():
        numbers = [int(line) for line in lines(asked, "*%evt.num", text)]
        if _digest(numbers) in digests.values():
            continue
        # Where sysdig 0.36 was asked, what 0.29 prints counts as well.
        readers = {*digests, *(["0.29"] if "0.36" in digests and reference.has("0.29") else [])}
        printed = [reference.printed(reader) for reader in sorted(readers)]
        if not _is_printed_so(text, set(numbers), printed):
            unlike.append(text)
    assert not unlike


def _is_printed_so(text: str, ours: set[int], readers: list[Printed]) -> bool:
    if text in TOLD_BY_REFUSED_EVENTS:
        test = TOLD_BY_REFUSED_EVENTS[text]
        return any(ours == {n for n, row in rows.items() if test(row)} for rows in readers)
    if text in CONTRADICTED:
        test = CONTRADICTED[text]
        events = set[int]().union(*readers)
        return ours <= events and all(
            any(test(rows[number]) == (number in ours) for rows in readers if number in rows)
            for number in events
        )
    return False


def _digest(numbers: list[int]) -> str:
    said = ",".join(map(str, numbers)).encode()
    return hashlib.sha1(said, usedforsecurity=False).hexdigest()[:12]


def _rows(path: Path) -> Iterable[tuple[int, Row]]:
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogateescape", newline="\n") as table:
        names = next(table).rstrip("\n").split("\t")
        wanted = [(at, name) for at, name in enumerate(names) if name in COLUMNS]
        last = max(at for at, _ in wanted) + 1
        for line in table:
            cells = line.rstrip("\n").split("\t", last)
            yield int(cells[0]), {name: cells[at] for at, name in wanted}
