import csv
import gzip
import io
import json
import os
import re
import signal
import subprocess
from itertools import accumulate, pairwise
from pathlib import Path

import pytest

from tests.core.building import Building
from tests.running import SCAPTUI, Run

FAILED = "proc.name=nginx and evt.failed=true and evt.type=openat"


def test_the_default_line_is_sysdigs(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("print", crashloop, FAILED, "-n", "1")
    number, time, cpu, name, tid, direction, kind, args = said.out.split(" ", 7)
    assert number.isdigit()
    assert time.startswith("09:15:00.")
    assert (cpu, name, tid, direction, kind) == ("0", "nginx", "(4147)", "<", "openat")
    assert args.startswith("fd=-2(ENOENT) ")


def test_a_format_names_fields(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("print", crashloop, FAILED, "-p", "%proc.name|%evt.res|%evt.arg.name")
    assert said.lines == ["nginx|ENOENT|/etc/nginx/certs/tls.crt"] * 5


def test_a_number_before_a_field_pads_and_cuts(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("print", crashloop, FAILED, "-n", "1", "-p", "[%8proc.name][%3evt.type]")
    assert said.out == "[nginx   ][ope]\n"


def test_what_looks_back_looks_at_all_events_before(scaptui: Run, crashloop: Path) -> None:
    form = "*%util.cnt %evt.deltatime %evt.rawtime %evt.dir %syscall.type"
    rows = [line.split(" ", 4) for line in scaptui("print", crashloop, "-p", form).lines]
    assert len(rows) > 2_048  # as many as one core writes at a time
    # Enter events of system calls do not count.
    counted = (direction == "<" or call == "<NA>" for _, _, _, direction, call in rows)
    assert [int(row[0]) for row in rows] == list(accumulate(counted))
    times = [int(row[2]) for row in rows]
    differences = [0, *(after - before for before, after in pairwise(times))]
    assert [int(row[1]) for row in rows] == differences


def test_a_limit_ends_within_what_is_written_at_once(scaptui: Run, crashloop: Path) -> None:
    everything = scaptui("print", crashloop, "evt.num>1000").lines
    for limit in (2_048, 2_500, 5_000):
        said = scaptui("print", crashloop, "evt.num>1000", "-n", str(limit))
        assert said.lines == everything[:limit]


def test_an_event_without_a_field_is_left_out_unless_the_format_starts_with_a_star(
    scaptui: Run, crashloop: Path
) -> None:
    signals = "evt.type=signaldeliver"
    without = scaptui("print", crashloop, signals, "-p", "%fd.name")
    with_star = scaptui("print", crashloop, signals, "-p", "*%fd.name")
    assert without.lines == []
    assert set(with_star.lines) == {"<NA>"}


def test_lines_of_which_none_is_printed_are_explained(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("print", crashloop, "evt.type=signaldeliver", "-p", "%fd.name")
    assert (said.status, said.out) == (0, "")
    assert "none of which has all fields of the format, start it with *" in said.err


def test_the_container_line_has_name_and_id(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("print", crashloop, FAILED, "-n", "1", "-pc")
    assert "k8s_nginx_nginx-7c5b7f6d9-x2x9l_default_" in said.out
    assert "nginx (4147:7) < openat" in said.out


def test_the_kubernetes_line_has_the_pod(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("print", crashloop, FAILED, "-n", "1", "-pk")
    assert " nginx-7c5b7f6d9-x2x9l (" in said.out


def test_fields_as_tsv_have_a_head(scaptui: Run, crashloop: Path) -> None:
    said = scaptui(
        "print", crashloop, FAILED, "-n", "1", "--fields", "proc.name, evt.res,syslog.message"
    )
    assert said.lines == ["proc.name\tevt.res\tsyslog.message", "nginx\tENOENT\t<NA>"]


def test_fields_as_csv_are_read_back(scaptui: Run, crashloop: Path) -> None:
    said = scaptui(
        "print",
        crashloop,
        "evt.type=container",
        "--fields",
        "evt.type,evt.arg.json",
        "--format",
        "csv",
    )
    rows = list(csv.reader(io.StringIO(said.out)))
    assert rows[0] == ["evt.type", "evt.arg.json"]
    assert {json.loads(row[1])["container"]["name"][:10] for row in rows[1:]} == {"k8s_nginx_"}


def test_fields_as_json_are_a_line_each_with_null_for_what_is_absent(
    scaptui: Run, crashloop: Path
) -> None:
    said = scaptui(
        "print",
        crashloop,
        FAILED,
        "-n",
        "2",
        "--fields",
        "proc.name,syslog.message",
        "--format",
        "json",
    )
    assert [json.loads(line) for line in said.lines] == [
        {"proc.name": "nginx", "syslog.message": None}
    ] * 2


@pytest.mark.parametrize(
    ("style", "first", "second"),
    [
        ("a", "1795166100.000000000", "1795166100.000000000"),
        ("r", "0.000000000", "0.000000000"),
        ("h", "09:15:00.000000000", "09:15:00.000000000"),
    ],
)
def test_times_come_in_styles(
    scaptui: Run, crashloop: Path, style: str, first: str, second: str
) -> None:
    said = scaptui("print", crashloop, "-t", style, "-n", "2", "-p", "%evt.outputtime")
    assert said.lines == [first, second]


def test_times_are_in_the_zone_that_is_asked_for(scaptui: Run, crashloop: Path) -> None:
    words = ("print", crashloop, "-n", "1", "-p", "%evt.time")
    berlin = scaptui(*words, "--tz", "Europe/Berlin").out
    assert berlin.startswith("10:15:00")
    assert scaptui(*words, env={"TZ": "Europe/Berlin"}).out == berlin
    assert scaptui(*words, "--utc", env={"TZ": "Europe/Berlin"}).out.startswith("09:15:00")


def test_a_time_of_the_output_selects_its_event(scaptui: Run, crashloop: Path) -> None:
    for zone in (("--utc",), ("--tz", "Asia/Tokyo"), ()):
        words = ("print", crashloop, *zone, "-p", "%evt.datetime")
        shown = scaptui(*words, "-n", "1", env={"TZ": "Europe/Berlin"}).lines
        asked = f'evt.rawtime <= "{shown[0]}"'
        assert set(scaptui(*words, asked, env={"TZ": "Europe/Berlin"}).lines) == set(shown)


def test_a_time_of_day_in_a_filter_is_of_the_zone_that_is_shown(
    scaptui: Run, crashloop: Path
) -> None:
    for words in (
        ("report", "summary", crashloop),
        ("view", crashloop, "errors"),
        ("why", crashloop),
    ):
        zone = {"TZ": "Asia/Tokyo"} if words[0] == "why" else {}
        asked = ("--tz", "Asia/Tokyo") if words[0] != "why" else ()
        assert scaptui(*words, *asked, 'evt.time >= "18:00:00"', env=zone).status == 0
        assert scaptui(*words, 'evt.time >= "18:00:00"', env={"TZ": "UTC"}).status == 1


def test_a_zone_that_is_none_is_refused(scaptui: Run, crashloop: Path) -> None:
    assert scaptui("print", crashloop, "--tz", "Mars/Olympus").status == 2


@pytest.mark.parametrize(
    ("flag", "part"),
    [
        ("-A", "user  nginx;\nworker_processes  auto;\n"),
        ("-x", "0x0000: 7573 6572 2020 6e67"),
        ("-X", "user  nginx;.wor"),
        ("-b", "dXNlciAgbmdpbng7"),
    ],
)
def test_payload_is_shown_in_the_form_that_is_asked_for(
    scaptui: Run, crashloop: Path, flag: str, part: str
) -> None:
    said = scaptui(
        "print", crashloop, "evt.type=pread and fd.name=/etc/nginx/nginx.conf and evt.dir=<",
        "-n", "1", flag, "-p", "%evt.num %evt.buffer",
    )  # fmt: skip
    assert part in said.out
    as_argument = scaptui(
        "print", crashloop, f"evt.num={said.out.split()[0]}", flag, "-p", "%evt.arg.data"
    )
    assert part in as_argument.out


def test_sysdigs_own_words_do_the_same(scaptui: Run, crashloop: Path) -> None:
    ours = scaptui("print", crashloop, FAILED, "-n", "3")
    theirs = scaptui("-r", crashloop, "-n", "3", *FAILED.split())
    assert (theirs.status, theirs.out) == (0, ours.out)


def test_a_stated_filter_is_the_same(scaptui: Run, crashloop: Path) -> None:
    assert scaptui("print", crashloop, "-f", FAILED).out == scaptui("print", crashloop, FAILED).out


def test_both_dialects_select_the_same(scaptui: Run, crashloop: Path) -> None:
    wireshark = 'proc.name == "nginx" && evt.failed == True && evt.type == "openat"'
    assert scaptui("print", crashloop, wireshark).out == scaptui("print", crashloop, FAILED).out


def test_nothing_matched_is_status_1_and_says_why(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("print", crashloop, "evt.type=open")
    assert (said.status, said.out) == (1, "")
    assert "there is no open event in this file; it uses openat (" in said.err


def test_a_name_no_process_has_is_told_with_the_names_there_are(
    scaptui: Run, crashloop: Path
) -> None:
    said = scaptui("print", crashloop, "proc.name=apache2")
    assert said.status == 1
    assert 'no event is of a process called "apache2"; names are ' in said.err
    assert "nginx (" in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["proc.nam=a"], 'there is no field "proc.nam"'),
        (["-p", "%proc.nam"], "proc.nam"),
        (["--fields", "proc.nam"], "proc.nam"),
        (["--fields", "a,,b"], "--fields has an empty name"),
        (["--fields", "evt.num", "-p", "%evt.num"], "both -p and --fields"),
        (["--format", "csv"], "--format csv needs --fields"),
        (["-n", "0"], "'0' is no number of one or more"),
        (["-t", "x"], "invalid choice"),
        (["-pm"], "there is no line -pm"),
    ],
)
def test_what_is_wrong_is_refused_in_one_line(
    scaptui: Run, crashloop: Path, words: list[str], message: str
) -> None:
    said = scaptui("print", crashloop, *words)
    assert (said.status, said.out) == (2, "")
    assert message in said.err.splitlines()[0]
    assert "Traceback" not in said.err


def test_a_format_has_new_lines_and_tabs_as_sysdig_has_them(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("print", crashloop, "-n", "1", "-p", r"a\tb\nc\\n\x41 %evt.num")
    assert said.lines[0] == "a\tb"
    assert said.lines[1].startswith(r"c\n\x41 ")


def test_columns_are_named_as_they_were_asked_for(scaptui: Run, crashloop: Path) -> None:
    names = "proc.env[HOME],proc.aname[1],evt.arg.fd"
    said = scaptui("print", crashloop, "-n", "1", "--fields", names)
    assert said.lines[0].split("\t") == names.split(",")


def test_what_stands_behind_two_dashes_is_no_option(
    scaptui: Run, plain_crashloop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "-dash.scap").symlink_to(plain_crashloop)
    monkeypatch.chdir(tmp_path)
    one = scaptui("print", plain_crashloop, "-n", "1").out
    assert scaptui("print", "-n1", "--", "-dash.scap").out == one
    assert scaptui("view", "--", "-dash.scap", "files").status == 0
    assert scaptui("slice", "-o", "out.scap", "--", "-dash.scap").status == 0
    assert 'there is no field "n1"' in scaptui("print", "--", "-dash.scap", "-n1").err


@pytest.mark.parametrize("stated", [(), ("-f",)])
def test_the_negative_of_a_field_is_no_option(
    scaptui: Run, crashloop: Path, stated: tuple[str, ...]
) -> None:
    said = scaptui("print", crashloop, *stated, "-evt.rawres == 2")
    assert said.lines == scaptui("print", crashloop, "evt.rawres = -2").lines != []


def test_names_of_files_are_shown_and_quoted_as_bytes(
    scaptui: Run, plain_crashloop: Path, tmp_path: Path
) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/a\xff\x1b.scap")
    Path(path).symlink_to(plain_crashloop)
    said = scaptui("why", path, "proc.name=nginxx")
    (told,) = [line for line in said.lines if line.startswith("What stands in quotes")]
    command = told.partition(": ")[2].replace("'FILTER'", "-n1").replace("scaptui", str(SCAPTUI), 1)
    printed = subprocess.run(["bash", "-c", command], capture_output=True, check=True)
    assert len(printed.stdout.splitlines()) == 1
    missing = scaptui("print", path.replace("/a", "/b"))
    assert r"\xff\x1b.scap" in missing.err
    assert "udcff" not in missing.err


def test_standard_input_is_a_capture(scaptui: Run, crashloop: Path, plain_crashloop: Path) -> None:
    whole = scaptui("print", crashloop)
    assert scaptui("print", "-", stdin=plain_crashloop.read_bytes()).out == whole.out
    assert scaptui("print", "-", stdin=crashloop.read_bytes()).out == whole.out


def test_two_files_follow_each_other(scaptui: Run, crashloop: Path) -> None:
    once = scaptui("print", crashloop, FAILED, "-p", "%evt.arg.name")
    twice = scaptui("print", crashloop, crashloop, FAILED, "-p", "%evt.arg.name")
    assert twice.lines == once.lines * 2


def test_a_capture_that_is_cut_is_read_up_to_the_cut(
    scaptui: Run, plain_crashloop: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.scap"
    cut.write_bytes(plain_crashloop.read_bytes()[:200_000])
    said = scaptui("print", cut)
    assert said.status == 0
    assert said.out == "".join(
        scaptui("print", plain_crashloop).out.splitlines(keepends=True)[: len(said.lines)]
    )
    assert len(said.err.splitlines()) == 1
    assert re.fullmatch(r"note: the capture ends inside a block: .*, at byte [\d,]+\n", said.err)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.scap", b"", "empty"),
        ("text.scap", b"hello, this is no capture at all\n", ""),
        ("other.scap", bytes.fromhex("0a0d0d0a0000001c1a2b3c4d") + bytes(16), "byte order"),
        ("broken.scap.gz", gzip.compress(b"no capture", mtime=0)[:12], ""),
    ],
)
def test_a_file_that_is_no_capture_is_refused_with_what_it_is(
    scaptui: Run, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    said = scaptui("print", path)
    assert (said.status, said.out) == (2, "")
    assert message in said.err
    assert "Traceback" not in said.err


def test_a_file_without_permission_is_refused(tmp_path: Path, crashloop: Path) -> None:
    path = tmp_path / "secret.scap"
    path.write_bytes(crashloop.read_bytes())
    path.chmod(0)
    # Root reads everything, unless it gives up the capabilities to.
    as_anyone = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    done = subprocess.run(
        [*(as_anyone if os.geteuid() == 0 else []), SCAPTUI, "print", path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert f"no permission to read '{path}'" in done.stderr


def test_a_closed_pipe_ends_quietly(crashloop: Path) -> None:
    with subprocess.Popen(
        [SCAPTUI, "print", crashloop, crashloop, crashloop],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(timeout=20) == 0
    assert said == b""


def test_an_interrupt_reaches_a_print_whose_reader_is_slow(crashloop: Path) -> None:
    with subprocess.Popen(
        [SCAPTUI, "print", *[crashloop] * 20],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        # What is in the pipe is never read: only the signal can end it.
        assert process.wait(timeout=20) == 130


def test_a_full_disk_is_told(crashloop: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [SCAPTUI, "print", crashloop], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert b"No space left on device" in done.stderr


def test_a_refusal_keeps_its_status_where_standard_error_is_closed() -> None:
    done = subprocess.run(["sh", "-c", f'"{SCAPTUI}" nonsense 2>&-'], check=False)
    assert done.returncode == 2


def test_closed_standard_streams_do_no_harm(crashloop: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"{SCAPTUI}" print "{crashloop}" -n 1 >&- 2>&- <&-'], check=False
    )
    assert done.returncode in {0, 2}


def test_lost_events_are_told_of(scaptui: Run, tmp_path: Path) -> None:
    building = Building(tmp_path / "lost.scap")
    building.process(7, "nginx")
    building.enter(7, "drop", ratio=0)
    building.exit(7, "drop", ratio=62_177)
    building.call(7, "getuid")
    path = building.close()
    lost = "at least 62,177 events were lost while recording"
    assert scaptui("print", path, "evt.type=getuid").err == f"note: {lost}\n"
    said = scaptui("print", path, "evt.type=drop")
    assert said.status == 1
    told = f"nothing matched: events that only tell of losses are never listed: {lost}"
    assert said.err.splitlines()[:2] == [f"note: {lost}", told]
