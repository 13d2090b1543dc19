"""How the helper is started: with which options, through sudo, through ssh."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from scaptui.capture.helper import CAP_BPF, CAP_PERFMON, Answers, Attempt, Helper
from scaptui.capture.start import Wanted, here, there

ABLE = Answers("1", 1 << CAP_BPF | 1 << CAP_PERFMON, Attempt(), Attempt(), Attempt())
PATH = Path("/usr/local/bin/scaptui-probe")


def test_everything_that_is_wanted_is_an_option_of_the_helper() -> None:
    wanted = Wanted(200, "8M", 30, exit_only=True, no_env=True, pushed=["--comm", "nginx"])
    assert wanted.options() == shlex.split(
        "--status-fd 2 --comm nginx --snaplen 200 --buffer 8M --for 30 --exit-only --no-env"
    )
    assert Wanted().options() == ["--status-fd", "2"]


def test_a_helper_that_may_is_simply_run_and_leaves_the_viewer_out() -> None:
    command = here(Helper(PATH, ABLE), Wanted())
    assert command == [str(PATH), "--exclude-pid", str(os.getpid()), "--status-fd", "2"]


def test_for_an_ordinary_user_sudo_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/sudo")
    command = here(Helper(PATH, Answers("1")), Wanted())
    assert command is not None
    assert command[:3] == ["sudo", "--", str(PATH)]


@pytest.mark.parametrize(("uid", "sudo"), [(1000, None), (0, "/usr/bin/sudo")])
def test_where_neither_helps_there_is_no_way(
    monkeypatch: pytest.MonkeyPatch, uid: int, sudo: str | None
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    monkeypatch.setattr(shutil, "which", lambda _: sudo)
    refused = Answers("1", ABLE.capabilities, Attempt(), Attempt(1), Attempt(1))
    assert here(Helper(PATH, refused), Wanted()) is None


def test_over_ssh_one_word_is_run_that_the_shell_there_takes_as_it_is() -> None:
    wanted = Wanted(pushed=["--comm", "a b;$(reboot)"])
    command = there("root@node7", ["-p", "2222"], None, wanted)
    assert command[:6] == ["ssh", "-T", "-p", "2222", "--", "root@node7"]
    replaced = command[6].replace("scaptui-probe", "echo", 1)
    said = subprocess.run(["sh", "-c", replaced], capture_output=True, text=True, check=True)
    assert said.stdout.split(maxsplit=2)[0] == "--exclude-pid"
    assert said.stdout.endswith(" --status-fd 2 --comm a b;$(reboot)\n")
