import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.running import SCAPTUI, Run


def test_check_writes_a_filter_in_both_dialects(scaptui: Run) -> None:
    said = scaptui("check", "proc.name=nginx", "and", "evt.failed=true")
    assert said.status == 0
    assert said.lines == [
        "sysdig     proc.name = nginx and evt.failed = true",
        'wireshark  proc.name == "nginx" && evt.failed == True',
    ]


def test_check_says_where_a_dialect_has_no_words(scaptui: Run) -> None:
    said = scaptui("check", 'proc.name == "a" xor proc.name == "b"')
    assert said.status == 0
    assert "sysdig     (none: " in said.out


def test_check_points_at_the_place(scaptui: Run) -> None:
    said = scaptui("check", "proc.name=curl and evt.type=opne")
    assert (said.status, said.out) == (2, "")
    assert "proc.name=curl and evt.type=opne\n" + " " * 28 + "^^^^\n" in said.err
    assert ", at column 29\n" in said.err
    assert "hint: did you mean open?" in said.err


def test_check_needs_a_filter(scaptui: Run) -> None:
    for words in ([], [""], ["-f", " "]):
        said = scaptui("check", *words)
        assert (said.status, said.out) == (2, "")
        assert said.err.startswith("scaptui: no filter given\n")


def test_a_bad_pattern_is_refused_by_check(scaptui: Run) -> None:
    said = scaptui("check", 'evt.cpu=0 and proc.name matches "("')
    assert said.status == 2
    assert "unclosed group, at column 33\n" in said.err
    assert "\n" + " " * 32 + "^" * 3 + "\n" in said.err


def test_a_long_word_is_cut_where_a_message_names_it(scaptui: Run, crashloop: Path) -> None:
    for text in ("a" * 9000, "proc.name=" + "a" * 9000):
        said = scaptui("print", crashloop, text)
        assert said.status in {1, 2}
        assert len(said.err.splitlines()[0]) < 300


def test_a_long_list_of_names_is_not_explained_name_by_name(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("print", crashloop, f"proc.name in ({','.join(f'a{n}' for n in range(900))})")
    assert said.status == 1
    assert len(said.err.splitlines()) == 5
    assert "and 896 more names of the filter are not in this file" in said.err


def test_fields_are_found_and_explained(scaptui: Run) -> None:
    said = scaptui("fields", "proc.name")
    assert said.status == 0
    assert said.lines[0].split()[:2] == ["proc.name", "text"]


def test_fields_without_a_match_are_status_1(scaptui: Run) -> None:
    said = scaptui("fields", "proc.nmae")
    assert (said.status, said.out) == (1, "")
    assert "nothing matched: " in said.err
    assert "did you mean proc.name" in said.err


def test_events_without_a_match_are_status_1(scaptui: Run) -> None:
    said = scaptui("events", "opne")
    assert (said.status, said.out) == (1, "")
    assert said.err.endswith("did you mean open?\n")


def test_events_show_their_parameters(scaptui: Run) -> None:
    said = scaptui("events", "connect")
    assert said.status == 0
    assert any("23 < connect" in line and "tuple socktuple" in line for line in said.lines)


def test_the_summary_is_markdown(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("report", "summary", crashloop)
    assert said.status == 0
    assert said.lines[0] == "# Summary of crashloop.scap.gz"
    assert said.lines[2].startswith("2026-11-20 09:15:00.000000000 to 09:")
    assert "complete, drops 0." in said.lines[2]
    assert "## Events by process" in said.out
    assert "## Failures: " in said.out


def test_the_summary_counts_what_a_filter_selects(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("report", "summary", crashloop, "proc.name=nginx", "--json")
    facts = json.loads(said.out)
    assert [row["name"] for row in facts["processes"]] == ["nginx"]
    assert facts["processes"][0]["pids"] == 5
    assert facts["events"]["selected"] == facts["processes"][0]["events"]
    assert facts["events"]["selected"] < facts["events"]["shown"]


def test_a_summary_of_nothing_is_status_1(scaptui: Run, crashloop: Path) -> None:
    assert scaptui("report", "summary", crashloop, "proc.name=apache2").status == 1


def test_a_report_that_is_none_is_refused(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("report", "weather", crashloop)
    assert said.status == 2
    assert "reports are: summary, crashes" in said.err


def test_the_process_tree_shows_who_started_whom(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("view", crashloop, "processes")
    assert said.status == 0
    shim = next(i for i, line in enumerate(said.lines) if "containerd-shim" in line)
    entry = next(line for line in said.lines[shim:] if "docker-entrypoi" in line)
    nginx = next(line for line in said.lines[shim:] if "nginx -t" in line)
    assert "├─ docker-entrypoi" in entry
    assert "│ └─ nginx -t" in nginx
    assert "exit 1" in nginx


def test_the_process_tree_as_of_an_event_knows_no_later_process(
    scaptui: Run, crashloop: Path
) -> None:
    early = scaptui("view", crashloop, "processes", "--at", "3", "--format", "json")
    late = scaptui("view", crashloop, "processes", "--format", "json")
    assert not any(row["name"] == "nginx" for row in json.loads(early.out))
    assert sum(row["name"] == "nginx" for row in json.loads(late.out)) == 5


def test_the_process_tree_as_csv_has_a_line_a_process(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("view", crashloop, "processes", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert {row["ended"] for row in rows if row["name"] == "nginx"} == {"exit 1"}


def test_a_view_that_is_none_is_refused(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("view", crashloop, "weather")
    assert said.status == 2
    assert "there is no view 'weather'" in said.err
    assert "views are: processes" in said.err


def test_the_demo_shows_what_crashes(scaptui: Run) -> None:
    said = scaptui("demo")
    assert said.status == 0
    assert said.lines[:7] == [
        "crashloop.scap.gz  2026-11-26 UTC  6,163 events  15.535 s  complete  drops 0",
        "88 failed calls, 19 processes ended, 15 of them badly, 5 containers of 1 pod",
        "",
        "1 program restarts, 5 of 5 runs end the same way",
        "run  start         life    exit    container     cause",
        "1    17:05:15.968  59.2ms  exit 1  4f3b6db469d8  no /etc/nginx/certs/tls.crt",
        "2    17:05:17.029  89.5ms  exit 1  ddb81519901c  same",
    ]


def test_the_demo_says_where_its_capture_is(scaptui: Run) -> None:
    path = Path(scaptui("demo", "--where").out.rstrip("\n"))
    assert path.is_file()


def test_an_internal_error_is_one_line_and_a_log(tmp_path: Path) -> None:
    program = (
        "import sys, scaptui.commands.fields as f\n"
        "f.find_fields = lambda pattern: 1 // 0\n"
        "from scaptui.__main__ import main\n"
        "sys.exit(main(['fields']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 70
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    log = Path(done.stderr.split()[-1])
    assert log.is_relative_to(tmp_path)
    assert log.stat().st_mode & 0o777 == 0o600
    assert "ZeroDivisionError" in log.read_text()


def test_a_capture_without_events_is_told(scaptui: Run, crashloop: Path, tmp_path: Path) -> None:
    header = tmp_path / "header.scap"
    header.write_bytes(gzip.decompress(crashloop.read_bytes())[:28])
    for text in ([], ["proc.name=nginx"]):
        said = scaptui("print", header, *text)
        assert said.status == 1
        assert said.err == "nothing matched: the capture holds no events\n"


def test_an_interrupt_is_status_130() -> None:
    with subprocess.Popen(
        [SCAPTUI, "print", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell's background jobs do not hear it, nor does what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as process:
        time.sleep(0.7)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)  # while the pipe is open, so that nothing but the signal ends it
        _, said = process.communicate()
    assert (process.returncode, said) == (130, b"")


@pytest.mark.parametrize("words", [["--version"], ["fields", "fd.num"]])
def test_commands_without_a_filter_load_neither_grammar_nor_screens(words: list[str]) -> None:
    program = (
        "import sys\nfrom scaptui.__main__ import main\n"
        f"main({words!r})\n"
        "sys.exit(any(m in sys.modules for m in ('pyparsing', 'textual')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_version_is_there_at_once() -> None:
    program = (
        "import sys\nbefore = set(sys.modules)\nfrom scaptui.__main__ import main\n"
        "main(['--version'])\nprint(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    # What each of these takes to load would be felt.
    slow = {
        "argparse",
        "dataclasses",
        "inspect",
        "json",
        "pyparsing",
        "textual",
        "importlib.metadata",
    }
    assert not loaded & slow


# What a filter that is right needs nothing of: helpers of the parser's package, values that few
# filters hold, what tells of mistakes, other ways to write a filter, screens.
_NOT_FOR_A_FILTER = {
    "datetime",
    "decimal",
    "html",
    "importlib.resources",
    "pyparsing.common",
    "pyparsing.testing",
    "rich",
    "scaptui.filter.completion",
    "scaptui.filter.excerpt",
    "scaptui.filter.rules",
    "scaptui.filter.saved",
    "shutil",
    "tempfile",
    "textual",
    "unittest",
    "yaml",
}


@pytest.mark.parametrize("command", ["print", "check"])
def test_a_filter_that_is_right_loads_only_what_reads_it(command: str, crashloop: Path) -> None:
    words = ["proc.name=nginx", "and", "evt.type", "in", "(open,", "execve)"]
    line = [command, *([str(crashloop), "-n", "1"] if command == "print" else []), *words]
    program = (
        "import sys\nbefore = set(sys.modules)\nfrom scaptui.__main__ import main\n"
        f"status = main({line!r})\nprint(status, *sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    status, *loaded = done.stdout.splitlines()[-1].split()
    assert status == "0"
    assert "pyparsing.core" in loaded
    assert not _NOT_FOR_A_FILTER & set(loaded)
