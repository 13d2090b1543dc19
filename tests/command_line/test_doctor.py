"""The real command on this machine: its text agrees with what the kernel says of it."""

import json
import os
import platform
import subprocess
from pathlib import Path

import pytest

from scaptui.commands.doctor import refused_to_capture
from tests.running import PROBE, SCAPTUI, Run

NOBODY = 65534


def as_nobody(*words: str) -> subprocess.CompletedProcess[str]:
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    said = subprocess.run(
        [*become, str(SCAPTUI), *words], capture_output=True, text=True, timeout=50, check=False
    )
    if said.stderr.startswith("setpriv:"):
        pytest.skip(said.stderr.strip())  # the installation may lie where others may not look
    return said


def test_each_requirement_has_a_line_and_the_status_is_that_of_the_first(scaptui: Run) -> None:
    said = scaptui("doctor")
    names = [line[7:24].rstrip() for line in said.lines if line[:2] == "  " and line[2] in "yN-?"]
    expected = [
        "kernel",
        "BTF",
        "ring buffer",
        "privileges",
        "lockdown",
        "tracepoints",
        "memory",
        "helper",
        "containers",
    ]
    assert [name for name in names if name != "container"] == expected
    ready = "This host can capture:" in said.lines[0]
    assert said.status == (0 if ready else 2)
    assert ready != ("  NO " in said.out)
    assert f"{platform.release()} {platform.machine()}" in said.out
    assert said.err == ""
    assert "\x1b" not in said.out


def test_json_says_the_same(scaptui: Run) -> None:
    said, text = scaptui("doctor", "--format", "json"), scaptui("doctor")
    data = json.loads(said.out)
    assert said.status == text.status
    assert data["ready"] == (said.status == 0)
    assert {r["verdict"] for r in data["requirements"]} <= {"yes", "no", "unknown", "optional"}
    for requirement in data["requirements"]:
        if requirement["name"] != "memory":  # what is free changes
            assert requirement["found"] in text.out


def test_an_ordinary_user_is_told_what_is_missing() -> None:
    said = as_nobody("doctor")
    assert (said.returncode, said.stderr) == (2, "")
    assert "NO   privileges       needs CAP_BPF and CAP_PERFMON; uid 65534 has none" in said.stdout
    assert "Reading capture files needs none of this:  scaptui open FILE" in said.stdout


def test_where_root_may_capture_the_helper_has_attached_to_the_tracepoint() -> None:
    done = subprocess.run([PROBE, "--check"], capture_output=True, text=True, check=True)
    facts = {fact["fact"]: fact for fact in map(json.loads, done.stdout.splitlines())}
    if not facts["program"]["ok"]:
        pytest.skip(f"bpf: {os.strerror(facts['program']['errno'])}")
    assert facts["ring buffer"]["ok"]
    assert facts["tracepoint"]["ok"]
    assert Path("/sys/kernel/btf/vmlinux").exists()


def test_a_command_that_captures_gets_the_same_answer(
    scaptui: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    status = refused_to_capture()
    said = scaptui("doctor")
    assert status == (2 if said.status else None)
    out, told = capfd.readouterr()
    # Standard output may be where the capture goes.
    assert out == ""
    assert told.splitlines()[:1] == (said.lines[:1] if said.status else [])


def test_an_ordinary_user_who_records_is_told_on_standard_error() -> None:
    for words in (("record", "-o", "-"), ("live", "evt.type=open")):
        said = as_nobody(*words)
        assert (said.returncode, said.stdout) == (2, "")
        assert "NO   privileges" in said.stderr


def test_words_it_does_not_know_are_refused(scaptui: Run) -> None:
    said = scaptui("doctor", "--fix")
    assert (said.status, said.out) == (2, "")
    assert "scaptui doctor --help" in said.err
