"""Rules on the command line: checking files of them, printing what they match."""

import re
from pathlib import Path

import pytest

from tests.running import Run

LARGE = Path(__file__).parents[1] / "rules" / "large.yaml"

TWO = """\
- list: places
  items: [/etc/nginx, /etc/ssl]
- macro: opened
  condition: (evt.type = openat and evt.dir = <)
- rule: Configuration
  condition: opened and fd.name pmatch (places)
  output: >
    %proc.name opens %fd.name,
    100% (parent=%proc.pname, %evt.arg.dev)
  priority: notice
- rule: Failure
  condition: evt.failed = true and evt.type = openat
  output: no %evt.arg.name
  priority: WARNING
- rule: Bare
  condition: evt.type = procexit and evt.arg.status != 0
"""


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A file of rules about the bundled capture."""
    path = tmp_path / "two.yaml"
    path.write_text(TWO)
    return path


def test_check_counts_what_rule_files_hold(scaptui: Run) -> None:
    said = scaptui("check", "--rules", LARGE)
    assert said.status == 0
    assert said.lines[-1] == "53 rules, 19 macros, 17 lists; 0 errors"
    assert all(": note: " in line or line.startswith("hint: ") for line in said.lines[:-1])


def test_check_tells_each_mistake_with_its_place(scaptui: Run, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(
        "- macro: m\n  condition: proc.nmae = x\n"
        "- rule: R\n  condition: >\n    evt.dir=< and\n    evt.type = opne\n"
        "- rule: S\n  condition: m\n"
    )
    said = scaptui("check", "--rules", path)
    assert said.status == 2
    assert said.lines == [
        f'{path}:2:14: there is no field "proc.nmae"',
        "  condition: proc.nmae = x",
        "             ^^^^^^^^^",
        "hint: did you mean proc.name, proc.aname or proc.pname?",
        f'{path}:6:16: there is no event or system call "opne"',
        "    evt.type = opne",
        "               ^^^^",
        "hint: did you mean open?",
        "2 rules, 1 macro, 0 lists; 2 errors",
    ]


def test_check_reads_several_files_in_order(scaptui: Run, two: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.yaml"
    more.write_text("- rule: Bare\n  append: true\n  condition: and proc.name = nginx\n")
    assert scaptui("check", "--rules", two, "--rules", more).status == 0
    said = scaptui("check", "--rules", more, "--rules", two)
    assert said.status == 2
    assert f'{more}:1:9: there is no rule "Bare" to change' in said.out


def test_check_takes_rules_or_a_filter(scaptui: Run, two: Path) -> None:
    said = scaptui("check", "--rules", two, "proc.name=a")
    assert (said.status, said.out) == (2, "")


def test_files_that_cannot_be_read_are_refused(scaptui: Run, tmp_path: Path) -> None:
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"- rule: \xff\n")
    for path in (tmp_path / "missing.yaml", tmp_path, binary):
        said = scaptui("check", "--rules", path)
        assert (said.status, said.out) == (2, "")
        assert str(path) in said.err


def test_print_writes_what_rules_match_in_the_order_of_events(
    scaptui: Run, two: Path, crashloop: Path
) -> None:
    said = scaptui("print", crashloop, "--rules", two, "--utc")
    assert said.status == 0
    numbers = [int(line.split()[0]) for line in said.lines]
    assert numbers == sorted(numbers)
    assert re.fullmatch(
        r"188 09:15:00\.\d{9} Notice Configuration: nginx opens /etc/nginx/nginx.conf, "
        r"100% \(parent=.*, .*\)",
        next(line for line in said.lines if line.startswith("188 ")),
    )
    assert any(line.endswith(" Bare") for line in said.lines)
    for name, text in (
        ("Notice Configuration: ", "evt.type=openat and evt.dir=< and fd.name pmatch (/etc/nginx)"),
        ("Warning Failure: no ", "evt.failed=true and evt.type=openat"),
        ("Bare", "evt.type=procexit and evt.arg.status != 0"),
    ):
        alone = scaptui("print", crashloop, text, "-p", "*%evt.num").lines
        found = [line.split(" ", 2) for line in said.lines]
        numbered = [number for number, _, rest in found if rest.startswith(name)]
        assert set(alone) <= set(numbered)
        assert len(numbered) == len(set(numbered))


def test_two_rules_that_match_an_event_have_a_line_each(
    scaptui: Run, crashloop: Path, tmp_path: Path
) -> None:
    path = tmp_path / "same.yaml"
    path.write_text("- rule: A\n  condition: evt.num <= 5\n- rule: B\n  condition: evt.num <= 5\n")
    said = scaptui("print", crashloop, "--rules", path)
    assert [line.split()[::2] for line in said.lines[:4]] == [
        [number, name]
        for number in (said.lines[0].split()[0], said.lines[2].split()[0])
        for name in "AB"
    ]
    assert len(scaptui("print", crashloop, "--rules", path, "-n", "3").lines) == 3


def test_print_wants_filter_and_rule(scaptui: Run, two: Path, crashloop: Path) -> None:
    every = scaptui("print", crashloop, "--rules", two)
    some = scaptui("print", crashloop, "--rules", two, "fd.name=/etc/nginx/nginx.conf")
    assert 0 < len(some.lines) < len(every.lines)
    assert all("/etc/nginx/nginx.conf" in line for line in some.lines)
    none = scaptui("print", crashloop, "--rules", two, "proc.name=nobody")
    assert (none.status, none.out) == (1, "")
    assert "nothing matched: none of 3 rules" in none.err


def test_a_format_takes_the_place_of_the_outputs(scaptui: Run, two: Path, crashloop: Path) -> None:
    said = scaptui("print", crashloop, "--rules", two, "-p", "<%evt.type>", "-n", "2")
    assert all(line.endswith(": <openat>") for line in said.lines)
    refused = scaptui("print", crashloop, "--rules", two, "--fields", "evt.num")
    assert refused.status == 2


def test_raw_text_of_several_lines_stays_with_its_event(
    scaptui: Run, crashloop: Path, tmp_path: Path
) -> None:
    path = tmp_path / "payload.yaml"
    path.write_text("- rule: W\n  condition: evt.buflen > 0\n  output: '[%evt.buffer]'\n")
    said = scaptui("print", crashloop, "--rules", path, "-A")
    alone = scaptui("print", crashloop, "evt.buflen > 0", "-A", "-p", "*[%evt.buffer]")
    assert said.status == 0
    assert re.sub(r"(?m)^\d+ \d\d:\d\d:\d\d\.\d{9} W: ", "", said.out) == alone.out


def test_rules_with_mistakes_are_not_printed_with(
    scaptui: Run, crashloop: Path, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("- rule: R\n  condition: proc.nmae = x\n- rule: S\n  condition: m\n")
    said = scaptui("print", crashloop, "--rules", path)
    assert (said.status, said.out) == (2, "")
    assert f'{path}:2:14: there is no field "proc.nmae" (and 1 more error)' in said.err
    assert "hint: did you mean proc.name" in said.err


def test_rules_about_other_sources_are_told(scaptui: Run, crashloop: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text("- rule: R\n  condition: ka.verb = get\n- rule: S\n  condition: evt.num = 2\n")
    said = scaptui("print", crashloop, "--rules", path)
    assert said.status == 0
    assert len(said.lines) == 1
    assert "note: 1 rule passed over" in said.err


def test_open_without_a_terminal_prints_what_rules_match(
    scaptui: Run, two: Path, crashloop: Path
) -> None:
    printed = scaptui("print", crashloop, "--rules", two)
    assert scaptui("open", crashloop, "--rules", two).out == printed.out


def test_a_capture_from_a_pipe_is_printed_with_rules(
    scaptui: Run, two: Path, plain_crashloop: Path
) -> None:
    said = scaptui("print", "-", "--rules", two, stdin=plain_crashloop.read_bytes())
    assert said.out == scaptui("print", plain_crashloop, "--rules", two).out


def test_every_rule_of_a_large_set_can_be_asked_and_printed(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("print", crashloop, "--rules", LARGE)
    assert said.status == 0
    assert {"Debug Shell started", "Informational Configuration read"} <= {
        re.sub(r"^\d+ \S+ ([^:]*).*", r"\1", line) for line in said.lines
    }
